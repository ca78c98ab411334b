//! The hub's status as a typed answer: what `GET /api/v1/status`, `/api/v1/hub` and `/api/v1/upstream` say, read once.
//!
//! Called by every command that asks a hub how it is. The hub may be older or newer than this program, as in the middle
//! of an update: a field that it does not send has its default, and one that is unknown here is passed over. What `http`
//! sends has every field, so the API's document can promise them; that is why its types are not these.

use serde::Deserialize;

use super::print;
use crate::domain::site_clock::Quality;

/// `/api/v1/status`; the fields of `/api/v1/hub` are among them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default)]
pub struct StatusAnswer {
    pub name: Option<String>,
    pub version: Option<String>,
    pub hub_id: Option<String>,
    pub log_id: Option<String>,
    pub time_ms: Option<u64>,
    pub time_quality: Option<String>,
    pub time_source: Option<String>,
    pub time_contradicted_ms: Option<u64>,
    pub access: Option<String>,
    pub tls: Option<TlsAnswer>,
    pub notices: Vec<String>,
    pub healthy: bool,
    pub data_dir: Option<String>,
    pub process: Option<u64>,
    pub uptime_ms: u64,
    pub audits: u64,
    pub database_bytes: u64,
    pub free_bytes: u64,
    pub lan: Option<LanAnswer>,
    pub certificate_until_ms: Option<u64>,
    pub last_backup: Option<LastBackupAnswer>,
}

/// As the hub was told of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default)]
pub struct LastBackupAnswer {
    pub at_ms: u64,
    pub file: String,
    pub stick: Option<String>,
}

impl LastBackupAnswer {
    pub fn place(&self) -> String {
        match &self.stick {
            Some(label) => format!("on the stick {label}"),
            None => self.file.clone(),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default)]
pub struct TlsAnswer {
    pub port: Option<u16>,
    pub own_ca: bool,
    pub ca_sha256: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default)]
pub struct LanAnswer {
    pub host: Option<String>,
    pub url: Option<String>,
    pub instead_of: Option<String>,
}

impl StatusAnswer {
    /// How far the hub trusts its time; not at all where it says nothing that is known here.
    pub fn quality(&self) -> Quality {
        let said = self.time_quality.clone().map_or(serde_json::Value::Null, Into::into);
        serde_json::from_value(said).unwrap_or(Quality::Unknown)
    }
}

impl StatusAnswer {
    /// Whose the time is, as people read it.
    pub fn time_from(&self) -> String {
        whose_time(self.time_source.as_deref().or(self.time_quality.as_deref()))
    }
}

/// The words of `time_source`; and of `time_quality`, which is all that an older hub sends.
pub fn whose_time(source: Option<&str>) -> String {
    match source.unwrap_or(print::NOTHING) {
        "network" | "synchronised" => "set over the network",
        "upstream" => "told by an upstream",
        "person" => "set by hand",
        "tablets" => "as most of the tablets say",
        "machine" => "from the machine's clock, which nobody has confirmed",
        "kept" => "gone on from what the hub knew last: nobody has confirmed it",
        "learnt" => "learnt from tablets or an upstream",
        "unknown" => "nobody has confirmed it",
        other => other,
    }
    .to_owned()
}

/// `/api/v1/upstream`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default)]
pub struct UpstreamsAnswer {
    pub upstreams: Vec<UpstreamAnswer>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default)]
pub struct UpstreamAnswer {
    pub name: String,
    pub kind: String,
    pub url: Option<String>,
    pub state: String,
    pub reason: Option<String>,
    pub retry_in_ms: Option<u64>,
    pub pending: u64,
    pub done: u64,
    pub total: u64,
    pub last_success_ms: Option<u64>,
    pub bytes_today: BytesAnswer,
    pub budget_bytes: Option<u64>,
    pub parked: u64,
    pub left_out: u64,
    pub left_out_example: Option<String>,
    pub audits: Vec<UpstreamAuditAnswer>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default)]
pub struct BytesAnswer {
    pub sent: u64,
    pub received: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default)]
pub struct UpstreamAuditAnswer {
    pub token: String,
    pub acked: u64,
    pub head: u64,
    pub pending: u64,
    pub parked: u64,
}

/// As people read it.
pub fn or_nothing(text: Option<&String>) -> &str {
    text.map_or(print::NOTHING, String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::client::{HubClient, open_hub};
    use crate::config::{Config, Layer};
    use crate::domain::{LinkName, Token};
    use crate::hub::{AuditProgress, LinkInfo, LinkKind};
    use serde_json::{Value, json};

    /// Before HTTPS, names on the network and upstreams.
    const OLDER: &str = include_str!("../../tests/fixtures/status-older-hub.json");

    #[test]
    fn an_older_hub_is_read_and_what_it_does_not_say_has_its_default() {
        let older: StatusAnswer = serde_json::from_str(OLDER).unwrap();
        assert_eq!(
            older,
            StatusAnswer {
                name: Some("Van 1".into()),
                version: Some("0.0.9".into()),
                hub_id: Some("0190a1b2-c3d4-7000-8000-000000000000".into()),
                time_ms: Some(1_761_300_000_000),
                time_quality: Some("learnt".into()),
                healthy: true,
                process: Some(812),
                uptime_ms: 5_000,
                database_bytes: 1_600_000,
                ..StatusAnswer::default()
            }
        );
        assert_eq!(older.quality(), Quality::Learnt);
        assert_eq!(serde_json::from_str::<StatusAnswer>("{}").unwrap(), StatusAnswer::default());
        assert_eq!(StatusAnswer::default().quality(), Quality::Unknown);
        let upstream = json!({"upstreams": [{"name": "cloud", "state": "idle"}]});
        let upstream: UpstreamsAnswer = serde_json::from_value(upstream).unwrap();
        assert_eq!((upstream.upstreams[0].name.as_str(), upstream.upstreams[0].parked), ("cloud", 0));
        assert_eq!(serde_json::from_str::<UpstreamsAnswer>("{}").unwrap(), UpstreamsAnswer::default());
    }

    #[test]
    fn what_a_newer_hub_says_beyond_this_does_no_harm() {
        let newer = json!({"healthy": true, "time_quality": "atomic", "photos": {"waiting": 7},
            "lan": {"host": "van.local", "color": "red"}, "tls": {"port": 8443, "quantum": true}});
        let newer: StatusAnswer = serde_json::from_value(newer).unwrap();
        assert!(newer.healthy && newer.quality() == Quality::Unknown);
        assert_eq!(newer.lan.unwrap().host.as_deref(), Some("van.local"));
        assert_eq!(newer.tls.unwrap().port, Some(8443));
    }

    /// Every field that is read here, that is not in what was sent.
    fn unsent(read: &Value, sent: &Value, at: &str) -> Vec<String> {
        match (read, sent) {
            (Value::Object(read), Value::Object(sent)) => read
                .iter()
                .flat_map(|(key, value)| match sent.get(key) {
                    Some(sent) => unsent(value, sent, &format!("{at}.{key}")),
                    None => vec![format!("{at}.{key}")],
                })
                .collect(),
            (Value::Array(read), Value::Array(sent)) => {
                read.iter().zip(sent).flat_map(|(read, sent)| unsent(read, sent, at)).collect()
            }
            // What is read is what was sent.
            (read, sent) if read != sent => vec![format!("{at}: {read} for {sent}")],
            _ => Vec::new(),
        }
    }

    #[tokio::test]
    async fn this_versions_hub_sends_every_field_under_the_name_that_is_read_here() {
        let dir = tempfile::tempdir().unwrap();
        let config =
            Config::resolve([Layer { data_dir: Some(dir.path().join("d")), ..Layer::default() }]).unwrap();
        let hub = open_hub(&config).unwrap();
        let url = "https://cloud.example".to_owned();
        let name = LinkName::parse("cloud").unwrap();
        let link = hub.status_board().add(LinkInfo {
            name,
            kind: LinkKind::V33,
            url,
            budget_bytes: Some(7),
            photos: [false; 3],
        });
        let client = HubClient::in_process(hub);
        let made = json!({"token": "jalibat", "name": "Jalibat", "strings": "2"});
        let body = crate::cli::client::full(made.to_string());
        let method = hyper::Method::POST;
        client
            .request(method, "/api/v1/audits", "application/json", body)
            .await
            .unwrap()
            .checked()
            .await
            .unwrap();
        link.set_audit(
            &Token::parse("jalibat").unwrap(),
            AuditProgress { acked: 1, ..AuditProgress::default() },
        );
        for path in ["/api/v1/status", "/api/v1/upstream"] {
            let sent: Value = client.ask(path).await.unwrap();
            let read = if path.ends_with("status") {
                serde_json::to_value(serde_json::from_value::<StatusAnswer>(sent.clone()).unwrap()).unwrap()
            } else {
                let read: UpstreamsAnswer = serde_json::from_value(sent.clone()).unwrap();
                assert_eq!(read.upstreams[0].audits.len(), 1);
                serde_json::to_value(read).unwrap()
            };
            assert_eq!(unsent(&read, &sent, path), Vec::<String>::new());
        }
        client.close().await;
    }
}
