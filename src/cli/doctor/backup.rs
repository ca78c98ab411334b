//! Backup age: whether there are backups, made by themselves, onto a stick that is here, and lately. The newest is known by the
//! stick while that is mounted, and else as the hub was told of it.
//!
//! Called by `doctor`, which has looked at the machine; calls `backup` to find the stick.

use std::path::Path;

use super::finding::Finding;
use super::hub::HubAnswer;
use super::{is_there, print, text};
use crate::cli::backup::shelf;
use crate::cli::backup::stick::{self, LABEL};
use crate::cli::machine::facts::{Facts, Init};

const TIMER: &str = "/etc/systemd/system/timers.target.wants/fieldhub-backup.timer";
/// One a day, and a day that the van stood still.
const OLD_MS: u64 = 2 * 86_400_000;

const NOW: &str = "sudo fieldhub backup --stick";

pub fn look(root: &Path, facts: Option<&Facts>, hub: &HubAnswer, now_ms: u64) -> Vec<Finding> {
    let mut findings = vec![match facts {
        Some(facts) => by_itself(root, facts),
        None => Finding::unknown("daily backup", "Only root can see whether backups are made automatically."),
    }];
    findings.extend(on_stick(root, hub, now_ms));
    findings
}

fn by_itself(root: &Path, facts: &Facts) -> Finding {
    let name = "daily backup";
    if facts.init == Init::Systemd && is_there(root, TIMER) {
        return Finding::ok(
            name,
            format!("To the stick with the label {LABEL}, and also when it is plugged in."),
        );
    }
    let remedy = if facts.init == Init::Systemd && (facts.unit || facts.packaged_unit) {
        "sudo systemctl enable --now fieldhub-backup.timer"
    } else {
        "fieldhub backup FILE, after each night"
    };
    Finding::look(name, "No backup is made automatically.", remedy)
}

fn on_stick(root: &Path, hub: &HubAnswer, now_ms: u64) -> Vec<Finding> {
    let (name, newest) = ("backup stick", "newest backup");
    let Some(device) = stick::device(root, LABEL) else {
        return vec![Finding::look(
            name,
            format!("No stick with the label {LABEL} is plugged in."),
            format!("Plug one in. To label a new one: sudo fatlabel /dev/sdX1 {LABEL}"),
        )];
    };
    let table = text(root, "/proc/self/mountinfo").unwrap_or_default();
    let Some((dir, writable)) = stick::mounted_at(&table, &device) else {
        let here = Finding::ok(name, format!("The stick with the label {LABEL} is plugged in."));
        let found = match hub.status().map(|status| status.last_backup.as_ref()) {
            None => Finding::unknown(newest, "Not known: the stick is not mounted, and only the hub knows."),
            Some(None) => Finding::look(newest, "The hub knows of no backup.", NOW),
            Some(Some(told)) => aged(
                newest,
                &format!("{} ({})", print::time(Some(told.at_ms)), told.place()),
                told.at_ms,
                now_ms,
            ),
        };
        return vec![here, found];
    };
    if !writable {
        let said =
            format!("The stick at {} is mounted read-only: it may be damaged, or locked.", dir.display());
        return vec![Finding::look(name, said, "Use another one.")];
    }
    let here = Finding::ok(name, format!("The stick with the label {LABEL} is at {}.", dir.display()));
    let hub_id = hub.status().and_then(|status| status.hub_id.as_deref());
    let newest = match shelf::newest(&dir, hub_id) {
        Ok(None) => Finding::look(newest, "There is no backup of this hub on the stick yet.", NOW),
        Ok(Some((path, ms))) => {
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let said = format!("{} ({file})", print::time(Some(ms)));
            match hub_id {
                None => Finding::unknown(
                    newest,
                    format!("{said}; only the hub itself knows whether it is its own."),
                ),
                Some(_) => aged(newest, &said, ms, now_ms),
            }
        }
        Err(error) => Finding::unknown(newest, format!("It cannot be read: {error:#}.")),
    };
    vec![here, newest]
}

fn aged(name: &'static str, said: &str, ms: u64, now_ms: u64) -> Finding {
    match now_ms.saturating_sub(ms) < OLD_MS {
        true => Finding::ok(name, said),
        false => Finding::look(name, format!("{said}: that is some days ago."), NOW),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{self, Look, Ok};
    use super::super::tree::Tree;
    use super::*;
    use serde_json::json;

    const MADE: u64 = 1_761_300_000_000;
    const DAY: u64 = 86_400_000;

    fn verdicts(tree: &Tree, now_ms: u64) -> Vec<Severity> {
        verdicts_told(tree, now_ms, json!(null))
    }

    fn verdicts_told(tree: &Tree, now_ms: u64, last_backup: serde_json::Value) -> Vec<Severity> {
        let hub_id = "0190a1b2-c3d4-7000-8000-000000000000";
        let hub = HubAnswer::that_says(json!({"hub_id": hub_id, "last_backup": last_backup}));
        let facts = Facts { unit: true, ..Facts::for_test(Init::Systemd, &[]) };
        look(tree.root(), Some(&facts), &hub, now_ms).iter().map(|found| found.verdict).collect()
    }

    #[test]
    fn a_backup_is_as_good_as_it_is_young() {
        let tree = Tree::new();
        assert_eq!(verdicts(&tree, MADE), [Look, Look]);
        tree.link(TIMER, "/etc/systemd/system/fieldhub-backup.timer");
        tree.file("/dev/sda1", "");
        tree.link("/dev/disk/by-label/FIELDHUB", "../../sda1");
        assert_eq!(verdicts(&tree, MADE), [Ok, Ok, Look], "it may be there and not mounted: the hub knows");
        let told = json!({"at_ms": MADE, "file": "a.redb", "stick": LABEL, "bytes": 7, "audits": 1});
        assert_eq!(verdicts_told(&tree, MADE + DAY, told.clone()), [Ok, Ok, Ok]);
        assert_eq!(verdicts_told(&tree, MADE + 2 * DAY, told), [Ok, Ok, Look]);
        tree.file("/media/stick/fieldhub-99999999-20251024-100000-000.redb", "");
        let device = tree.root().canonicalize().unwrap().join("dev/sda1");
        let place = tree.root().join("media/stick");
        let mount =
            |how: &str| format!("36 35 8:1 / {} {how} - vfat {} {how}\n", place.display(), device.display());
        tree.mounts(&mount("rw"));
        assert_eq!(verdicts(&tree, MADE), [Ok, Ok, Look], "that is another hub's");
        tree.file("/media/stick/fieldhub-0190a1b2-20251024-100000-000.redb", "");
        assert_eq!(verdicts(&tree, MADE + DAY), [Ok, Ok, Ok]);
        assert_eq!(verdicts(&tree, MADE + 2 * DAY), [Ok, Ok, Look]);
        tree.mounts(&mount("ro"));
        assert_eq!(verdicts(&tree, MADE), [Ok, Look]);
    }
}
