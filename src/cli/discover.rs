//! `fieldhub discover`: the hubs on this network.
//!
//! Called by the command line; calls `lan`. Needs no data directory, and no hub on this machine.

use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::{Output, print};
use crate::lan::{self, FoundHub};

#[derive(Debug, Args)]
pub struct DiscoverCommand {
    /// How long to listen for answers
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    #[command(flatten)]
    output: Output,
}

impl DiscoverCommand {
    pub async fn run(&self) -> anyhow::Result<()> {
        let found = lan::discover(Duration::from_secs(self.seconds)).await?;
        if self.output.json {
            return print::json(&found.iter().map(data).collect());
        }
        if found.is_empty() {
            print::aside(&format!(
                "No hub answered within {} s. It may be on another network, run with --no-mdns, or be \
                 behind a firewall that blocks UDP port 5353; its address opens it even so.",
                self.seconds
            ));
            return Ok(());
        }
        print::out(&page(&found))
    }
}

fn data(hub: &FoundHub) -> Value {
    json!({
        "name": hub.name, "hub_id": hub.hub_id, "version": hub.version, "host": hub.host, "addresses": hub.addresses,
        "port": hub.port, "tls_port": hub.tls, "url": hub.url(), "https_url": hub.https_url(),
    })
}

fn page(found: &[FoundHub]) -> String {
    let rows: Vec<[String; 6]> = found.iter().map(row).collect();
    print::table(["NAME", "VERSION", "OPEN", "HTTPS", "HOST", "ADDRESSES"], &rows)
}

fn row(hub: &FoundHub) -> [String; 6] {
    let text = |value: Option<String>| value.unwrap_or_else(|| print::NOTHING.to_owned());
    let addresses: Vec<String> = hub.addresses.iter().map(ToString::to_string).collect();
    [
        hub.name.clone(),
        text(hub.version.clone()),
        text(hub.url()),
        text(hub.https_url()),
        hub.host.clone(),
        addresses.join(", "),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_to_open() {
        let hub = |name: &str, tls, addresses: &[&str]| FoundHub {
            hub_id: None,
            name: name.to_owned(),
            version: Some("0.1.0".to_owned()),
            host: "fieldhub.local".to_owned(),
            port: 80,
            tls,
            addresses: addresses.iter().map(|ip| ip.parse().unwrap()).collect(),
        };
        let found = [hub("Van 1", Some(443), &["192.168.4.1", "fd00::1"]), hub("Büro", None, &["10.0.0.7"])];
        insta::assert_snapshot!(page(&found), @r"
        NAME   VERSION  OPEN                 HTTPS                    HOST            ADDRESSES
        Van 1  0.1.0    http://192.168.4.1/  https://fieldhub.local/  fieldhub.local  192.168.4.1, fd00::1
        Büro   0.1.0    http://10.0.0.7/     -                        fieldhub.local  10.0.0.7
        ");
        assert_eq!(data(&found[0])["https_url"], "https://fieldhub.local/");
    }
}
