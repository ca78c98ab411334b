//! SD card wear (eMMC life time): how worn the card is that the data are on, as far as it tells.
//!
//! Called by `doctor`; reads /sys.

use std::fs;
use std::path::{Path, PathBuf};

use super::finding::Finding;
use crate::cli::machine::apply::below;
use crate::cli::mounts::Mount;

const ANOTHER: &str = "Take a backup now (fieldhub backup FILE), and bring another card: one for cameras or dashcams lasts longest.";

pub fn look(root: &Path, disk: Option<&Mount>) -> Vec<Finding> {
    let name = "card";
    let Some(mount) = disk else {
        return vec![Finding::unknown(name, "It is not known which disk the data is on.")];
    };
    vec![match card(root, &mount.numbers) {
        Some(card) => wear(name, &card),
        None => Finding::unknown(
            name,
            format!("The data is on {}, which is not an SD card.", mount.source.display()),
        ),
    }]
}

/// The directory of the card itself: a partition is below it.
fn card(root: &Path, numbers: &str) -> Option<PathBuf> {
    let block = fs::canonicalize(below(root, Path::new("/sys/dev/block")).join(numbers)).ok()?;
    let card = block.ancestors().map(|dir| dir.join("device")).find(|dir| dir.join("type").exists())?;
    matches!(said(&card, "type").as_deref(), Some("SD" | "MMC")).then_some(card)
}

fn said(card: &Path, what: &str) -> Option<String> {
    Some(fs::read_to_string(card.join(what)).ok()?.trim().to_owned())
}

fn wear(name: &'static str, card: &Path) -> Finding {
    let model = said(card, "name").unwrap_or_default();
    let made = said(card, "date").map(|date| format!(" of {date}")).unwrap_or_default();
    let what = format!("{model}{made}");
    let hex = |text: &str| u8::from_str_radix(text.trim_start_matches("0x"), 16).ok();
    // Tenths of what it was made for, of its two kinds of memory; 0 is not told, 11 is all and more.
    let used = said(card, "life_time").and_then(|text| text.split_whitespace().filter_map(hex).max());
    let used = used.filter(|used| *used > 0);
    let reserve = said(card, "pre_eol_info").and_then(|text| hex(&text));
    match (used, reserve) {
        (_, Some(3)) => {
            Finding::must(name, format!("{what}: its reserve is nearly used up. It will fail soon."), ANOTHER)
        }
        (Some(11..), _) => {
            Finding::must(name, format!("{what}: it is past the lifetime it was made for."), ANOTHER)
        }
        (_, Some(2)) => Finding::look(name, format!("{what}: most of its reserve is used up."), ANOTHER),
        (Some(10), _) => Finding::look(name, format!("{what}: 90 to 100 % used."), ANOTHER),
        (Some(used), _) => Finding::ok(name, format!("{what}: {} to {} % used", (used - 1) * 10, used * 10)),
        (None, Some(1)) => Finding::ok(name, format!("{what}: its reserve is full.")),
        _ => Finding::unknown(
            name,
            format!("{what}: SD cards do not report how worn they are; keep a backup."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{self, Do, Look, Ok, Unknown};
    use super::super::tree::Tree;
    use super::*;

    fn judged(life: Option<&str>, reserve: Option<&str>) -> Severity {
        let tree = Tree::new();
        tree.card("MMC");
        for (file, text) in [("life_time", life), ("pre_eol_info", reserve)] {
            if let Some(text) = text {
                tree.file(&format!("{}/device/{file}", Tree::CARD), text);
            }
        }
        look(tree.root(), tree.disk().as_ref())[0].verdict
    }

    #[test]
    fn a_card_that_tells_is_believed() {
        assert_eq!(judged(Some("0x01 0x02\n"), Some("0x01\n")), Ok);
        assert_eq!(judged(Some("0x01 0x0a\n"), Some("0x01\n")), Look);
        assert_eq!(judged(Some("0x0b 0x01\n"), Some("0x01\n")), Do);
        assert_eq!(judged(Some("0x01 0x01\n"), Some("0x02\n")), Look);
        assert_eq!(judged(Some("0x01 0x01\n"), Some("0x03\n")), Do);
        assert_eq!(judged(None, Some("0x01\n")), Ok);
        assert_eq!(judged(Some("0x00 0x00\n"), Some("0x00\n")), Unknown, "it says that it does not say");
        assert_eq!(judged(None, None), Unknown);
    }

    #[test]
    fn what_is_no_card_is_not_called_one() {
        let tree = Tree::new();
        assert_eq!(look(tree.root(), None)[0].verdict, Unknown);
        tree.mounts("22 1 8:2 / / rw - ext4 /dev/sda2 rw\n");
        let found = look(tree.root(), tree.disk().as_ref());
        assert!(found[0].said.contains("/dev/sda2, which is not an SD card"), "{found:?}");
        let tree = Tree::new();
        tree.card("SD");
        let found = look(tree.root(), tree.disk().as_ref());
        assert_eq!(
            found[0].said,
            "SC32G of 03/2021: SD cards do not report how worn they are; keep a backup."
        );
    }
}
