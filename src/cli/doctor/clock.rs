//! Clock synchronisation (NTP, RTC): whether the time is known, by the hub and by the machine.
//!
//! Called by `doctor`; reads /run and /sys.

use std::path::Path;

use super::finding::Finding;
use super::hub::HubAnswer;
use super::{is_there, print};
use crate::domain::site_clock::Quality;
use crate::hub::BUILT_MS;

/// What systemd-timesyncd leaves when it has set the clock.
const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";
const CHIP: &str = "/sys/class/rtc/rtc0";

const SET: &str =
    "sudo date -s '2026-05-30 21:00' (with the current time), or connect the machine to the internet once.";

const SET_HUB: &str = "fieldhub clock set '2026-05-30 21:00' (with the current time in UTC), or “Use this device's time” in the \
                       page's settings, as the lead. Tablets that have worked with the hub for an hour set it too.";

pub fn look(root: &Path, hub: &HubAnswer, now_ms: u64) -> Vec<Finding> {
    let chip = is_there(root, CHIP);
    vec![machine(now_ms, is_there(root, SYNCHRONISED), chip), known(hub), clock_chip(chip)]
}

fn machine(now_ms: u64, synchronised: bool, chip: bool) -> Finding {
    let name = "machine's time";
    let now = print::time(Some(now_ms));
    if now_ms < BUILT_MS {
        Finding::must(name, format!("Its clock says {now}: that is before this program was built."), SET)
    } else if synchronised {
        Finding::ok(name, format!("{now}, set over the network."))
    } else if chip {
        Finding::ok(name, format!("{now}, from its clock chip."))
    } else {
        Finding::look(
            name,
            format!("{now}. Is that right? systemd has not set it over the network since the start."),
            SET,
        )
    }
}

fn known(hub: &HubAnswer) -> Finding {
    let name = "hub's time";
    let Some(status) = hub.status() else { return Finding::unknown(name, "The hub does not say.") };
    let now = print::time(status.time_ms);
    if let Some(other) = status.time_contradicted_ms {
        let other = print::time(Some(other));
        let said = format!("{now}, {}. But tablets agree that it is {other}.", status.time_from());
        return Finding::look(name, said, SET_HUB);
    }
    match status.quality() {
        Quality::Synchronised | Quality::Learnt => {
            Finding::ok(name, format!("{now}, {}.", status.time_from()))
        }
        Quality::Unknown => Finding::look(
            name,
            format!("{now}, but the hub does not know whether that is right. It takes marks even so."),
            SET_HUB,
        ),
    }
}

fn clock_chip(chip: bool) -> Finding {
    let name = "clock chip";
    if chip {
        Finding::ok(name, "The clock keeps running without power.")
    } else {
        Finding::ok(name, "None: after each start, the network or tablets set the time.")
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{Do, Look, Ok, Unknown};
    use super::super::tree::Tree;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_clock_of_before_the_program_is_wrong_whoever_has_set_it() {
        let tree = Tree::new();
        let at = |ms: u64| look(tree.root(), &HubAnswer::Stopped, ms)[0].verdict;
        assert_eq!([at(0), at(BUILT_MS - 1), at(BUILT_MS)], [Do, Do, Look]);
        tree.file("/sys/class/rtc/rtc0/name", "rpi-rtc\n");
        assert_eq!([at(0), at(BUILT_MS)], [Do, Ok]);
        let tree = Tree::new();
        tree.file(SYNCHRONISED, "");
        let found = look(tree.root(), &HubAnswer::Stopped, BUILT_MS);
        assert_eq!(found[0].verdict, Ok);
        assert!(found[0].said.ends_with("set over the network."), "{found:?}");
    }

    #[test]
    fn the_hub_says_how_far_it_trusts_its_time() {
        let of = |quality: &str| {
            let status = json!({"time_ms": BUILT_MS, "time_quality": quality});
            known(&HubAnswer::that_says(status)).verdict
        };
        assert_eq!([of("synchronised"), of("learnt"), of("unknown")], [Ok, Ok, Look]);
        assert_eq!(known(&HubAnswer::Stopped).verdict, Unknown);
        let status = json!({"time_ms": BUILT_MS, "time_quality": "learnt", "time_source": "person",
            "time_contradicted_ms": BUILT_MS + 86_400_000});
        let found = known(&HubAnswer::that_says(status));
        assert_eq!(found.verdict, Look);
        assert!(found.said.contains("set by hand. But tablets agree"), "{found:?}");
    }
}
