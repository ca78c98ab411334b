//! `fieldhub status`: how the hub is.

use std::path::Path;

use anyhow::Context;
use clap::Args;
use serde_json::Value;

use super::client::{HubClient, NOT_EXPECTED};
use super::hub_status::{StatusAnswer, TlsAnswer, UpstreamAnswer, UpstreamsAnswer, or_nothing};
use super::{Output, backup, print};

#[derive(Debug, Args)]
pub struct StatusCommand {
    /// With the ids of the hub and of its log
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    output: Output,
}

impl StatusCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let mut status = client.get("/api/v1/status").await?.json().await?;
        if self.output.json {
            status["running"] = client.running().into();
            return print::json(&status);
        }
        let status: StatusAnswer = serde_json::from_value(status).context(NOT_EXPECTED)?;
        let around = Around::of(client, &status).await;
        print::out(&page(&status, client.running(), &around, self.verbose))
    }
}

/// What a hub has besides itself. What cannot be had is left out: an older hub knows less, and an open one has no crew.
#[derive(Debug, Default)]
struct Around {
    upstreams: Option<Vec<UpstreamAnswer>>,
    crew: Option<String>,
    backup: String,
}

impl Around {
    async fn of(client: &HubClient, status: &StatusAnswer) -> Self {
        // Nothing goes up while a hub is stopped.
        let upstreams = match client.running() {
            true => {
                client.ask::<UpstreamsAnswer>("/api/v1/upstream").await.ok().map(|answer| answer.upstreams)
            }
            false => None,
        };
        let crew = client.ask::<Value>("/api/v1/crew").await.ok();
        let crew = crew.as_ref().and_then(|crew| crew["members"].as_array()).map(|members| people(members));
        let (hub_id, told) = (status.hub_id.as_deref(), status.last_backup.as_ref());
        Self { upstreams, crew, backup: backup::newest_said(Path::new("/"), hub_id, told) }
    }
}

/// `3 people, 1 of them a lead`.
fn people(members: &[Value]) -> String {
    let there = || members.iter().filter(|member| member["revoked"] != true);
    let leads = match there().filter(|member| member["role"] == "lead").count() {
        0 => "no lead".to_owned(),
        1 => "1 of them a lead".to_owned(),
        leads => format!("{leads} of them leads"),
    };
    match there().count() {
        0 => "nobody has joined yet".to_owned(),
        1 => format!("1 person, {leads}"),
        count => format!("{count} people, {leads}"),
    }
}

fn upstream(upstream: &UpstreamAnswer) -> String {
    let UpstreamAnswer { name, state, pending, .. } = upstream;
    let left = match pending {
        0 => "everything is there".to_owned(),
        pending => format!("{pending} to go"),
    };
    // Before anything was heard from it, nothing is known of what is there.
    let known = match upstream.last_success_ms {
        None => "not reached yet".to_owned(),
        Some(ms) => format!("{left}, last success {}", print::time(Some(ms))),
    };
    let why = upstream.reason.as_ref().map_or_else(String::new, |why| format!("; {state}: {why}"));
    format!("{name}: {known}{why}")
}

fn page(status: &StatusAnswer, running: bool, around: &Around, verbose: bool) -> String {
    let text = |text: &Option<String>| or_nothing(text.as_ref()).to_owned();
    let state = if running {
        format!("running (process {}, for {})", status.process.unwrap_or(0), print::span(status.uptime_ms))
    } else {
        "stopped; `fieldhub serve` starts it".to_owned()
    };
    let health = if status.healthy { "good" } else { "not good; see the notices" };
    let mut pairs = vec![
        ("state", state),
        ("health", health.to_owned()),
        ("version", text(&status.version)),
        ("data", format!("{} ({})", text(&status.data_dir), print::bytes(status.database_bytes))),
        ("disk", format!("{} free", print::bytes(status.free_bytes))),
        ("audits", status.audits.to_string()),
        ("access", text(&status.access)),
    ];
    pairs.extend(around.crew.clone().map(|crew| ("crew", crew)));
    match around.upstreams.as_deref() {
        None => {}
        Some([]) => pairs.push(("upstream", "none".to_owned())),
        Some(upstreams) => pairs.extend(upstreams.iter().map(|one| ("upstream", upstream(one)))),
    }
    pairs.extend([
        ("backup", around.backup.clone()),
        ("found as", found_as(status, running)),
        ("https", https(status)),
        ("time", time(status)),
    ]);
    if verbose {
        pairs.extend([("hub", text(&status.hub_id)), ("log", text(&status.log_id))]);
    }
    let details = print::details(&pairs);
    let notices: String = status.notices.iter().map(|said| format!("\n! {said}\n")).collect();
    format!("{}\n{details}{notices}", text(&status.name))
}

/// Whose it is, and what tablets say against it.
fn time(status: &StatusAnswer) -> String {
    let now = format!("{} ({})", print::time(status.time_ms), status.time_from());
    let Some(other) = status.time_contradicted_ms else { return now };
    format!("{now}; tablets say {}: see `fieldhub clock`", print::time(Some(other)))
}

/// By name, and whose the name is that it was to have.
fn found_as(status: &StatusAnswer, running: bool) -> String {
    let lan = status.lan.clone().unwrap_or_default();
    match (lan.url, lan.instead_of) {
        _ if !running => print::NOTHING.to_owned(),
        (Some(url), Some(wanted)) => format!("{url} ({wanted} belongs to another machine)"),
        (Some(url), None) => url,
        (None, _) => "its address only".to_owned(),
    }
}

/// Until when, and what a device shows of the CA when it is this hub's.
fn https(status: &StatusAnswer) -> String {
    let Some(TlsAnswer { port: Some(port), ca_sha256, .. }) = &status.tls else { return "off".to_owned() };
    let until = print::time(status.certificate_until_ms);
    let ca = ca_sha256.as_ref().map(|sha256| format!("; CA SHA-256 {sha256}"));
    format!("port {port}, certificate until {until}{}", ca.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(status: Value) -> StatusAnswer {
        serde_json::from_value(status).unwrap()
    }

    #[test]
    fn a_page_has_what_somebody_should_read() {
        let status = json!({"name": "Hub 1", "process": 7, "uptime_ms": 3_700_000, "version": "0.1.0", "healthy": false, "data_dir": "./data",
            "database_bytes": 1_600_000, "free_bytes": 1_000, "audits": 2, "access": "open", "hub_id": "h", "log_id": "l",
            "time_ms": 1_761_300_000_000u64, "time_quality": "learnt", "time_source": "person", "time_contradicted_ms": 1_950_602_400_000u64, "notices": ["The disk is full."], "certificate_until_ms": 1_792_836_000_000u64,
            "lan": {"url": "http://fieldhub-2.local/", "instead_of": "fieldhub.local"},
            "tls": {"port": 8443, "own_ca": true, "ca_sha256": "AB:CD"}});
        let around = Around {
            upstreams: Some(vec![
                UpstreamAnswer {
                    name: "cloud".into(),
                    last_success_ms: Some(1_761_300_000_000),
                    ..Default::default()
                },
                UpstreamAnswer {
                    name: "office".into(),
                    state: "waiting".into(),
                    reason: Some("no answer".into()),
                    ..Default::default()
                },
            ]),
            crew: Some(people(&[
                json!({"role": "lead"}),
                json!({"role": "viewer"}),
                json!({"role": "lead", "revoked": true}),
            ])),
            backup: "2025-10-24 10:00 UTC".into(),
        };
        let quiet = page(&read(status.clone()), true, &around, false);
        assert!(!quiet.contains("  hub  ") && !quiet.contains("  log  "), "{quiet}");
        insta::assert_snapshot!(page(&read(status), true, &around, true), @"
        Hub 1
          state     running (process 7, for 1 h 1 min)
          health    not good; see the notices
          version   0.1.0
          data      ./data (1.5 MiB)
          disk      1000 B free
          audits    2
          access    open
          crew      2 people, 1 of them a lead
          upstream  cloud: everything is there, last success 2025-10-24 10:00 UTC
          upstream  office: not reached yet; waiting: no answer
          backup    2025-10-24 10:00 UTC
          found as  http://fieldhub-2.local/ (fieldhub.local belongs to another machine)
          https     port 8443, certificate until 2026-10-24 10:00 UTC; CA SHA-256 AB:CD
          time      2025-10-24 10:00 UTC (set by hand); tablets say 2031-10-24 10:00 UTC: see `fieldhub clock`
          hub       h
          log       l

        ! The disk is full.
        ");
        let lan = |lan: Value| read(json!({ "lan": lan }));
        let named = lan(json!({"url": "http://a.local/", "instead_of": null}));
        assert_eq!(found_as(&lan(json!(null)), true), "its address only");
        assert_eq!(found_as(&named, true), "http://a.local/");
        assert_eq!(found_as(&named, false), "-");
        assert_eq!(https(&read(json!({"tls": null}))), "off");
    }
}
