//! `fieldhub status`: how the hub is.

use clap::Args;
use serde_json::Value;

use super::client::HubClient;
use super::{Output, print};

#[derive(Debug, Args)]
pub struct StatusCommand {
    #[command(flatten)]
    output: Output,
}

impl StatusCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let mut status = client.get("/api/v1/status").await?.json().await?;
        status["running"] = client.running().into();
        if self.output.json {
            return print::json(&status);
        }
        print::out(&page(&status))
    }
}

fn page(status: &Value) -> String {
    let text = |field: &str| status[field].as_str().unwrap_or(print::NOTHING).to_owned();
    let number = |field: &str| status[field].as_u64().unwrap_or(0);
    let healthy = status["healthy"].as_bool().unwrap_or(false);
    let state = if status["running"].as_bool().unwrap_or(false) {
        format!("running (process {}, for {})", number("process"), print::span(number("uptime_ms")))
    } else {
        "stopped; `fieldhub serve` starts it".to_owned()
    };
    let details = print::details(&[
        ("state", state),
        ("health", if healthy { "good".to_owned() } else { "not good; see the notices".to_owned() }),
        ("version", text("version")),
        ("data", format!("{} ({})", text("data_dir"), print::bytes(number("database_bytes")))),
        ("disk", format!("{} free", print::bytes(number("free_bytes")))),
        ("audits", number("audits").to_string()),
        ("access", text("access")),
        ("found as", found_as(status)),
        ("https", https(status)),
        ("time", format!("{} ({})", print::time(status["time_ms"].as_u64()), text("time_quality"))),
        ("hub", text("hub_id")),
        ("log", text("log_id")),
    ]);
    let notices = status["notices"].as_array().map(Vec::as_slice).unwrap_or_default();
    let notices: String =
        notices.iter().filter_map(Value::as_str).map(|said| format!("\n! {said}\n")).collect();
    format!("{}\n{details}{notices}", text("name"))
}

/// By name, and whose the name is that it was to have.
fn found_as(status: &Value) -> String {
    let text = |field: &str| status["lan"][field].as_str();
    match (text("url"), text("instead_of")) {
        _ if status["running"] != true => print::NOTHING.to_owned(),
        (Some(url), Some(wanted)) => format!("{url} ({wanted} is another machine's)"),
        (Some(url), None) => url.to_owned(),
        (None, _) => "its address alone".to_owned(),
    }
}

/// Until when, and what a device shows of the CA when it is this hub's.
fn https(status: &Value) -> String {
    let Some(port) = status["tls"]["port"].as_u64() else { return "off".to_owned() };
    let until = print::time(status["certificate_until_ms"].as_u64());
    let ca = status["tls"]["ca_sha256"].as_str().map(|sha256| format!("; CA SHA-256 {sha256}"));
    format!("port {port}, certificate until {until}{}", ca.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_has_what_somebody_should_read() {
        let status = json!({"name": "Hub 1", "running": true, "process": 7, "uptime_ms": 3_700_000, "version": "0.1.0", "healthy": false, "data_dir": "./data",
            "database_bytes": 1_600_000, "free_bytes": 1_000, "audits": 2, "access": "open", "hub_id": "h", "log_id": "l",
            "time_ms": 1_761_300_000_000u64, "time_quality": "learnt", "notices": ["The disk is full."], "certificate_until_ms": 1_792_836_000_000u64,
            "lan": {"url": "http://fieldhub-2.local/", "instead_of": "fieldhub.local"},
            "tls": {"port": 8443, "own_ca": true, "ca_sha256": "AB:CD"}});
        insta::assert_snapshot!(page(&status), @"
        Hub 1
          state     running (process 7, for 1 h 1 min)
          health    not good; see the notices
          version   0.1.0
          data      ./data (1.5 MiB)
          disk      1000 B free
          audits    2
          access    open
          found as  http://fieldhub-2.local/ (fieldhub.local is another machine's)
          https     port 8443, certificate until 2026-10-24 10:00 UTC; CA SHA-256 AB:CD
          time      2025-10-24 10:00 UTC (learnt)
          hub       h
          log       l

        ! The disk is full.
        ");
        let lan = json!({"url": "http://a.local/", "instead_of": null});
        assert_eq!(found_as(&json!({"running": true, "lan": null})), "its address alone");
        assert_eq!(found_as(&json!({"running": true, "lan": lan})), "http://a.local/");
        assert_eq!(found_as(&json!({"running": false, "lan": null})), "-");
        assert_eq!(https(&json!({"tls": null})), "off");
    }
}
