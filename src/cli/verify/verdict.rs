//! Verdict on a file, and how it is said: five of them, each with its exit code.
//!
//! Called by `verify` and `folder`; calls `kind`.

use serde_json::{Value, json};
use uuid::Uuid;

use super::kind::FileKind;
use super::places::FileDetails;
use crate::domain::iso8601;
use crate::domain::proof::check::AlteredPart;
use crate::domain::proof::{FileVerdict, HubPublicKey, HubStatement, REPORT};

/// From good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Genuine,
    /// In a folder, which is not all there; what is there may be genuine.
    Missing,
    NoSignature,
    OtherHub,
    Altered,
}

/// With the exit code that says it to scripts.
#[derive(Debug, thiserror::Error)]
#[error("{said}")]
pub struct VerifyFailure {
    said: &'static str,
    pub code: u8,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Missing => "missing",
            Self::NoSignature => "no_signature",
            Self::OtherHub => "other_hub",
            Self::Altered => "altered",
        }
    }

    pub fn result(self) -> anyhow::Result<()> {
        let (said, code) = match self {
            Self::Genuine => return Ok(()),
            Self::Missing => ("not all files of the report are there", 1),
            Self::Altered => ("this is not what the hub wrote", 3),
            Self::OtherHub => ("another hub signed this", 4),
            Self::NoSignature => ("there is no signature to check", 5),
        };
        Err(VerifyFailure { said, code }.into())
    }
}

/// Whose signature it must be.
#[derive(Debug)]
pub enum ExpectedKey {
    /// Somebody says so.
    Named(String),
    /// Of the hub on this machine.
    Here(Uuid, HubPublicKey),
    None,
}

#[derive(Debug)]
pub struct VerifiedFile {
    pub name: String,
    pub verdict: Verdict,
    /// In a sentence.
    why: String,
    pub statement: Option<HubStatement>,
    details: FileDetails,
}

impl VerifiedFile {
    pub fn new(name: &str, verdict: Verdict, why: &str) -> Self {
        Self {
            name: name.to_owned(),
            verdict,
            why: why.to_owned(),
            statement: None,
            details: FileDetails::default(),
        }
    }

    pub fn of(name: &str, found: FileVerdict, kind: FileKind, expected: &ExpectedKey) -> Self {
        let (verdict, why, statement) = match found {
            FileVerdict::Genuine(statement) => {
                let (verdict, why) = by_whom(&statement, expected);
                (verdict, why, Some(statement))
            }
            FileVerdict::Altered(AlteredPart::File, statement) => {
                (Verdict::Altered, "altered. Its contents are not what was signed.", statement)
            }
            FileVerdict::Altered(AlteredPart::Proof, statement) => (
                Verdict::Altered,
                "altered. The proof in it is damaged or was changed; whether the rest was cannot be told.",
                statement,
            ),
            FileVerdict::HeadAlone(statement) if kind == FileKind::Workbook => (
                Verdict::NoSignature,
                "not signed. Another program has saved this workbook again, also without a change, and its signature is lost: nothing \
                 shows that nobody has changed it. What it was made of it still says: ask for that file as it was given away.",
                Some(statement),
            ),
            FileVerdict::HeadAlone(statement) => (
                Verdict::NoSignature,
                "not signed. It names what it was made of, and nothing in it holds the file itself: the signature was taken out, or \
                 the hub had lost its key when it made it.",
                Some(statement),
            ),
            FileVerdict::NoProof => (Verdict::NoSignature, kind.unsigned(), None),
        };
        Self {
            name: name.to_owned(),
            verdict,
            why: why.to_owned(),
            statement,
            details: FileDetails::default(),
        }
    }

    #[must_use]
    pub fn with(self, details: FileDetails) -> Self {
        Self { details, ..self }
    }

    pub fn json(&self) -> Value {
        let statement = self.statement.as_ref().map(|said| {
            json!({
                "of": said.of, "audit": said.audit.as_ref().map(ToString::to_string), "version": said.version,
                "log_id": said.log, "position": said.position, "digest": said.digest.map(|digest| digest.to_string()),
                "made_at": iso8601::format(said.made_ms), "clock": said.clock, "hub_id": said.hub, "hub_name": said.name,
                "key": said.key.to_string(), "fingerprint": said.key.fingerprint(),
            })
        });
        json!({
            "file": self.name, "verdict": self.verdict.word(), "why": self.why, "proof": statement,
            "holds": self.details.holds, "where": self.details.places,
        })
    }

    pub fn said(&self, expected: &ExpectedKey) -> String {
        let mut said = format!("{}: {}\n", self.name, self.why);
        self.details.places.iter().for_each(|place| said.push_str(&format!("  {:<9} {place}\n", "where")));
        self.details.holds.iter().for_each(|holds| said.push_str(&format!("  {:<9} {holds}\n", "holds")));
        let Some(statement) = &self.statement else { return said };
        let mut line = |name: &str, text: String| said.push_str(&format!("  {name:<9} {text}\n"));
        if let Some(audit) = &statement.audit {
            let version = match statement.version {
                Some(number) => format!(", version {number}"),
                None if statement.of == REPORT => ", draft".to_owned(),
                None => String::new(),
            };
            line("of", format!("{} of audit {audit}{version}", statement.of));
        }
        if statement.audit.is_none() {
            line("of", format!("{} of log {}", statement.of, statement.log));
        }
        if let Some(position) = statement.position {
            let digest = statement.digest.map_or(String::new(), |digest| format!(", digest {digest}"));
            line("log", format!("{} up to operation {position}{digest}", statement.log));
        }
        line("made", format!("{}, {}", iso8601::format(statement.made_ms), clock(&statement.clock)));
        // Whoever signs chooses what the hub is called: no control characters in a terminal.
        let name: String = statement.name.chars().filter(|c| !c.is_control()).collect();
        line("hub", format!("{name} ({})", statement.hub));
        line("key", statement.key.fingerprint());
        if matches!(expected, ExpectedKey::None) {
            line("", "Compare this key with the one on the hub's poster: anybody can sign with a key of their own.".to_owned());
        }
        said
    }
}

fn by_whom(statement: &HubStatement, expected: &ExpectedKey) -> (Verdict, &'static str) {
    match expected {
        ExpectedKey::Named(key) if statement.key.is_named(key) => (
            Verdict::Genuine,
            "genuine. Nothing in it has been changed, and it is signed with the key that you named.",
        ),
        ExpectedKey::Here(_, key) if statement.key == *key => (
            Verdict::Genuine,
            "genuine. Nothing in it has been changed, and it is signed by the hub on this machine.",
        ),
        ExpectedKey::None => {
            (Verdict::Genuine, "genuine. Nothing in it has been changed since it was signed.")
        }
        ExpectedKey::Named(_) => (
            Verdict::OtherHub,
            "signed by another hub. Nothing was changed since, but the key is not the one that you named.",
        ),
        ExpectedKey::Here(id, _) if statement.hub == *id => (
            Verdict::OtherHub,
            "signed with another key. It names the hub on this machine, which does not have that key: it lost it since, or somebody \
             else signs in its name.",
        ),
        ExpectedKey::Here(..) => (
            Verdict::OtherHub,
            "signed by another hub. Nothing was changed since, but it is not the hub on this machine.",
        ),
    }
}

fn clock(word: &str) -> String {
    let (word, contradicted) = word.split_once(',').unwrap_or((word, ""));
    let known = match word {
        "network" => "by a clock that the network kept",
        "upstream" => "by a clock that another server had set",
        "person" => "by a clock that a person had set",
        "tablets" => "by a clock that the tablets had set",
        "machine" | "kept" => "by a clock that nobody had confirmed",
        other => other,
    };
    let doubted = if contradicted == "contradicted" { "; its tablets said another time" } else { "" };
    format!("{known}{doubted}")
}
