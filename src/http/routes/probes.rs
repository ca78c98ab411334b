//! Captive portal checks: the probes with which tablets ask whether a Wi-Fi has an internet: answered, so that they
//! stay in this one.
//!
//! `around` asks `stand_in` first of all. What is asked of which host is one table, and the hotspot's name
//! server takes its names from it (`hosts`). No session, no rate and no database is in the way of an answer. Where
//! the hub answers at all, `cli` decides and `hub` knows: `Surroundings`, docs/decisions/0014.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::http::app::App;
use crate::http::conn::door::Door;

/// Probes are made over plain HTTP on its own port, and on no other.
const PORT: u16 = 80;

/// What the makers' own hosts answer, byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ProbeAnswer {
    status: StatusCode,
    kind: &'static str,
    body: &'static str,
    /// NetworkManager believes this header alone, whatever the body.
    online: bool,
}

const fn page(kind: &'static str, body: &'static str) -> ProbeAnswer {
    ProbeAnswer { status: StatusCode::OK, kind, body, online: false }
}

/// 204: no body, and so no kind.
const EMPTY: ProbeAnswer = ProbeAnswer { status: StatusCode::NO_CONTENT, kind: "", body: "", online: false };
/// nm-connectivity.c: the header, or a body that begins as the setting `response` says, which is this text.
const NETWORK_MANAGER: ProbeAnswer =
    ProbeAnswer { online: true, ..page("text/plain", "NetworkManager is online\n") };
/// 69 bytes on captive.apple.com, and 68 on www.apple.com: there without the newline.
const APPLE: ProbeAnswer =
    page("text/html", "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>\n");
const APPLE_OLD: ProbeAnswer =
    page("text/html", "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>");

/// What a host is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    /// Nothing but probes: the hotspot's name server may name the hub for it.
    Probes,
    /// Other things too. Answered when it is asked for here, as where all names lead to the hub; but pointing the
    /// name itself at the hub would break those other things.
    Else,
}

struct Probe {
    hosts: &'static [(&'static str, For)],
    paths: &'static [&'static str],
    answer: ProbeAnswer,
}

const PROBES: &[Probe] = &[
    // Android: AOSP NetworkStack, res/values/config.xml (captive_portal_http_url, _fallback_urls, and those that
    // makers set in their place) and NetworkMonitor.java: 204 and nothing else. clients1, 3 and 4: Android before 7,
    // ChromeOS (shill's connection tester). Samsung's and Xiaomi's are in their firmware for China
    // (NetworkMonitor, MiuiConfigCaptivePortal), Huawei's in EMUI and HarmonyOS, Vivo's and Oppo's alike.
    Probe {
        hosts: &[
            ("connectivitycheck.gstatic.com", For::Probes),
            ("connectivitycheck.android.com", For::Probes),
            ("clients1.google.com", For::Else),
            ("clients3.google.com", For::Else),
            ("clients4.google.com", For::Else),
            ("play.googleapis.com", For::Else),
            ("www.google.com", For::Else),
            ("www.gstatic.com", For::Else),
            ("connectivity.samsung.com.cn", For::Probes),
            ("connectivitycheck.platform.hicloud.com", For::Probes),
            ("connect.rom.miui.com", For::Probes),
            ("wifi.vivo.com.cn", For::Probes),
            ("conn1.oppomobile.com", For::Probes),
            ("conn2.oppomobile.com", For::Probes),
        ],
        paths: &["/generate_204", "/gen_204"],
        answer: EMPTY,
    },
    // iPadOS, iOS, macOS. support.apple.com/101555 names this host; the bytes are what it serves.
    Probe {
        hosts: &[("captive.apple.com", For::Probes)],
        paths: &["/hotspot-detect.html", "/library/test/success.html", "/"],
        answer: APPLE,
    },
    // Older ones: iOS 6 to 8 took one of these by chance.
    Probe {
        hosts: &[
            ("www.apple.com", For::Else),
            ("www.appleiphonecell.com", For::Probes),
            ("www.airport.us", For::Probes),
            ("www.ibook.info", For::Probes),
            ("www.itools.info", For::Probes),
            ("www.thinkdifferent.us", For::Probes),
        ],
        paths: &["/library/test/success.html", "/hotspot-detect.html"],
        answer: APPLE_OLD,
    },
    // Windows 10 and 11: Microsoft Learn, "NCSI overview"; 22 bytes, no newline.
    Probe {
        hosts: &[("www.msftconnecttest.com", For::Probes), ("ipv6.msftconnecttest.com", For::Probes)],
        paths: &["/connecttest.txt"],
        answer: page("text/plain", "Microsoft Connect Test"),
    },
    // Windows Vista to 8.1, the same source; 14 bytes, no newline.
    Probe {
        hosts: &[("www.msftncsi.com", For::Probes), ("ipv6.msftncsi.com", For::Probes)],
        paths: &["/ncsi.txt"],
        answer: page("text/plain", "Microsoft NCSI"),
    },
    // Edge has one of its own.
    Probe {
        hosts: &[("edge-http.microsoft.com", For::Probes)],
        paths: &["/captiveportal/generate_204"],
        answer: EMPTY,
    },
    // NetworkManager.conf(5), [connectivity]: GNOME's own, Debian's and Arch's package.
    Probe {
        hosts: &[("nmcheck.gnome.org", For::Probes)],
        paths: &["/check_network_status.txt"],
        answer: NETWORK_MANAGER,
    },
    Probe { hosts: &[("network-test.debian.org", For::Probes)], paths: &["/nm"], answer: NETWORK_MANAGER },
    Probe {
        hosts: &[("ping.archlinux.org", For::Probes)],
        paths: &["/nm-check.txt"],
        answer: NETWORK_MANAGER,
    },
    // Ubuntu's package sets `response=` to nothing: then 204 counts.
    Probe {
        hosts: &[("connectivity-check.ubuntu.com", For::Probes)],
        paths: &["/"],
        answer: ProbeAnswer { online: true, ..EMPTY },
    },
    Probe {
        hosts: &[("fedoraproject.org", For::Else)],
        paths: &["/static/hotspot.txt"],
        answer: ProbeAnswer { online: true, ..page("text/plain", "OK") },
    },
    // Firefox: modules/libpref/init/all.js (captivedetect.canonicalURL, network.connectivity-service.*.url) and
    // CaptiveDetect.sys.mjs. It moved to a host of its own in 2026; ESR 140 and older ask detectportal.
    Probe {
        hosts: &[("firefox-portal-detection.com", For::Probes)],
        paths: &["/generate_204"],
        answer: EMPTY,
    },
    Probe {
        hosts: &[("firefox-portal-detection.com", For::Probes), ("detectportal.firefox.com", For::Probes)],
        paths: &["/success.txt"],
        answer: page("text/plain", "success\n"),
    },
    Probe {
        hosts: &[("detectportal.firefox.com", For::Probes)],
        paths: &["/canonical.html"],
        answer: page(
            "text/html",
            "<meta http-equiv=\"refresh\" content=\"0;url=https://support.mozilla.org/kb/captive-portal\"/>",
        ),
    },
    // Kindle and Fire: AVS Device SDK, InternetConnectionMonitor.cpp, looks for this id in the page.
    Probe {
        hosts: &[("spectrum.s3.amazonaws.com", For::Probes)],
        paths: &["/kindle-wifi/wifistub.html", "/kindle-wifi/wifistub-eink.html"],
        answer: page("text/html", "<html>\n<body>\n81ce4465-7167-4dcb-835b-dcc9e44c112a\n</body>\n</html>\n"),
    },
];

/// The names that may lead to the hub on its own network: hosts that are there for probes alone. Each once.
pub fn hosts() -> impl Iterator<Item = &'static str> {
    let all = || PROBES.iter().flat_map(|probe| probe.hosts);
    let alone = all().filter(|(_, what_for)| *what_for == For::Probes);
    alone.enumerate().filter_map(move |(at, (host, _))| {
        let mut earlier = all().filter(|(_, what_for)| *what_for == For::Probes).take(at);
        earlier.all(|(other, _)| other != host).then_some(*host)
    })
}

/// What a maker's host would say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Known(ProbeAnswer),
    /// Its host, and nothing that it is asked for by a probe.
    Unknown,
}

/// `None`: nobody's probe; the page opens under any name.
fn look_up(host: &str, path: &str) -> Option<Said> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // Ubuntu's NetworkManager asks with the dot that ends a name.
    let name = name.strip_suffix('.').unwrap_or(name);
    let mut of_host = PROBES
        .iter()
        .filter(|probe| probe.hosts.iter().any(|(host, _)| host.eq_ignore_ascii_case(name)))
        .peekable();
    of_host.peek()?;
    let found = of_host.find(|probe| probe.paths.contains(&path));
    Some(found.map_or(Said::Unknown, |probe| Said::Known(probe.answer)))
}

fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    // A client that takes the hub for its proxy names the host in the line itself.
    uri.host().or_else(|| headers.get(header::HOST)?.to_str().ok())
}

fn said(request: &Request) -> Option<Said> {
    let said = look_up(host(request.uri(), request.headers())?, request.uri().path())?;
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    Some(if reads { said } else { Said::Unknown })
}

/// The answer to what is a probe, where the hub answers them.
pub fn stand_in(app: &App, request: &Request) -> Option<Response> {
    let at = request.extensions().get::<Door>().filter(|door| !door.tls && door.local.port() == PORT)?;
    let said = said(request)?;
    let answers = app.hub.surroundings().probes.answered_at(at.local.ip().to_canonical());
    answers.then(|| said.into_response())
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        let no_store = (header::CACHE_CONTROL, "no-store");
        let Self::Known(answer) = self else {
            return (StatusCode::NOT_FOUND, [no_store]).into_response();
        };
        let mut response = match answer.kind {
            "" => (answer.status, [no_store]).into_response(),
            kind => (answer.status, [no_store, (header::CONTENT_TYPE, kind)], answer.body).into_response(),
        };
        if answer.online {
            response.headers_mut().insert("x-networkmanager-status", HeaderValue::from_static("online"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_is_known_by_its_host_and_path_alone() {
        assert_eq!(look_up("connectivitycheck.gstatic.com", "/generate_204"), Some(Said::Known(EMPTY)));
        for host in
            ["Captive.Apple.Com", "captive.apple.com:80", "captive.apple.com.", "captive.apple.com.:80"]
        {
            assert_eq!(look_up(host, "/hotspot-detect.html"), Some(Said::Known(APPLE)), "{host}");
        }
        for path in ["/generate_204", "/hotspot-detect.html/", "/HOTSPOT-DETECT.HTML", "/index.html"] {
            assert_eq!(look_up("captive.apple.com", path), Some(Said::Unknown), "{path}");
        }
        let others = [
            "192.168.4.1",
            "fieldhub.local",
            "apple.com",
            "captive.apple.com.evil.example",
            "",
            ":80",
            "[::1]:80",
        ];
        for host in others {
            assert_eq!(look_up(host, "/generate_204"), None, "{host}");
        }
    }

    #[test]
    fn names_for_the_name_server_are_those_of_probes_alone() {
        let names: Vec<_> = hosts().collect();
        let once: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(names.len(), once.len());
        assert!(names.contains(&"captive.apple.com") && names.contains(&"detectportal.firefox.com"));
        for other in ["www.google.com", "www.apple.com", "play.googleapis.com"] {
            assert!(!names.contains(&other), "{other} is there for more than probes");
        }
        for probe in PROBES {
            assert!(probe.paths.iter().all(|path| path.starts_with('/')) && !probe.hosts.is_empty());
            for (host, _) in probe.hosts {
                assert!(
                    probe.paths.iter().all(|path| look_up(host, path) == Some(Said::Known(probe.answer))),
                    "{host}"
                );
            }
        }
    }
}
