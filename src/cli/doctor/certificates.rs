//! Certificate expiry and host: whether HTTPS has a certificate that tablets take.
//!
//! Called by `doctor`; calls `lan::https` to read it.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use super::finding::Finding;
use super::hub::HubAnswer;
use super::print;
use crate::config::Config;
use crate::config::tls::CertificateFrom;
use crate::hub::BUILT_MS;
use crate::lan::https::{HttpsError, StoredCertificate};

const NAME: &str = "certificate";
const SOON_MS: u64 = 30 * 86_400_000;

pub fn look(config: &Config, hub: &HubAnswer, now_ms: u64) -> Vec<Finding> {
    // A hub that runs knows best what it serves, and may have been started with flags.
    let served = hub.status().map(|status| status.tls.as_ref());
    let own_ca = served.flatten().is_some_and(|tls| tls.own_ca);
    let until = hub.status().and_then(|status| status.certificate_until_ms);
    let host = host(config, hub);
    let host = host.as_deref();
    vec![match config.tls.certificate() {
        wanted if served.is_some_and(|tls| tls.is_none()) => match wanted {
            None => Finding::ok(NAME, "HTTPS is off."),
            Some(_) => Finding::must(
                NAME,
                "HTTPS is in the settings, but the hub runs without it.",
                "sudo systemctl restart fieldhub; the hub's notices say what is wrong.",
            ),
        },
        None if served.is_none() => Finding::ok(NAME, "HTTPS is off."),
        Some(CertificateFrom::Files { cert, key }) if !own_ca => {
            let remedy = format!("Replace it with a new one: {}", cert.display());
            of_files(&cert, &key, host, now_ms, &remedy)
        }
        None if !own_ca => judge(until, None, now_ms, "Replace it with a new one."),
        _ => of_own_ca(&config.data_dir, until, host, now_ms, served.is_some()),
    }]
}

fn of_files(cert: &Path, key: &Path, host: Option<&str>, now_ms: u64, remedy: &str) -> Finding {
    if let Some(file) = [cert, key].into_iter().find(|file| !may_read(file)) {
        return Finding::unknown(NAME, format!("Only root can read {}.", file.display()));
    }
    match StoredCertificate::of_files(cert, key) {
        Ok(kept) => judge(kept.until_ms, not_for(&kept, host), now_ms, remedy),
        Err(error) => Finding::must(
            NAME,
            format!("The hub cannot use it: {error}."),
            "Fix that file, or the settings (tls.cert, tls.key).",
        ),
    }
}

fn of_own_ca(dir: &Path, served_until: Option<u64>, host: Option<&str>, now_ms: u64, runs: bool) -> Finding {
    let remedy = if runs {
        "sudo systemctl restart fieldhub makes a new one."
    } else {
        "Start the hub: it makes a new one."
    };
    if !may_read(&dir.join("https.ca")) {
        return match served_until {
            Some(_) => judge(served_until, None, now_ms, remedy),
            None => Finding::unknown(NAME, "Only root and the hub's own user can read it."),
        };
    }
    match StoredCertificate::of_own_ca(dir) {
        Ok(Some(kept)) => judge(served_until.or(kept.until_ms), not_for(&kept, host), now_ms, remedy),
        Ok(None) => Finding::ok(NAME, "The hub makes one when it starts."),
        Err(error @ HttpsError::Store(_)) => Finding::look(
            NAME,
            format!("{error}: the hub makes a new CA at its next start."),
            "Install the new one on every tablet, from /trust.",
        ),
        Err(error) => Finding::look(NAME, format!("{error}."), remedy),
    }
}

/// The name that tablets use and it is not for.
fn not_for<'a>(kept: &StoredCertificate, host: Option<&'a str>) -> Option<&'a str> {
    host.filter(|host| !kept.is_for(host))
}

fn judge(until: Option<u64>, not_for: Option<&str>, now_ms: u64, remedy: &str) -> Finding {
    let Some(until) = until else { return Finding::unknown(NAME, "Its end date cannot be read.") };
    let said = print::time(Some(until));
    // By a clock that is wrong nothing has ended, or everything.
    if now_ms < BUILT_MS {
        return Finding::unknown(NAME, format!("It expires on {said}; the clock is wrong."));
    }
    if until <= now_ms {
        Finding::must(
            NAME,
            format!("It expired on {said}: tablets warn about it. Plain HTTP still works."),
            remedy,
        )
    } else if until - now_ms < SOON_MS {
        Finding::look(NAME, format!("It expires on {said}."), remedy)
    } else if let Some(host) = not_for {
        Finding::look(
            NAME,
            format!("It is not valid for {host}, where tablets are sent to reach the hub."),
            "Set lan.origin in the settings to a host that it is valid for, or get a certificate for this one.",
        )
    } else {
        Finding::ok(NAME, format!("Valid until {said}."))
    }
}

/// By which tablets are sent to the hub: what is set, or its name on the network.
fn host(config: &Config, hub: &HubAnswer) -> Option<String> {
    if let Some(origin) = config.lan.origin() {
        let uri: hyper::Uri = origin.parse().ok()?;
        return Some(uri.host()?.trim_matches(['[', ']']).to_owned());
    }
    match hub.status() {
        Some(status) => status.lan.as_ref().and_then(|lan| lan.host.clone()),
        None => config.lan.mdns().then(|| format!("{}.local", config.lan.host())),
    }
}

fn may_read(file: &Path) -> bool {
    !File::open(file).is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{Do, Look, Ok, Unknown};
    use super::*;
    use crate::config::tls::Mode;
    use crate::config::{Lan, Layer, Tls};
    use serde_json::json;

    const DAY: u64 = 86_400_000;

    fn config(tls: Tls, lan: Lan) -> Config {
        Config::resolve([Layer { tls, lan, ..Layer::default() }]).unwrap()
    }

    #[test]
    fn its_end_is_seen_a_month_before() {
        let at = |left: u64| judge(Some(BUILT_MS + left), None, BUILT_MS, "r").verdict;
        assert_eq!([at(0), at(1), at(SOON_MS - 1), at(SOON_MS)], [Do, Look, Look, Ok]);
        assert_eq!(judge(Some(BUILT_MS), None, BUILT_MS + DAY, "r").verdict, Do);
        assert_eq!(judge(Some(BUILT_MS), None, 0, "r").verdict, Unknown, "in 1970 nothing has ended");
        assert_eq!(judge(None, None, BUILT_MS, "r").verdict, Unknown);
        assert_eq!(judge(Some(BUILT_MS + 99 * DAY), Some("hub.lan"), BUILT_MS, "r").verdict, Look);
    }

    #[test]
    fn the_host_is_the_one_on_the_posters() {
        let set =
            |origin: &str| config(Tls::default(), Lan { origin: Some(origin.into()), ..Lan::default() });
        assert_eq!(host(&set("https://Hub.Example:8443"), &HubAnswer::Stopped).unwrap(), "hub.example");
        assert_eq!(host(&set("http://[fd00::1]/"), &HubAnswer::Stopped).unwrap(), "fd00::1");
        let unset = config(Tls::default(), Lan::default());
        assert_eq!(host(&unset, &HubAnswer::Stopped).unwrap(), "fieldhub.local");
        let status = json!({"lan": {"host": "fieldhub-2.local"}});
        assert_eq!(host(&unset, &HubAnswer::that_says(status)).unwrap(), "fieldhub-2.local");
    }

    #[test]
    fn the_hub_that_runs_knows_best() {
        let dir = tempfile::tempdir().unwrap();
        let runs = |tls: serde_json::Value| {
            HubAnswer::that_says(json!({"tls": tls, "certificate_until_ms": BUILT_MS + 99 * DAY}))
        };
        let off = Config { data_dir: dir.path().to_owned(), ..config(Tls::default(), Lan::default()) };
        let auto = Config {
            data_dir: dir.path().to_owned(),
            ..config(Tls { mode: Some(Mode::Auto), ..Tls::default() }, Lan::default())
        };
        let verdict = |config: &Config, hub: &HubAnswer| look(config, hub, BUILT_MS)[0].verdict;
        assert_eq!(verdict(&off, &HubAnswer::Stopped), Ok);
        assert_eq!(verdict(&auto, &HubAnswer::Stopped), Ok, "it makes one");
        assert_eq!(verdict(&auto, &runs(json!(null))), Do);
        assert_eq!(verdict(&off, &runs(json!(null))), Ok);
        assert_eq!(verdict(&off, &runs(json!({"own_ca": false}))), Ok, "by flags: only its end is known");
        let files = Tls { cert: Some("/none/cert".into()), key: Some("/none/key".into()), ..Tls::default() };
        let found = &look(&config(files, Lan::default()), &HubAnswer::Stopped, BUILT_MS)[0];
        assert!(found.verdict == Do && found.said.contains("/none/cert"), "{found:?}");
    }
}
