//! Upstreams: `--upstream`, `FIELDHUB_UPSTREAM`, the `[[upstream]]` tables, and where their tokens come from.
//!
//! Called by `config`; calls `domain::upstream`. A higher layer's list replaces the lower one's, as with `listen`.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny};

use super::{ConfigError, Size};
use crate::domain::{BearerToken, Hours, LinkName, LinkUrl, Token};

/// What variables with tokens begin with.
const TOKEN_VARIABLE: &str = "FIELDHUB_UPSTREAM_TOKEN";
/// Less is gone with the first handshakes of a day.
const LEAST_BUDGET: u64 = 64 << 10;

/// One upstream, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamSettings {
    pub name: LinkName,
    pub url: LinkUrl,
    pub token: Option<TokenFrom>,
    pub ca_file: Option<PathBuf>,
    /// All of them when nothing is said.
    pub audits: Option<Vec<Token>>,
    pub budget_per_day: Option<u64>,
    /// When it may push; empty is always.
    pub hours: Vec<Hours>,
    pub presence: bool,
}

/// A file is read when the hub starts: other commands need not be able to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenFrom {
    File(PathBuf),
    Given(BearerToken),
}

/// One `[[upstream]]` table, or one URL of a flag or variable.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpstreamEntry {
    #[serde(default)]
    name: Option<LinkName>,
    #[serde(default)]
    url: Option<UrlText>,
    /// Refused with a better reason than "unknown", which would print the line.
    #[serde(default, deserialize_with = "anything")]
    token: bool,
    #[serde(default)]
    token_file: Option<PathBuf>,
    #[serde(default)]
    ca_file: Option<PathBuf>,
    #[serde(default)]
    audits: Option<Vec<Token>>,
    #[serde(default)]
    budget_per_day: Option<Size>,
    #[serde(default, deserialize_with = "hours")]
    hours: Option<Vec<Hours>>,
    #[serde(default)]
    presence: Option<bool>,
    /// Where it stands, if not in a table.
    #[serde(skip)]
    place: Option<&'static str>,
}

/// A URL, or what is wrong with it. Its text may hold a password, so a bad one is kept by nobody and is in no
/// message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlText(Result<LinkUrl, String>);

impl UrlText {
    pub fn checked(&self) -> Result<&LinkUrl, &str> {
        self.0.as_ref().map_err(String::as_str)
    }
}

impl FromStr for UrlText {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.parse()))
    }
}

impl<'de> Deserialize<'de> for UrlText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.parse()))
    }
}

fn anything<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

fn hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Hours>>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| text.parse().map_err(de::Error::custom)).collect::<Result<_, _>>().map(Some)
}

/// The upstreams of flags.
pub fn of_flags(urls: &[UrlText]) -> Option<Vec<UpstreamEntry>> {
    (!urls.is_empty()).then(|| urls.iter().map(|url| UpstreamEntry::at("--upstream", url.clone())).collect())
}

/// The upstreams of `FIELDHUB_UPSTREAM`.
pub fn of_variable(value: &str) -> Vec<UpstreamEntry> {
    let urls = value.split(',').map(str::trim).filter(|url| !url.is_empty());
    urls.map(|url| UpstreamEntry::at("FIELDHUB_UPSTREAM", UrlText(url.parse()))).collect()
}

impl UpstreamEntry {
    fn at(place: &'static str, url: UrlText) -> Self {
        Self {
            name: None,
            url: Some(url),
            token: false,
            token_file: None,
            ca_file: None,
            audits: None,
            budget_per_day: None,
            hours: None,
            presence: None,
            place: Some(place),
        }
    }
}

/// Tokens of the environment: the variable, and what it holds.
pub type Tokens = Vec<(String, BearerToken)>;

/// The variable that holds this upstream's token.
fn token_variable(name: &LinkName) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("{TOKEN_VARIABLE}_{}", name.as_str().chars().map(plain).collect::<String>())
}

/// Checked together with their tokens; and the variables whose tokens are no upstream's.
pub fn resolve(
    entries: Vec<UpstreamEntry>,
    tokens: Tokens,
) -> Result<(Vec<UpstreamSettings>, Vec<String>), ConfigError> {
    let mut upstreams: Vec<UpstreamSettings> = Vec::new();
    for (at, entry) in entries.into_iter().enumerate() {
        let upstream = check(at, entry)?;
        if let Some(other) = upstreams.iter().find(|other| other.name == upstream.name) {
            return Err(wrong(
                at,
                "name",
                format!(
                    "two upstreams are called {}: give each its own name in an [[upstream]] table",
                    other.name
                ),
            ));
        }
        upstreams.push(upstream);
    }
    let names: BTreeSet<String> = upstreams.iter().map(|upstream| token_variable(&upstream.name)).collect();
    let mut unused = Vec::new();
    for (variable, token) in tokens {
        let many = |problem: String| Err(ConfigError::Value { place: variable.clone(), problem });
        let meant = |upstream: &&mut UpstreamSettings| {
            variable == TOKEN_VARIABLE || token_variable(&upstream.name) == variable
        };
        let mut meant: Vec<&mut UpstreamSettings> = upstreams.iter_mut().filter(meant).collect();
        match &mut meant[..] {
            [] => unused.push(variable),
            [upstream] => upstream.token = Some(TokenFrom::Given(token)),
            // One's token is no business of another's.
            _ if variable == TOKEN_VARIABLE => {
                let names = names.into_iter().collect::<Vec<_>>().join(" or ");
                return many(format!(
                    "there are several upstreams; say which one the token is for, with {names}"
                ));
            }
            _ => return many("this matches several upstreams: rename one of them".to_owned()),
        }
    }
    Ok((upstreams, unused))
}

fn check(at: usize, entry: UpstreamEntry) -> Result<UpstreamSettings, ConfigError> {
    let place = entry.place;
    let wrong = |key: &str, problem: String| match place {
        Some(place) => ConfigError::Value { place: place.to_owned(), problem },
        None => wrong(at, key, problem),
    };
    let url = entry.url.ok_or_else(|| wrong("url", "it is missing".to_owned()))?;
    let url = url.0.map_err(|problem| wrong("url", problem))?;
    if entry.token {
        let problem = "a token does not belong in the settings, which people print and copy: put it in a \
                       file that only the hub can read, and set token_file to that file";
        return Err(wrong("token", problem.to_owned()));
    }
    let name = match entry.name {
        Some(name) if name.as_str().starts_with(|c: char| c.is_ascii_alphanumeric()) => name,
        // The hub keeps things of its own under other names.
        Some(_) => return Err(wrong("name", "it begins with a letter or a digit".to_owned())),
        None => url.default_name().map_err(|problem| wrong("name", problem))?,
    };
    if entry.audits.as_ref().is_some_and(Vec::is_empty) {
        return Err(wrong("audits", "name at least one, or leave the setting out for all".to_owned()));
    }
    if entry.hours.as_ref().is_some_and(Vec::is_empty) {
        return Err(wrong("hours", "name some, or leave the setting out for always".to_owned()));
    }
    if entry.budget_per_day.is_some_and(|size| size.0 < LEAST_BUDGET) {
        return Err(wrong("budget_per_day", "at least 64KiB; leave the setting out for no limit".to_owned()));
    }
    Ok(UpstreamSettings {
        name,
        url,
        token: entry.token_file.map(TokenFrom::File),
        ca_file: entry.ca_file,
        audits: entry.audits,
        budget_per_day: entry.budget_per_day.map(|size| size.0),
        hours: entry.hours.unwrap_or_default(),
        presence: entry.presence.unwrap_or(true),
    })
}

fn wrong(at: usize, key: &str, problem: String) -> ConfigError {
    ConfigError::Value { place: format!("[[upstream]] {}, {key}", at + 1), problem }
}

/// The token that a variable holds. `None`: it is no such variable.
pub fn token_of(variable: &str, value: &str) -> Option<Result<(String, BearerToken), String>> {
    let rest = variable.strip_prefix(TOKEN_VARIABLE)?;
    (rest.is_empty() || rest.starts_with('_'))
        .then(|| BearerToken::parse(value).map(|token| (variable.to_owned(), token)))
}

#[cfg(test)]
mod tests {
    use super::super::{Config, DEFAULT_FILE, Layer};
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Result<Layer, ConfigError> {
        Layer::from_env(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))).map(|(layer, _)| layer)
    }

    fn file(text: &str) -> Result<Config, String> {
        let layer: Layer = toml::from_str(text).map_err(|error| error.to_string())?;
        Config::resolve([layer]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_table_sets_everything_and_a_url_alone_is_enough() {
        let text = r#"
            [[upstream]]
            name = "office"
            url = "fieldhub+https://office.example"
            token_file = "/etc/fieldhub/office.token"
            ca_file = "office.pem"
            audits = ["jalibat", "demo-104-modules"]
            budget_per_day = "50MiB"
            hours = ["06:00-08:00", "22:00-23:30"]
            presence = false
            [[upstream]]
            url = "https://cloud.example"
        "#;
        let upstreams = file(text).unwrap().upstreams;
        let [office, cloud] = &upstreams[..] else { panic!("{upstreams:?}") };
        assert_eq!(office.token, Some(TokenFrom::File("/etc/fieldhub/office.token".into())));
        assert_eq!((office.audits.as_ref().map(Vec::len), office.budget_per_day), (Some(2), Some(50 << 20)));
        assert_eq!((office.hours.len(), office.presence), (2, false));
        assert_eq!((cloud.name.as_str(), cloud.presence), ("cloud.example", true));
        assert_eq!((&cloud.token, &cloud.audits, &cloud.hours[..]), (&None, &None, &[][..]));
    }

    #[test]
    fn the_example_in_the_printed_file_shows_every_key() {
        let example = DEFAULT_FILE.split_once("# [[upstream]]").map(|(_, example)| example).unwrap();
        let mut table = "[[upstream]]".to_owned();
        for line in example.lines() {
            // Its settings; and not the sentences beside them.
            if let Some(setting) = line.strip_prefix("# ").filter(|line| line.contains(" = ")) {
                table = format!("{table}\n{setting}");
            }
        }
        let layer: Layer = toml::from_str(&table).unwrap_or_else(|error| panic!("{error}\n{table}"));
        let [entry] = &layer.upstream.clone().unwrap()[..] else { panic!("{layer:?}") };
        let UpstreamEntry {
            name,
            url,
            token: _,
            token_file,
            ca_file,
            audits,
            budget_per_day,
            hours,
            presence,
            place: _,
        } = entry;
        assert!(
            name.is_some() && url.is_some() && token_file.is_some() && ca_file.is_some() && audits.is_some()
        );
        assert!(budget_per_day.is_some() && hours.is_some() && presence.is_some());
        Config::resolve([layer]).unwrap();
    }

    #[test]
    fn a_higher_list_replaces_a_lower_one_and_tokens_find_their_upstreams() {
        let lower: Layer = toml::from_str("[[upstream]]\nurl = \"https://old.example\"").unwrap();
        let higher = env(&[
            ("FIELDHUB_UPSTREAM", "https://cloud.example, fieldhub+http://10.0.0.2:8080"),
            ("FIELDHUB_UPSTREAM_TOKEN_CLOUD_EXAMPLE", "one"),
            ("FIELDHUB_UPSTREAM_TOKEN_10_0_0_2_8080", "two\n"),
            ("FIELDHUB_UPSTREAM_TOKEN_OLD_EXAMPLE", "three"),
        ])
        .unwrap();
        let config = Config::resolve([higher, lower.clone()]).unwrap();
        let given = |text: &str| Some(TokenFrom::Given(BearerToken::parse(text).unwrap()));
        let tokens: Vec<_> = config.upstreams.iter().map(|upstream| upstream.token.clone()).collect();
        assert_eq!(tokens, [given("one"), given("two")]);
        assert_eq!(config.unused_tokens, ["FIELDHUB_UPSTREAM_TOKEN_OLD_EXAMPLE"]);
        assert!(!format!("{config:?}").contains("two"));

        let flags =
            Layer { upstream: of_flags(&["http://localhost:1".parse().unwrap()]), ..Layer::default() };
        let token = env(&[("FIELDHUB_UPSTREAM_TOKEN", "only")]).unwrap();
        let config = Config::resolve([flags, token, lower]).unwrap();
        assert_eq!(config.upstreams.len(), 1);
        assert_eq!(config.upstreams[0].token, given("only"));
        assert_eq!(
            env(&[("FIELDHUB_UPSTREAM", "")]).unwrap().upstream,
            Some(Vec::new()),
            "none, whatever a file says"
        );
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place_and_never_quoted() {
        let table =
            |rest: &str| file(&format!("[[upstream]]\nurl = \"https://a.example\"\n{rest}")).unwrap_err();
        assert_eq!(
            file("[[upstream]]\nurl = \"https://me:secret@a.example\"").unwrap_err(),
            "[[upstream]] 1, url: an upstream's URL has no user and no password: put the token in token_file"
        );
        assert_eq!(file("[[upstream]]\nname = \"a\"").unwrap_err(), "[[upstream]] 1, url: it is missing");
        let said = table("token = \"secret\"");
        assert!(
            said.starts_with("[[upstream]] 1, token: a token does not belong in the settings")
                && !said.contains("secret"),
            "{said}"
        );
        assert!(table("audits = []").contains("audits: name at least one"));
        assert!(table("hours = []").contains("hours: name some"));
        assert!(table("hours = [\"6-8\"]").contains("write 06:00-08:00"));
        assert!(table("budget_per_day = 9").contains("budget_per_day: at least 64KiB"));
        assert!(table("budget = 9").contains("unknown field `budget`"));
        assert!(table("name = \"a b\"").contains("1 to 64 characters"));
        assert!(table("name = \".bundle\"").ends_with("name: it begins with a letter or a digit"));
        assert!(
            table("[[upstream]]\nurl = \"http://a.example\"")
                .contains("2, name: two upstreams are called a.example")
        );

        let resolved = |layer: Layer| Config::resolve([layer]).unwrap_err().to_string();
        let flag = Layer { upstream: of_flags(&["ftp://x".parse().unwrap()]), ..Layer::default() };
        assert!(resolved(flag).starts_with("--upstream: this is not a URL that"));
        let said = resolved(env(&[("FIELDHUB_UPSTREAM", "https://u:secret@x")]).unwrap());
        assert!(said.starts_with("FIELDHUB_UPSTREAM: ") && !said.contains("secret"), "{said}");
        let two = [("FIELDHUB_UPSTREAM", "https://a.b,https://a-b"), ("FIELDHUB_UPSTREAM_TOKEN", "secret")];
        let said = resolved(env(&two).unwrap());
        assert!(said.contains("say which one the token is for, with FIELDHUB_UPSTREAM_TOKEN_A_B"), "{said}");
        let two = [two[0], ("FIELDHUB_UPSTREAM_TOKEN_A_B", "secret")];
        assert!(resolved(env(&two).unwrap()).contains("this matches several upstreams"));
        let said = env(&[("FIELDHUB_UPSTREAM_TOKEN", "my secret")]).unwrap_err().to_string();
        assert_eq!(said, "FIELDHUB_UPSTREAM_TOKEN: a token is one line of plain characters without spaces");
    }
}
