//! Upstream settings: what an upstream is called, where it is, and what opens it. Pure.
//!
//! `config` makes these, `cli` hands them to `upstream`, `store` keeps things under the names.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

pub use super::id::LinkName;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// A cloud that speaks v3.3.
    V33,
    Fieldhub,
}

impl LinkKind {
    pub fn as_str(self) -> &'static str {
        match self {
            LinkKind::V33 => "v33",
            LinkKind::Fieldhub => "fieldhub",
        }
    }

    pub fn holds(self) -> Holds {
        match self {
            LinkKind::V33 => Holds::Shown,
            LinkKind::Fieldhub => Holds::Everything,
        }
    }
}

/// What an upstream keeps of what it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// The mark that each module shows. No notes, no mark that lost, no history.
    Shown,
    Everything,
}

impl Holds {
    pub fn as_str(self) -> &'static str {
        match self {
            Holds::Shown => "shown",
            Holds::Everything => "everything",
        }
    }
}

/// Before the scheme, where the upstream is another fieldhub.
const FIELDHUB: &str = "fieldhub+";

/// Where an upstream is: `https://cloud.example`, or `fieldhub+https://hub.example/site` for another fieldhub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkUrl {
    kind: LinkKind,
    /// With `http` or `https`, and no slash at its end.
    http: String,
    secure: bool,
    host: String,
    port: Option<u16>,
}

impl LinkUrl {
    pub fn kind(&self) -> LinkKind {
        self.kind
    }

    /// What the paths of its API are put behind.
    pub fn http(&self) -> &str {
        &self.http
    }

    /// Whether it is TLS.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Without the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether what is said there can be read by others on the way.
    pub fn is_overheard(&self) -> bool {
        let loopback = |ip: IpAddr| ip.is_loopback();
        !self.secure && self.host != "localhost" && !self.host.parse().is_ok_and(loopback)
    }

    /// What it is called where nobody says: as its host, with the port where one is given. It must not depend on
    /// what other upstreams there are, as things are kept under it.
    pub fn default_name(&self) -> Result<LinkName, String> {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        let host = self.host.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).trim_end_matches('.');
        let mut name: String = host.chars().map(plain).collect();
        if let Some(port) = self.port {
            name += &format!("-{port}");
        }
        LinkName::parse(name)
            .map_err(|_| "its host does not make a name of 1 to 64 characters: give it a name".to_owned())
    }
}

impl FromStr for LinkUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        // Said without the text: it may hold a password.
        const FORM: &str = "write https://HOST for a v3.3 cloud, fieldhub+https://HOST for another fieldhub";
        let (kind, rest) = match text.get(..FIELDHUB.len()) {
            Some(head) if head.eq_ignore_ascii_case(FIELDHUB) => {
                (LinkKind::Fieldhub, &text[FIELDHUB.len()..])
            }
            _ => (LinkKind::V33, text),
        };
        let after_scheme = rest.split_once("://").map_or("", |(_, after)| after);
        if after_scheme.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@')) {
            return Err(
                "an upstream's URL has no user and no password: put the token in token_file".to_owned()
            );
        }
        let uri: hyper::Uri = rest.parse().map_err(|_| format!("this is not a URL; {FORM}"))?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(format!("this is not a URL that fieldhub can call; {FORM}")),
        };
        if rest.contains(['?', '#']) {
            return Err("an upstream's URL ends with its path: leave out what comes from ? or #".to_owned());
        }
        let authority = uri.authority().ok_or_else(|| format!("this URL names no host; {FORM}"))?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        if host.is_empty() {
            return Err(format!("this URL names no host; {FORM}"));
        }
        let port = authority.port_u16();
        // `host:` and `host:99999` have a port that is none.
        if authority.port().is_none()
            != authority.as_str().rsplit(']').next().is_none_or(|s| !s.contains(':'))
            || port == Some(0)
        {
            return Err("the port is not a number from 1 to 65535".to_owned());
        }
        let shown = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        let scheme = if secure { "https" } else { "http" };
        let port_text = port.map(|port| format!(":{port}")).unwrap_or_default();
        let path = uri.path().trim_end_matches('/');
        Ok(Self { kind, http: format!("{scheme}://{shown}{port_text}{path}"), secure, host, port })
    }
}

impl fmt::Display for LinkUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.kind == LinkKind::Fieldhub { FIELDHUB } else { "" };
        write!(f, "{kind}{}", self.http)
    }
}

/// What opens an upstream. It gets into no log.
#[derive(Clone, PartialEq, Eq)]
pub struct BearerToken(Box<str>);

impl BearerToken {
    /// As a file or a variable has it: a newline at its end is no part of it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("it is empty; it holds the token, and nothing else".to_owned());
        }
        // What may stand in a header of HTTP, and no spaces: this is one line with one token.
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err("a token is one line of plain characters without spaces".to_owned());
        }
        Ok(Self(text.into()))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken(********)")
    }
}

/// A time of every day: `06:00-08:00`, also over midnight (`22:00-06:00`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// Minutes of the day; its end is no part of it.
    pub from: u16,
    pub to: u16,
}

const DAY: u16 = 24 * 60;

impl Hours {
    pub fn contains(self, minute: u16) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

impl FromStr for Hours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = |text: &str| match text.as_bytes() {
            [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => {
                Some(u16::from((a - b'0') * 10 + (b - b'0')))
            }
            _ => None,
        };
        let minute = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let of_day = digits(hour)? * 60 + digits(minute).filter(|minute| *minute < 60)?;
            (of_day <= DAY).then_some(of_day)
        };
        let both = text.split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
        match both {
            Some((from, to)) if from < DAY && from != to => Ok(Self { from, to }),
            _ => Err(format!("`{}` are not hours; write 06:00-08:00", text.escape_debug())),
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn url(text: &str) -> LinkUrl {
        text.parse().unwrap_or_else(|problem| panic!("{text}: {problem}"))
    }

    #[test]
    fn the_scheme_tells_the_kind() {
        let cloud = url("https://Cloud.example/");
        assert_eq!(
            (cloud.kind(), cloud.http(), cloud.is_secure()),
            (LinkKind::V33, "https://cloud.example", true)
        );
        let office = url(" fieldhub+http://10.0.0.2:8080/site/ ");
        assert_eq!((office.kind(), office.http()), (LinkKind::Fieldhub, "http://10.0.0.2:8080/site"));
        assert_eq!(office.to_string(), "fieldhub+http://10.0.0.2:8080/site");
        assert_eq!(url("Fieldhub+HTTPS://[2001:db8::1]:8443").http(), "https://[2001:db8::1]:8443");
        assert_eq!(url("http://[::1]").host(), "::1");
    }

    #[test]
    fn a_url_that_cannot_be_used_is_refused_without_telling_what_it_held() {
        for (text, problem) in [
            ("", "not a URL"),
            ("cloud.example", "not a URL"),
            ("ftp://cloud.example", "write https://HOST"),
            ("fieldhub+ftp://cloud.example", "write https://HOST"),
            ("fieldhub+fieldhub+https://x", "write https://HOST"),
            ("https://", "write https://HOST"),
            ("https:///path", "write https://HOST"),
            ("https://me:secret@cloud.example", "put the token in token_file"),
            ("fieldhub+https://secret@cloud.example/x", "put the token in token_file"),
            ("https://cloud.example/?key=secret", "leave out what comes from ?"),
            ("https://cloud.example/#secret", "leave out what comes from ?"),
            ("https://cloud.example:99999", "not a number from 1 to 65535"),
            ("https://cloud.example:0", "not a number from 1 to 65535"),
            ("https://cloud.example:", "not a number from 1 to 65535"),
            ("https://cloud example", "not a URL"),
        ] {
            let said = text.parse::<LinkUrl>().unwrap_err();
            assert!(said.contains(problem) && !said.contains("secret"), "{text}: {said}");
        }
        // No user: an @ may stand in a path.
        assert_eq!(url("https://cloud.example/@me").http(), "https://cloud.example/@me");
    }

    #[test]
    fn what_others_can_read_on_the_way() {
        for (text, overheard) in [
            ("https://cloud.example", false),
            ("http://cloud.example", true),
            ("fieldhub+http://192.168.4.1", true),
            ("http://localhost:80", false),
            ("http://127.0.0.9", false),
            ("http://[::1]:8080", false),
        ] {
            assert_eq!(url(text).is_overheard(), overheard, "{text}");
        }
    }

    #[test]
    fn an_upstream_is_called_as_its_host() {
        let name = |text: &str| url(text).default_name().map(|name| name.to_string());
        assert_eq!(name("https://Cloud.Example/api").as_deref(), Ok("cloud.example"));
        assert_eq!(name("http://127.0.0.1:8080").as_deref(), Ok("127.0.0.1-8080"));
        assert_eq!(name("http://[::1]:80").as_deref(), Ok("1-80"));
        assert!(name(&format!("https://{}.example", "a".repeat(60))).unwrap_err().contains("64 characters"));
    }

    #[test]
    fn a_token_is_one_line_and_gets_into_no_log() {
        let token = BearerToken::parse("a.b-c_d~e+f/g==\n").unwrap();
        assert_eq!(
            (token.expose(), format!("{token:?}").as_str()),
            ("a.b-c_d~e+f/g==", "BearerToken(********)")
        );
        for wrong in ["", " \n", "two words", "two\nlines", "é"] {
            assert!(BearerToken::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn hours_may_go_over_midnight() {
        let hours = |text: &str| text.parse::<Hours>().unwrap();
        let morning = hours("06:00-08:00");
        assert_eq!([359, 360, 479, 480].map(|m| morning.contains(m)), [false, true, true, false]);
        let night = hours("22:00 - 06:00");
        assert_eq!([0, 359, 360, 1_319, 1_320].map(|m| night.contains(m)), [true, true, false, false, true]);
        assert!((0..DAY).all(|m| hours("00:00-24:00").contains(m)));
        for wrong in [
            "",
            "6-8",
            "06:00",
            "06:00-06:00",
            "24:00-25:00",
            "06:60-07:00",
            "+6:00-08:00",
            "06:00-08:00-09:00",
        ] {
            assert!(wrong.parse::<Hours>().unwrap_err().contains("write 06:00-08:00"), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            text in "(fieldhub\\+)?https?://([a-z0-9.-]{1,20}|\\[::1\\])(:[0-9]{1,5})?(/[a-z@.]{0,5}){0,3}",
            from in 0u16..DAY,
            to in 0u16..DAY,
        ) {
            if let Ok(url) = text.parse::<LinkUrl>() {
                prop_assert_eq!(url.to_string().parse::<LinkUrl>(), Ok(url));
            }
            if from != to {
                let hours = Hours { from, to };
                prop_assert_eq!(hours.to_string().parse::<Hours>(), Ok(hours));
            }
        }
    }
}
