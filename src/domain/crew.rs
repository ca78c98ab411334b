//! Access control: who may do what. Access modes, roles, join codes, and when a session is over. Pure.
//!
//! `hub::crew` keeps members and sessions and asks here; `http::guard::access` compares roles.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::site_clock::{Quality, SteadyTime};

/// Who gets in at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whoever has joined with the crew's code.
    Crew,
    /// Everybody on the network: an audit's token is the key, as v3.3 has it, and the list of audits tells it.
    Open,
}

impl Access {
    pub fn as_str(self) -> &'static str {
        match self {
            Access::Crew => "crew",
            Access::Open => "open",
        }
    }
}

impl FromStr for Access {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "crew" => Ok(Self::Crew),
            "open" => Ok(Self::Open),
            _ => Err(format!("`{text}` is not an access mode; write crew or open")),
        }
    }
}

/// What a member may do; each role may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Marks.
    Technician,
    /// Makes, changes, exports and removes audits; decides who is in the crew.
    Lead,
}

impl Role {
    pub const ALL: [Role; 3] = [Role::Viewer, Role::Technician, Role::Lead];

    pub fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Technician => "technician",
            Role::Lead => "lead",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Role::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or_else(|| format!("`{text}` is not a role; write viewer, technician or lead"))
    }
}

/// A code to join with: short enough to be told over the radio, with no characters that look alike. The default is none: nothing
/// that is typed is that.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JoinCode(String);

const ALPHABET: &[u8; 27] = b"23456789ACDEFGHJKMNPQRTUWXY";
const LENGTH: usize = 8;

impl JoinCode {
    /// From random bytes; `None` when they run out. Bytes that would favour some characters are left out.
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        let fair = 256 - 256 % ALPHABET.len();
        let mut text = String::with_capacity(LENGTH);
        for byte in bytes.iter().map(|b| usize::from(*b)).filter(|b| *b < fair) {
            text.push(char::from(ALPHABET[byte % ALPHABET.len()]));
            if text.len() == LENGTH {
                return Some(Self(text));
            }
        }
        None
    }

    /// As somebody types it: in any case, with spaces or dashes, and with the characters that codes
    /// leave out because they look like others. `None`: no code looks like this.
    pub fn typed(text: &str) -> Option<Self> {
        // A hostile body may be long; a code is not.
        if text.len() > 64 {
            return None;
        }
        let meant = |c: char| match c.to_ascii_uppercase() {
            'B' => '8',
            'S' => '5',
            'Z' => '2',
            'V' => 'U',
            other => other,
        };
        let code: String =
            text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–')).map(meant).collect();
        let good = code.len() == LENGTH && code.bytes().all(|b| ALPHABET.contains(&b));
        good.then_some(Self(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `K7MP-XQD4`: for people to read out.
    pub fn spaced(&self) -> String {
        let (a, b) = self.0.split_at(self.0.len() / 2);
        format!("{a}-{b}")
    }

    /// What joins by one scan. In the fragment: browsers keep it to themselves, so it is in no log on the way.
    pub fn link(&self, origin: &str) -> String {
        format!("{origin}#/join/{}", self.0)
    }
}

/// Codes get into no log, not by a careless `{:?}` either.
impl fmt::Debug for JoinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinCode(********)")
    }
}

/// What signs sessions, when it comes from outside.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(Box<[u8]>);

impl SigningKey {
    /// As a file has it: a newline at its end is no part of it.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let bytes = bytes.trim_ascii_end();
        if bytes.len() < 32 {
            return Err(
                "a signing key has at least 32 bytes; make one with `openssl rand -hex 32`".to_owned()
            );
        }
        Ok(Self(bytes.into()))
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Keys get into no log.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(********)")
    }
}

const SYNCHRONISED_LEEWAY_MS: u64 = 5 * 60_000;
/// Two tablets that agree may still both be on another day's time zone or a little wrong.
const LEARNT_LEEWAY_MS: u64 = 24 * 3_600_000;

/// When a session ends, in steady time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// The times in the token.
    pub issued_ms: u64,
    pub expires_ms: u64,
    /// How well the time was known when the token was made.
    pub issued: Quality,
    /// When a token of this member that was made without knowing the time was first seen with it known.
    pub anchored_ms: Option<u64>,
    pub lifetime_ms: u64,
}

impl Expiry {
    /// Whether the session is over. Never because the hub woke up in the past: a token that was made without knowing
    /// the time counts from when it became known, and until then the time that the hub was running counts.
    pub fn is_over(&self, now: SteadyTime) -> bool {
        let leeway = match now.quality {
            Quality::Unknown | Quality::Learnt => LEARNT_LEEWAY_MS,
            Quality::Synchronised => SYNCHRONISED_LEEWAY_MS,
        };
        let expires_ms = match (self.issued, self.anchored_ms) {
            _ if self.needs_anchor(now) => return false,
            (Quality::Unknown, Some(from)) => from.saturating_add(self.lifetime_ms),
            _ => self.expires_ms,
        };
        now.ms > expires_ms.saturating_add(leeway)
    }

    /// Whether this is the moment to note in [`Self::anchored_ms`]: the time has become known since.
    pub fn needs_anchor(&self, now: SteadyTime) -> bool {
        self.issued == Quality::Unknown && self.anchored_ms.is_none() && self.issued_ms < now.since_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: u64 = 86_400_000;
    const NOW: u64 = 1_780_000_000_000;

    #[test]
    fn a_code_is_taken_as_people_type_it() {
        let code = JoinCode::from_random(&[0, 1, 2, 3, 8, 9, 10, 11]).unwrap();
        assert_eq!((code.as_str(), code.spaced().as_str()), ("2345ACDE", "2345-ACDE"));
        for typed in ["2345ACDE", "2345-acde", " 2345 ac de ", "z34s–acde"] {
            assert_eq!(JoinCode::typed(typed).as_ref(), Some(&code), "{typed}");
        }
        for wrong in ["", "2345ACD", "2345ACDEF", "2345AC*E", "2345ACD0", "éééé", &" ".repeat(1 << 16)] {
            assert_eq!(JoinCode::typed(wrong), None, "{wrong}");
        }
        assert!(!format!("{code:?}").contains("2345"));
    }

    proptest! {
        #[test]
        fn codes_have_no_look_alikes_and_are_read_back(bytes in proptest::collection::vec(any::<u8>(), 64)) {
            let code = JoinCode::from_random(&bytes).unwrap();
            prop_assert_eq!(code.as_str().len(), 8);
            prop_assert!(!code.as_str().contains(['0', 'O', '1', 'I', 'L', 'B', 'S', 'Z', 'V']));
            prop_assert_eq!(JoinCode::typed(&code.spaced().to_lowercase()), Some(code));
        }
    }

    #[test]
    fn random_bytes_that_would_favour_some_characters_are_left_out() {
        assert_eq!(JoinCode::from_random(&[255; 64]), None);
        assert_eq!(JoinCode::from_random(&[0; 7]), None);
    }

    fn expiry(issued: Quality, expires_ms: u64, anchored_ms: Option<u64>) -> Expiry {
        let lifetime_ms = 30 * DAY;
        Expiry { issued_ms: expires_ms - lifetime_ms, expires_ms, issued, anchored_ms, lifetime_ms }
    }

    /// Known from NOW on, where it is known at all.
    fn at(ms: u64, quality: Quality) -> SteadyTime {
        SteadyTime { ms, since_ms: if quality == Quality::Unknown { 0 } else { NOW }, quality }
    }

    #[test]
    fn a_session_ends_by_a_time_that_is_known() {
        let made = expiry(Quality::Synchronised, NOW, None);
        assert!(!made.is_over(at(NOW + 60_000, Quality::Synchronised)));
        assert!(made.is_over(at(NOW + 6 * 60_000, Quality::Synchronised)));
        assert!(!made.is_over(at(NOW + DAY - 1, Quality::Learnt)));
        assert!(made.is_over(at(NOW + DAY + 1, Quality::Learnt)));
        // Steady time is never ahead: where nobody vouches for it, it is the hub's own running.
        assert!(!made.is_over(at(NOW + DAY - 1, Quality::Unknown)));
        assert!(made.is_over(at(NOW + DAY + 1, Quality::Unknown)));
    }

    #[test]
    fn a_hub_that_woke_up_in_the_past_locks_nobody_out() {
        // Joined while the hub thought it was a year ago; then the tablets told it the time.
        let made = expiry(Quality::Unknown, NOW - 335 * DAY, None);
        assert!(!made.is_over(at(NOW, Quality::Learnt)));
        assert!(made.needs_anchor(at(NOW, Quality::Learnt)) && !made.needs_anchor(at(NOW, Quality::Unknown)));
        // The hub was told the time while they were away, and has been started anew without it.
        let forgotten = SteadyTime { ms: NOW + DAY, since_ms: NOW, quality: Quality::Unknown };
        assert!(!made.is_over(forgotten) && made.needs_anchor(forgotten));
        let anchored = Expiry { anchored_ms: Some(NOW), ..made };
        assert!(!anchored.needs_anchor(at(NOW, Quality::Learnt)));
        assert!(!anchored.is_over(at(NOW + 30 * DAY, Quality::Synchronised)));
        assert!(anchored.is_over(at(NOW + 31 * DAY, Quality::Synchronised)), "and it does end");
        // A hub that woke up in the future gives nobody a session for life.
        let early = expiry(Quality::Unknown, NOW + 9_000 * DAY, Some(NOW));
        assert!(!early.is_over(at(NOW + 30 * DAY, Quality::Synchronised)));
        assert!(early.is_over(at(NOW + 31 * DAY, Quality::Synchronised)));
    }

    #[test]
    fn a_short_key_is_refused() {
        assert!(SigningKey::parse(b"too short\n").unwrap_err().contains("32 bytes"));
        assert_eq!(
            SigningKey::parse(&[b'x'; 32]),
            SigningKey::parse(&[[b'x'; 32].as_slice(), b"\n"].concat())
        );
    }

    #[test]
    fn roles_build_on_one_another() {
        assert!(Role::Viewer < Role::Technician && Role::Technician < Role::Lead);
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert!("chief".parse::<Role>().unwrap_err().contains("viewer, technician or lead"));
    }
}
