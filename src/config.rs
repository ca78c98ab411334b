//! Settings: flags over environment over TOML file over defaults, each checked once.
//!
//! Called by `cli` alone, which hands the plain values down; calls toml.

pub mod lan;
mod limits;
mod measure;
mod photos;
mod table;
pub mod tls;
pub mod upstreams;
mod wifi;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::{self, Deserializer};

pub use lan::Lan;
pub use limits::Limits;
pub use measure::{Count, Size, Span};
pub use photos::{DayBytes, HourList, PhotoSettings};
use table::table;
pub use tls::Tls;
pub use upstreams::{TokenFrom, UpstreamSettings, UrlText};
pub use wifi::Wifi;

use crate::domain::crew::{Access, SigningKey};
use crate::domain::id::short_text;

/// What `serve --print-config` prints; reading it gives the defaults.
pub const DEFAULT_FILE: &str = include_str!("config.toml");

/// Where the data are when nobody says.
pub const DEFAULT_DATA_DIR: &str = "./data";

/// Every setting's environment variable begins with this.
const PREFIX: &str = "FIELDHUB_";
/// Names the TOML file; it is no setting of its own.
pub const FILE_VARIABLE: &str = "FIELDHUB_CONFIG";

/// A setting that cannot be used: where it stands and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{}: {problem}", path.display())]
    File { path: PathBuf, problem: String },
    #[error("{place}: {problem}")]
    Value { place: String, problem: String },
}

/// All settings, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub name: String,
    pub data_dir: PathBuf,
    pub listen: Vec<SocketAddr>,
    pub access: Access,
    pub session: Duration,
    /// From systemd's credentials; never from a file of settings.
    pub signing_key: Option<SigningKey>,
    /// Sentences about what was handed over and cannot be used.
    pub lacks: Vec<String>,
    pub updates_overlap: Duration,
    pub snapshot_every: Duration,
    pub min_free_bytes: u64,
    /// Where backups go that are asked for on the page, if not onto a stick.
    pub backup_dir: Option<PathBuf>,
    pub log: String,
    pub upstreams: Vec<UpstreamSettings>,
    /// Variables with tokens that are no upstream's.
    pub unused_tokens: Vec<String>,
    pub lan: Lan,
    pub tls: Tls,
    pub wifi: Wifi,
    /// What is set of them.
    pub limits: Limits,
    pub photos: PhotoSettings,
}

/// What one source sets: the flags, the environment, a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Layer {
    pub name: Option<String>,
    pub data_dir: Option<PathBuf>,
    pub listen: Option<Vec<SocketAddr>>,
    pub access: Option<Access>,
    pub session: Option<Span>,
    pub updates_overlap: Option<Span>,
    pub snapshot_every: Option<Span>,
    pub min_free_bytes: Option<Size>,
    pub backup_dir: Option<PathBuf>,
    pub log: Option<String>,
    pub upstream: Option<Vec<upstreams::UpstreamEntry>>,
    /// Of the environment alone.
    #[serde(skip)]
    pub upstream_tokens: upstreams::Tokens,
    pub lan: Lan,
    pub tls: Tls,
    pub wifi: Wifi,
    pub limits: Limits,
    pub photos: PhotoSettings,
}

impl Layer {
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let failed = |problem: String| ConfigError::File { path: path.to_owned(), problem };
        let text = std::fs::read_to_string(path).map_err(|e| failed(e.to_string()))?;
        toml::from_str(&text).map_err(|e| failed(e.to_string().trim_end().to_owned()))
    }

    /// The settings among `variables`, and the names of those that look like one and are none.
    pub fn from_env(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(Self, Vec<String>), ConfigError> {
        let mut layer = Self::default();
        let mut unknown = Vec::new();
        for (variable, value) in variables {
            let Some(key) = variable.strip_prefix(PREFIX) else { continue };
            let wrong = |problem: String| ConfigError::Value { place: variable.clone(), problem };
            match key {
                "NAME" => layer.name = Some(value),
                "DATA_DIR" => layer.data_dir = Some(value.into()),
                "LISTEN" => {
                    let addresses =
                        value.split(',').map(|text| address(text.trim())).collect::<Result<_, _>>();
                    layer.listen = Some(addresses.map_err(wrong)?);
                }
                "ACCESS" => layer.access = Some(value.parse().map_err(wrong)?),
                "SESSION" => layer.session = Some(value.parse().map_err(wrong)?),
                "UPDATES_OVERLAP" => layer.updates_overlap = Some(value.parse().map_err(wrong)?),
                "SNAPSHOT_EVERY" => layer.snapshot_every = Some(value.parse().map_err(wrong)?),
                "MIN_FREE_BYTES" => layer.min_free_bytes = Some(value.parse().map_err(wrong)?),
                "BACKUP_DIR" => layer.backup_dir = Some(value.into()),
                "LOG" => layer.log = Some(value),
                "UPSTREAM" => layer.upstream = Some(upstreams::of_variable(&value)),
                _ if variable == FILE_VARIABLE => {}
                _ => {
                    if let Some(token) = upstreams::token_of(&variable, &value) {
                        layer.upstream_tokens.push(token.map_err(wrong)?);
                        continue;
                    }
                    if !layer.set_in_table(key, &value).map_err(wrong)? {
                        unknown.push(variable);
                    }
                }
            }
        }
        unknown.sort();
        Ok((layer, unknown))
    }

    /// `LIMITS_BODY` is `body` of `[limits]`. False: there is no such key.
    fn set_in_table(&mut self, key: &str, value: &str) -> Result<bool, String> {
        match key.split_once('_') {
            Some(("LAN", name)) => self.lan.set(name, value),
            Some(("TLS", name)) => self.tls.set(name, value),
            Some(("WIFI", name)) => self.wifi.set(name, value),
            Some(("LIMITS", name)) => self.limits.set(name, value),
            Some(("PHOTOS", name)) => self.photos.set(name, value),
            _ => Ok(false),
        }
    }

    /// What is not set here is as in `lower`.
    fn over(self, lower: Self) -> Self {
        Self {
            name: self.name.or(lower.name),
            data_dir: self.data_dir.or(lower.data_dir),
            listen: self.listen.or(lower.listen),
            access: self.access.or(lower.access),
            session: self.session.or(lower.session),
            updates_overlap: self.updates_overlap.or(lower.updates_overlap),
            snapshot_every: self.snapshot_every.or(lower.snapshot_every),
            min_free_bytes: self.min_free_bytes.or(lower.min_free_bytes),
            backup_dir: self.backup_dir.or(lower.backup_dir),
            log: self.log.or(lower.log),
            upstream: self.upstream.or(lower.upstream),
            upstream_tokens: [self.upstream_tokens, lower.upstream_tokens].concat(),
            lan: self.lan.over(lower.lan),
            tls: self.tls.over(lower.tls),
            wifi: self.wifi.over(lower.wifi),
            limits: self.limits.over(lower.limits),
            photos: self.photos.over(lower.photos),
        }
    }
}

impl Config {
    /// From the highest layer to the lowest; what none of them sets has its default.
    pub fn resolve(layers: impl IntoIterator<Item = Layer>) -> Result<Self, ConfigError> {
        let set = layers.into_iter().reduce(Layer::over).unwrap_or_default();
        let wrong = |place: &str, problem: &str| ConfigError::Value {
            place: place.to_owned(),
            problem: problem.to_owned(),
        };
        let name = set.name.unwrap_or_else(|| "fieldhub".to_owned());
        let name = short_text("name", &name)
            .map_err(|e| wrong("name", &e.problem))?
            .ok_or_else(|| wrong("name", "a hub needs a name; leave the setting out for \"fieldhub\""))?;
        let listen = set.listen.unwrap_or_else(|| vec![SocketAddr::from(([0, 0, 0, 0], 8080))]);
        if listen.is_empty() {
            return Err(wrong("listen", "at least one ADDR:PORT, such as 0.0.0.0:8080"));
        }
        let session = set.session.map_or(Duration::from_secs(30 * 86_400), |s| s.0);
        if session < Duration::from_secs(3_600) {
            return Err(wrong("session", "at least 1h: after that time, people join again by hand"));
        }
        let snapshot_every = set.snapshot_every.map_or(Duration::from_secs(3_600), |s| s.0);
        if snapshot_every < Duration::from_secs(10) {
            return Err(wrong("snapshot_every", "at least 10s, to spare the card"));
        }
        set.limits.check()?;
        set.lan.check()?;
        set.tls.check()?;
        set.wifi.check()?;
        let (upstreams, unused_tokens) =
            upstreams::resolve(set.upstream.unwrap_or_default(), set.upstream_tokens)?;
        Ok(Self {
            name,
            data_dir: set.data_dir.unwrap_or_else(|| PathBuf::from(DEFAULT_DATA_DIR)),
            listen,
            access: set.access.unwrap_or(Access::Crew),
            session,
            signing_key: None,
            lacks: Vec::new(),
            updates_overlap: set.updates_overlap.map_or(Duration::from_secs(10), |s| s.0),
            snapshot_every,
            min_free_bytes: set.min_free_bytes.map_or(32 << 20, |s| s.0),
            backup_dir: set.backup_dir,
            log: set.log.unwrap_or_else(|| "info".to_owned()),
            upstreams,
            unused_tokens,
            lan: set.lan,
            tls: set.tls,
            wifi: set.wifi,
            limits: set.limits,
            photos: set.photos,
        })
    }
}

/// `ADDR:PORT` as a flag or variable has it.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("`{text}` is not an ADDR:PORT; write 0.0.0.0:8080 or [::]:8080"))
}

impl<'de> Deserialize<'de> for Access {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Result<(Layer, Vec<String>), ConfigError> {
        Layer::from_env(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_printed_file_is_the_defaults_and_sets_every_key() {
        let file: Layer = toml::from_str(DEFAULT_FILE).unwrap();
        let Layer { name, data_dir, listen, access, session, updates_overlap, .. } = &file;
        assert!(name.is_some() && data_dir.is_some() && listen.is_some() && access.is_some());
        let Layer { snapshot_every, min_free_bytes, log, limits, .. } = &file;
        assert!(session.is_some() && updates_overlap.is_some() && snapshot_every.is_some());
        assert!(min_free_bytes.is_some() && log.is_some());
        assert_eq!(limits.given().0, limits.given().1);
        assert_eq!(file.photos.given().0, file.photos.given().1);
        let (lan, unset) = (&file.lan, Lan::default());
        assert!(lan.given().0 == 3 && file.tls.given().0 == 2, "the others have no default");
        assert_eq!((lan.mdns(), lan.host(), lan.probes()), (unset.mdns(), unset.host(), unset.probes()));
        assert_eq!(file.tls.certificate(), None);
        assert_eq!(file.tls.listen(), Tls::default().listen());
        // What the limits are when nothing is set, `cli` knows, and compares there.
        let (limits, lan, tls, photos) = (limits.clone(), lan.clone(), file.tls.clone(), file.photos.clone());
        let set = Layer { limits, lan, tls, photos, ..Layer::default() };
        assert_eq!(Config::resolve([file]), Config::resolve([set]));
    }

    #[test]
    fn a_higher_layer_wins_key_by_key() {
        let layer = |name: &str| Layer { name: Some(name.to_owned()), ..Layer::default() };
        let file: Layer = toml::from_str("name = \"file\"\nupdates_overlap = 3\nmin_free_bytes = 9").unwrap();
        let (env, _) =
            env(&[("FIELDHUB_UPDATES_OVERLAP", "250ms"), ("FIELDHUB_LISTEN", "127.0.0.1:1, [::1]:2")])
                .unwrap();
        let config = Config::resolve([layer("flag"), env, file]).unwrap();
        assert_eq!(config.name, "flag");
        assert_eq!(config.updates_overlap, Duration::from_millis(250));
        assert_eq!(config.min_free_bytes, 9);
        assert_eq!(config.listen.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let file = |text: &str| toml::from_str::<Layer>(text).unwrap_err().to_string();
        assert!(file("nmae = \"x\"").contains("unknown field `nmae`"));
        assert!(file("updates_overlap = \"10 parsecs\"").contains("write 10s, 5m or 1h"));
        assert!(file("listen = [\"8080\"]").contains("line 1"));
        let error = env(&[("FIELDHUB_LISTEN", "8080")]).unwrap_err().to_string();
        assert_eq!(error, "FIELDHUB_LISTEN: `8080` is not an ADDR:PORT; write 0.0.0.0:8080 or [::]:8080");
        assert_eq!(env(&[("FIELDHUB_NMAE", "x"), ("HOME", "/")]).unwrap().1, ["FIELDHUB_NMAE"]);
        let error = env(&[("FIELDHUB_ACCESS", "all")]).unwrap_err().to_string();
        assert_eq!(error, "FIELDHUB_ACCESS: `all` is not an access mode; write crew or open");
        let short = Layer { session: Some(Span(Duration::from_secs(60))), ..Layer::default() };
        assert!(Config::resolve([short]).unwrap_err().to_string().contains("at least 1h"));
        let nameless = Layer { name: Some(" ".into()), ..Layer::default() };
        assert!(Config::resolve([nameless]).is_err());
    }

    #[test]
    fn limits_are_a_table_like_the_rest() {
        let file: Layer = toml::from_str("[limits]\nconnections = 9\nbody = \"1MiB\"").unwrap();
        let (set, unknown) =
            env(&[("FIELDHUB_LIMITS_BODY", "2MiB"), ("FIELDHUB_LIMITS_BODIES", "1")]).unwrap();
        assert_eq!(unknown, ["FIELDHUB_LIMITS_BODIES"]);
        let limits = Config::resolve([set, file]).unwrap().limits;
        assert_eq!(limits.body, Some(Size(2 << 20)));
        assert_eq!(limits.connections.map(|count| count.0.get()), Some(9));
        let wrong = |text: &str| match toml::from_str::<Layer>(text) {
            Ok(layer) => Config::resolve([layer]).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        assert!(wrong("[limits]\nconections = 9").contains("unknown field `conections`"));
        assert!(wrong("[limits]\nfeeds = 0").contains("write a whole one from 1"));
        assert_eq!(wrong("[limits]\nhead = 100"), "limits.head: 8KiB to 1MiB");
        assert!(
            wrong("[limits]\nbody = \"200MiB\"\nbody_room = \"100MiB\"").contains("at least limits.body")
        );
        assert!(wrong("[limits]\nidle_time = 0").starts_with("limits.idle_time: longer than 0"));
        assert!(env(&[("FIELDHUB_LIMITS_FEEDS", "many")]).unwrap_err().to_string().contains("FEEDS"));
    }
}
