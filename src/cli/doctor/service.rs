//! Service state: whether the hub starts with this machine, runs, and is well.
//!
//! Called by `doctor`, which has looked at the machine and asked the hub.

use std::path::Path;

use super::finding::{Finding, Severity};
use super::hub::HubAnswer;
use super::{entries, is_there, print};
use crate::cli::hub_status::or_nothing;
use crate::cli::machine::facts::{Facts, Init};
use crate::cli::machine::{PACKAGED, PROGRAM};

const AT_START: &str = "/etc/systemd/system/multi-user.target.wants/fieldhub.service";
const RC: &str = "/etc/rc.d";

pub fn look(root: &Path, facts: Option<&Facts>, hub: &HubAnswer, data_dir: &Path) -> Vec<Finding> {
    let installed = facts.is_some_and(|facts| facts.unit || facts.packaged_unit);
    let mut findings = vec![match facts {
        Some(facts) => at_start(root, facts, installed),
        None => Finding::unknown("service", "Only root can see whether it starts with the machine."),
    }];
    let procd = facts.is_some_and(|facts| facts.init == Init::Procd);
    findings.push(runs(hub, data_dir, installed, procd));
    if let Some(status) = hub.status() {
        findings.extend(status.notices.iter().map(|notice| notice_of(notice)));
    }
    findings.extend(damaged(data_dir, hub));
    findings.extend(update(root));
    findings
}

/// What is there from the first step of an update to its last.
fn update(root: &Path) -> Option<Finding> {
    let on_trial = [PROGRAM, PACKAGED].iter().any(|program| is_there(root, &format!("{program}.trial")));
    on_trial.then(|| {
        let remedy = "Wait a minute; if it was interrupted: sudo fieldhub update --finish (the next start does that too)";
        Finding::look("update", "An update is not finished: the new program is on trial.", remedy)
    })
}

fn at_start(root: &Path, facts: &Facts, installed: bool) -> Finding {
    let name = "service";
    let enabled = match facts.init {
        Init::Systemd => is_there(root, AT_START),
        Init::Procd => {
            entries(root, RC).iter().any(|script| script.starts_with('S') && script.ends_with("fieldhub"))
        }
        Init::Other => {
            return Finding::unknown(name, "Neither systemd nor procd starts services here.");
        }
    };
    let remedy = if facts.init == Init::Procd {
        "/etc/init.d/fieldhub enable"
    } else {
        "sudo systemctl enable fieldhub"
    };
    match (installed, enabled) {
        (false, _) => Finding::look(
            name,
            "The hub is not a service on this machine: it is started by hand.",
            "sudo fieldhub service install",
        ),
        (true, false) => Finding::must(name, "The hub does not start with this machine.", remedy),
        (true, true) => Finding::ok(name, "The hub starts with this machine."),
    }
}

fn runs(hub: &HubAnswer, data_dir: &Path, installed: bool, procd: bool) -> Finding {
    let name = "hub";
    let data = data_dir.display();
    let verb = |verb: &str| {
        if procd {
            format!("/etc/init.d/fieldhub {verb}; logread -e fieldhub shows more")
        } else {
            format!("sudo systemctl {verb} fieldhub; journalctl -u fieldhub -n 50 shows more")
        }
    };
    match hub {
        HubAnswer::Runs { status, .. } => {
            let version = or_nothing(status.version.as_ref());
            let up = print::span(status.uptime_ms);
            if !status.healthy {
                let said = format!("{version} runs but cannot save marks now: they wait on the tablets.");
                return Finding::must(
                    name,
                    said,
                    "See disk and card above; fieldhub status shows the notices.",
                );
            }
            if version != env!("CARGO_PKG_VERSION") {
                let said = format!("{version} runs, but this program is {}.", env!("CARGO_PKG_VERSION"));
                return Finding::look(name, said, verb("restart"));
            }
            Finding::ok(name, format!("{version} runs and is healthy, up for {up}."))
        }
        HubAnswer::Silent { process } => {
            let who = process.map(|process| format!("Process {process}")).unwrap_or_else(|| "It".to_owned());
            let remedy = if installed {
                verb("restart")
            } else {
                "Stop that process, and start the hub again.".to_owned()
            };
            Finding::must(
                name,
                format!(
                    "{who} uses {data} and does not answer: it hangs, or is repairing its database (that \
                     takes minutes)."
                ),
                remedy,
            )
        }
        HubAnswer::Refused => {
            Finding::unknown(name, "Only root and the hub's own user can ask it: sudo fieldhub doctor")
        }
        HubAnswer::Stopped if installed => {
            Finding::must(name, format!("The hub of {data} is not running."), verb("start"))
        }
        HubAnswer::Stopped => Finding::look(name, format!("No hub runs on {data}."), "fieldhub serve"),
        HubAnswer::Nowhere if installed => Finding::must(
            name,
            format!("The hub is not running and has no data in {data} yet."),
            verb("start"),
        ),
        HubAnswer::Nowhere => Finding::look(
            name,
            format!("There is no hub data in {data}."),
            "Give its directory with --data-dir, or its settings with --config; fieldhub serve starts a new \
             one.",
        ),
    }
}

/// It says itself what to do.
fn notice_of(notice: &str) -> Finding {
    Finding { verdict: Severity::Look, ..Finding::ok("notice", notice) }
}

/// What was put aside. A hub that runs says so itself.
fn damaged(data_dir: &Path, hub: &HubAnswer) -> Option<Finding> {
    if hub.status().is_some() {
        return None;
    }
    let files = entries(data_dir, "/");
    let damaged =
        files.iter().filter(|name| name.contains(".damaged-")).cloned().collect::<Vec<_>>().join(", ");
    (!damaged.is_empty()).then(|| {
        Finding::look(
            "damaged",
            format!("Set aside because it was damaged: {damaged}"),
            "Keep it until you are sure that nothing is missing, then delete it.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{Do, Look, Ok, Unknown};
    use super::super::tree::Tree;
    use super::*;
    use serde_json::json;

    fn installed(init: Init) -> Facts {
        Facts { unit: true, ..Facts::for_test(init, &[]) }
    }

    fn runs_with(healthy: bool, version: &str) -> HubAnswer {
        let status = json!({"healthy": healthy, "version": version, "uptime_ms": 5_000, "notices": ["The disk is full."]});
        HubAnswer::that_says(status)
    }

    fn verdicts(tree: &Tree, facts: &Facts, hub: &HubAnswer) -> Vec<Severity> {
        let found = look(tree.root(), Some(facts), hub, &tree.root().join("data"));
        found.iter().map(|found| found.verdict).collect()
    }

    #[test]
    fn an_installed_hub_starts_with_the_machine() {
        let tree = Tree::new();
        assert_eq!(verdicts(&tree, &installed(Init::Systemd), &HubAnswer::Stopped), [Do, Do]);
        assert_eq!(verdicts(&tree, &Facts::for_test(Init::Systemd, &[]), &HubAnswer::Stopped), [Look, Look]);
        // It leads nowhere in the tree, as it would in somebody's chroot.
        tree.link(AT_START, "/etc/systemd/system/fieldhub.service");
        assert_eq!(verdicts(&tree, &installed(Init::Systemd), &HubAnswer::Refused), [Ok, Unknown]);
        assert_eq!(verdicts(&tree, &installed(Init::Procd), &HubAnswer::Nowhere), [Do, Do]);
        tree.link("/etc/rc.d/S95fieldhub", "../init.d/fieldhub");
        assert_eq!(verdicts(&tree, &installed(Init::Procd), &HubAnswer::Refused), [Ok, Unknown]);
        assert_eq!(verdicts(&tree, &installed(Init::Other), &HubAnswer::Nowhere)[0], Unknown);
    }

    #[test]
    fn a_hub_runs_and_is_well_and_says_what_somebody_should_read() {
        let tree = Tree::new();
        let of = |hub: &HubAnswer| verdicts(&tree, &installed(Init::Systemd), hub)[1..].to_vec();
        let now = env!("CARGO_PKG_VERSION");
        assert_eq!(of(&runs_with(true, now)), [Ok, Look]);
        assert_eq!(of(&runs_with(false, now)), [Do, Look]);
        assert_eq!(of(&runs_with(true, "0.0.1")), [Look, Look], "an upgrade was not started");
        assert_eq!(of(&HubAnswer::Silent { process: Some(7) }), [Do]);
        tree.file("/data/fieldhub.redb.damaged-20251024", "");
        assert_eq!(of(&HubAnswer::Stopped), [Do, Look]);
        assert_eq!(of(&runs_with(true, now)), [Ok, Look], "its notices tell of that");
    }

    #[test]
    fn an_update_that_has_not_ended_is_told() {
        let tree = Tree::new();
        tree.file("/usr/local/bin/fieldhub.trial", "");
        assert_eq!(verdicts(&tree, &installed(Init::Systemd), &HubAnswer::Refused)[2..], [Look]);
    }

    #[test]
    fn what_to_type_is_this_machines() {
        let tree = Tree::new();
        let remedy = |init: Init| {
            look(tree.root(), Some(&installed(init)), &HubAnswer::Stopped, tree.root())[1]
                .remedy
                .clone()
                .unwrap()
        };
        assert!(remedy(Init::Systemd).starts_with("sudo systemctl start fieldhub"));
        assert!(remedy(Init::Procd).starts_with("/etc/init.d/fieldhub start"));
    }
}
