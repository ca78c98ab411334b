//! Audit lookup: which audit is meant by a name, a token, or the beginning of either, as people type them.
//!
//! Called by every command that takes an audit, or tells of one by its token.

use anyhow::{anyhow, bail};
use clap::Args;
use serde_json::Value;

use super::client::HubClient;
use super::print;
use crate::domain::Token;
use crate::domain::composed::composed;

/// More of those that may be meant are counted.
const SHOWN: usize = 12;

/// An audit as an argument.
#[derive(Debug, Args)]
pub struct WhichAudit {
    /// The audit: its name or token, or the beginning of one, as `fieldhub audit list` shows them
    #[arg(value_name = "AUDIT")]
    audit: String,
}

impl WhichAudit {
    pub async fn token(&self, client: &HubClient) -> anyhow::Result<Token> {
        token_of(client, &self.audit).await
    }

    /// For what nobody is asked about before it is done for good: a beginning may be that of another audit tomorrow.
    pub async fn token_in_full(&self, client: &HubClient) -> anyhow::Result<Token> {
        AuditNames::of(client).await?.whole(&self.audit)
    }

    /// Of an audit that may be elsewhere only: what is no name here is a token there.
    pub async fn token_here_or_there(&self, client: &HubClient) -> anyhow::Result<Token> {
        let names = AuditNames::of(client).await?;
        match (names.whole(&self.audit), Token::parse(&self.audit)) {
            (Err(_), Ok(token)) => Ok(token),
            (found, _) => found,
        }
    }
}

pub async fn token_of(client: &HubClient, typed: &str) -> anyhow::Result<Token> {
    AuditNames::of(client).await?.find(typed)
}

/// The audits of a hub, by token and name.
#[derive(Debug, Default)]
pub struct AuditNames(Vec<NamedAudit>);

#[derive(Debug)]
pub struct NamedAudit {
    token: String,
    name: String,
    location: Option<String>,
    made_ms: Option<u64>,
    marked: u64,
    modules: u64,
}

impl AuditNames {
    pub async fn of(client: &HubClient) -> anyhow::Result<Self> {
        Ok(Self::read(&client.get("/api/v1/audits").await?.json().await?))
    }

    /// With those that cannot be read, which have no name.
    pub fn read(answer: &Value) -> Self {
        let list = |field: &str| answer[field].as_array().map(Vec::as_slice).unwrap_or_default();
        let text = |audit: &Value, field: &str| audit[field].as_str().map(str::to_owned);
        let audits = list("audits").iter().chain(list("unread")).map(|audit| NamedAudit {
            token: text(audit, "token").unwrap_or_default(),
            name: text(audit, "name").unwrap_or_default(),
            location: text(audit, "location"),
            made_ms: audit["created_at_ms"].as_u64(),
            marked: audit["marked"].as_u64().unwrap_or(0),
            modules: audit["module_count"].as_u64().unwrap_or(0),
        });
        Self(audits.collect())
    }

    /// `JALIBAT (a4e19950-…)`, or the token alone where there is no such name.
    pub fn said(&self, token: &str) -> String {
        match self.name(token) {
            print::NOTHING => token.to_owned(),
            name => format!("{name} ({token})"),
        }
    }

    pub fn name(&self, token: &str) -> &str {
        let audit = self.0.iter().find(|audit| audit.token == token);
        audit.map(|audit| audit.name.as_str()).filter(|name| !name.is_empty()).unwrap_or(print::NOTHING)
    }

    pub fn has(&self, token: &str) -> bool {
        self.0.iter().any(|audit| audit.token == token)
    }

    /// Those that people would take for this one: of its name, at its place.
    pub fn twins(&self, made: &Value) -> Vec<&NamedAudit> {
        let same = |a: Option<&str>, b: Option<&str>| folded(a.unwrap_or("")) == folded(b.unwrap_or(""));
        let (token, location) = (made["token"].as_str().unwrap_or_default(), made["location"].as_str());
        let name = made["name"].as_str();
        let twin = |audit: &&NamedAudit| {
            audit.token != token && same(Some(&audit.name), name) && same(audit.location.as_deref(), location)
        };
        self.0.iter().filter(twin).collect()
    }

    pub fn find(&self, typed: &str) -> anyhow::Result<Token> {
        let begins = folded(typed);
        self.one(typed, |audit| {
            folded(&audit.token).starts_with(&begins) || folded(&audit.name).starts_with(&begins)
        })
    }

    pub fn whole(&self, typed: &str) -> anyhow::Result<Token> {
        self.one(typed, |_| false)
    }

    /// The surest first: a script's token is never the beginning of a name that somebody gives tomorrow.
    fn one(&self, typed: &str, may_be: impl Fn(&NamedAudit) -> bool) -> anyhow::Result<Token> {
        let wanted = folded(typed);
        let is_token = |audit: &NamedAudit| audit.token == typed;
        let is_name = |audit: &NamedAudit| folded(&audit.name) == wanted;
        for meant in [&is_token as &dyn Fn(&NamedAudit) -> bool, &is_name, &may_be] {
            let found: Vec<&NamedAudit> = self.0.iter().filter(|audit| meant(audit)).collect();
            match found[..] {
                [] => {}
                [only] => return Token::parse(&only.token).map_err(|invalid| anyhow!("{}", invalid.problem)),
                _ => bail!(
                    "{typed} may be one of {}; say which by its token, of which the beginning is enough:\n{}",
                    found.len(),
                    table(&found).trim_end()
                ),
            }
        }
        bail!(
            "there is no audit {typed}: `fieldhub audit list` shows all; a name, a token, or the beginning of one will do"
        )
    }
}

/// As names are compared.
fn folded(text: &str) -> String {
    composed(text.trim()).to_lowercase()
}

/// With what tells audits of one name apart.
pub fn table(audits: &[&NamedAudit]) -> String {
    let row = |audit: &&NamedAudit| {
        let name = if audit.name.is_empty() { print::NOTHING } else { &audit.name };
        let marked = format!("{} of {}", audit.marked, audit.modules);
        [audit.token.clone(), name.to_owned(), print::time(audit.made_ms), marked]
    };
    let rows: Vec<_> = audits.iter().take(SHOWN).map(row).collect();
    let more = match audits.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("and {more} more\n"),
    };
    print::table(["TOKEN", "NAME", "MADE", "MARKED"], &rows) + &more
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names() -> AuditNames {
        let audit = |token: &str, name: &str, location: Option<&str>| {
            json!({"token": token, "name": name, "location": location, "module_count": 24, "marked": 3,
                "created_at_ms": 1_761_300_000_000u64})
        };
        AuditNames::read(&json!({"audits": [
            audit("a4e1-1", "JALIBAT", Some("Castelmoron")),
            audit("a4e1-2", "Jalibat ", Some("castelmoron")),
            audit("0b77", "Toit Été", None),
            audit("toit", "Hangar", None),
        ], "unread": [{"token": "bad", "problem": "damaged"}]}))
    }

    fn found(typed: &str) -> String {
        names().find(typed).map_or_else(|error| error.to_string(), |token| token.to_string())
    }

    #[test]
    fn an_audit_is_found_by_its_name_its_token_and_what_they_begin_with() {
        assert_eq!(found("hangar"), "toit");
        assert_eq!(found("toit"), "toit", "its token, though a name begins with it");
        assert_eq!([found("0b"), found("Toit é"), found("toit e\u{301}te\u{301}")], ["0b77", "0b77", "0b77"]);
        assert_eq!([found("bad"), found("a4e1-2"), found("han")], ["bad", "a4e1-2", "toit"]);
    }

    #[test]
    fn where_it_may_be_several_they_are_listed_and_where_there_is_none_the_list_is_named() {
        insta::assert_snapshot!(found("JALIBAT"), @"
        JALIBAT may be one of 2; say which by its token, of which the beginning is enough:
        TOKEN   NAME      MADE                  MARKED
        a4e1-1  JALIBAT   2025-10-24 10:00 UTC  3 of 24
        a4e1-2  Jalibat   2025-10-24 10:00 UTC  3 of 24
        ");
        assert!(found("a4").contains("may be one of 2"));
        assert!(found("nobody").starts_with("there is no audit nobody: `fieldhub audit list`"));
    }

    #[test]
    fn a_beginning_is_not_enough_where_nobody_is_asked() {
        let names = names();
        assert_eq!(names.whole("toit été").unwrap().as_str(), "0b77");
        assert!(names.whole("0b").is_err());
    }

    #[test]
    fn audits_of_one_name_and_place_are_twins() {
        let names = names();
        let twins = |name: &str, location: Option<&str>| {
            names.twins(&json!({"token": "new", "name": name, "location": location})).len()
        };
        assert_eq!(
            [twins("jalibat", Some("Castelmoron")), twins("jalibat", None), twins("Hangar", None)],
            [2, 0, 1]
        );
        assert_eq!(names.said("0b77"), "Toit Été (0b77)");
        assert_eq!([names.said("bad"), names.said("gone")], ["bad", "gone"]);
    }
}
