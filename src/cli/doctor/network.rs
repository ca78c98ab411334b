//! mDNS lookup: whether the hub is found by its name.
//!
//! Called by `doctor`, which has asked the network.

use super::finding::Finding;
use super::hub::HubAnswer;
use crate::cli::hub_status::LanAnswer;
use crate::lan::FoundHub;

/// What the network has answered.
#[derive(Debug)]
pub enum MdnsAnswer {
    /// It was not asked: the hub does not run, or is on no network by name.
    NotAsked,
    /// It could not be asked.
    Failed(String),
    Hubs(Vec<FoundHub>),
}

pub fn look(hub: &HubAnswer, heard: &MdnsAnswer) -> Vec<Finding> {
    let name = "network name";
    let Some(status) = hub.status() else {
        let stopped = matches!(hub, HubAnswer::Stopped | HubAnswer::Nowhere);
        let said =
            if stopped { "A hub that is not running cannot be found." } else { "The hub does not say." };
        return vec![Finding::unknown(name, said)];
    };
    let Some(LanAnswer { host: Some(host), url: Some(url), instead_of }) = &status.lan else {
        return vec![Finding::ok(
            name,
            "The hub is found by its address only (mDNS is off, or there is no network).",
        )];
    };
    let mut findings = Vec::new();
    if let Some(wanted) = instead_of {
        findings.push(Finding::look(
            name,
            format!("The hub is {host}: {wanted} belongs to another machine."),
            "Print the posters again if they show the other name, or give each hub its own name (lan.host \
             in the settings).",
        ));
    }
    let answers = match heard {
        MdnsAnswer::NotAsked => Finding::unknown(name, format!("{url}; the network was not asked.")),
        MdnsAnswer::Failed(why) => {
            Finding::look(name, format!("{url} could not be looked up: {why}."), ADDRESS)
        }
        MdnsAnswer::Hubs(hubs) => {
            let id = status.hub_id.as_deref();
            let ours = hubs
                .iter()
                .any(|found| found.hub_id.map(|id| id.to_string()).as_deref() == id && found.host == *host);
            if ours {
                Finding::ok(name, format!("Found on the network: {url}"))
            } else {
                Finding::look(
                    name,
                    format!("{url} does not answer here: something blocks UDP port 5353."),
                    ADDRESS,
                )
            }
        }
    };
    findings.push(answers);
    findings
}

const ADDRESS: &str = "Nothing is lost: tablets open the hub by its address, which is on the poster.";

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{self, Look, Ok, Unknown};
    use super::*;
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn verdicts(lan: &Value, heard: &MdnsAnswer) -> Vec<Severity> {
        let status = json!({"hub_id": Uuid::from_u128(7), "lan": lan});
        look(&HubAnswer::that_says(status), heard).iter().map(|found| found.verdict).collect()
    }

    fn found(id: u128, host: &str) -> FoundHub {
        FoundHub {
            hub_id: Some(Uuid::from_u128(id)),
            name: "Van".into(),
            version: None,
            host: host.into(),
            port: 80,
            tls: None,
            addresses: Vec::new(),
        }
    }

    #[test]
    fn a_hub_hears_itself_or_somebody_should_look() {
        let lan = json!({"host": "van.local", "url": "http://van.local/", "instead_of": null});
        let heard = |hubs: Vec<FoundHub>| verdicts(&lan, &MdnsAnswer::Hubs(hubs));
        assert_eq!(heard(vec![found(8, "other.local"), found(7, "van.local")]), [Ok]);
        assert_eq!(heard(vec![found(8, "van.local")]), [Look], "another hub has that name");
        assert_eq!(heard(Vec::new()), [Look]);
        assert_eq!(verdicts(&lan, &MdnsAnswer::NotAsked), [Unknown]);
        assert_eq!(verdicts(&lan, &MdnsAnswer::Failed("no".into())), [Look]);
        assert_eq!(verdicts(&json!(null), &MdnsAnswer::NotAsked), [Ok]);
        let clash = json!({"host": "van-2.local", "url": "http://van-2.local/", "instead_of": "van.local"});
        assert_eq!(verdicts(&clash, &MdnsAnswer::Hubs(vec![found(7, "van-2.local")])), [Look, Ok]);
        assert_eq!(look(&HubAnswer::Stopped, &MdnsAnswer::NotAsked)[0].verdict, Unknown);
    }
}
