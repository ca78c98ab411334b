//! WPA passphrase of the hub's Wi-Fi: given, kept from the last time, or made at random.
//!
//! Called by `network`.

use std::path::Path;

use anyhow::Context;

use super::super::WrongUse;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Password {
    pub text: String,
    /// Nobody knows it yet.
    pub new: bool,
}

/// Without characters that look like others, as people read it from one screen and type it on another.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// 59 bits: more than can be tried on a handshake that somebody has recorded.
const GROUPS: [usize; 3] = [4, 4, 4];

impl Password {
    /// As WPA2 and WPA3 both take it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if !printable || !(8..=63).contains(&text.len()) {
            return Err("a Wi-Fi password has 8 to 63 characters, without accents".to_owned());
        }
        Ok(Self { text: text.to_owned(), new: false })
    }

    /// A line in a file, so that it is in no list of processes.
    pub fn from_file(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        Self::parse(line).map_err(|problem| WrongUse(format!("{}: {problem}", path.display())).into())
    }

    /// `None` when the bytes run out; those that would favour some characters are left out.
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        let fair = 256 - 256 % ALPHABET.len();
        let mut characters = bytes
            .iter()
            .map(|byte| usize::from(*byte))
            .filter(|byte| *byte < fair)
            .map(|byte| char::from(ALPHABET[byte % ALPHABET.len()]));
        let mut text = String::new();
        for length in GROUPS {
            if !text.is_empty() {
                text.push('-');
            }
            for _ in 0..length {
                text.push(characters.next()?);
            }
        }
        Some(Self { text, new: true })
    }

    pub fn random() -> anyhow::Result<Self> {
        loop {
            let mut bytes = [0; 64];
            getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
            if let Some(password) = Self::from_random(&bytes) {
                return Ok(password);
            }
        }
    }

    /// For dry runs: what stands where a new one would.
    pub fn to_come() -> Self {
        Self { text: "(new, shown once)".to_owned(), new: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_one_is_a_good_one() {
        let bytes: Vec<u8> = (0..=255).rev().collect();
        let password = Password::from_random(&bytes).unwrap();
        assert_eq!(password.text, "9876-5432-zyxw", "from 247 down: 248 and above are left out");
        assert!(Password::parse(&password.text).is_ok());
        assert_eq!(Password::from_random(&bytes[..19]), None);
        assert_ne!(Password::random().unwrap(), Password::random().unwrap());
    }

    #[test]
    fn one_from_a_file_is_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("password");
        for (content, good) in
            [("12345678\n", true), (" pass word \r\n", true), ("1234567", false), ("motdépasse", false)]
        {
            std::fs::write(&file, content).unwrap();
            let read = Password::from_file(&file);
            assert_eq!(read.is_ok(), good, "{content:?}");
            if let Ok(password) = read {
                assert_eq!(password.text, content.trim_end_matches(['\r', '\n']));
            }
        }
    }
}
