//! Read-only root (power loss, overlayroot): whether a power cut can break the system that the hub runs on. The database stands it; a
//! system that is being written may not.
//!
//! Called by `doctor`, which has read the mount table.

use std::path::Path;

use super::finding::Finding;
use super::text;
use crate::cli::mounts::{self, Mount};

const NAME: &str = "power cuts";
const REMEDY: &str = "Give the data a partition of their own and make the system read-only: \"A system that power cuts cannot break\" in the manual.";

/// `data`: what the data are on.
pub fn look(root: &Path, table: &str, data: Option<&Mount>) -> Finding {
    let (Some(system), Some(data)) = (mounts::of(table, Path::new("/")), data) else {
        return Finding::unknown(NAME, "It is not known which disk the system is on.");
    };
    let own = data.place != Path::new("/");
    let command = text(root, "/proc/cmdline").unwrap_or_default();
    let in_memory =
        command.split(' ').any(|word| word == "boot=overlay" || word.starts_with("overlayroot=tmpfs"));
    match (system.kind.as_str(), own) {
        // overlayroot lays one over every entry of fstab, if it is not told otherwise.
        _ if in_memory && data.kind == "overlay" => Finding::must(
            NAME,
            "The system is read-only, and what is written to it is in memory: the data too, and all marks are lost when the \
             power goes.",
            REMEDY,
        ),
        ("overlay", false) => {
            Finding::unknown(NAME, "The system is an overlay; what lies below it cannot be told.")
        }
        ("overlay", true) => Finding::ok(NAME, protected(data)),
        (_, true) if !system.writable => Finding::ok(NAME, protected(data)),
        (_, true) => Finding::look(
            NAME,
            format!(
                "The data are on {}, but the system is written to: a power cut can break it, and not the marks.",
                data.source.display()
            ),
            REMEDY,
        ),
        (_, false) => Finding::look(
            NAME,
            format!(
                "System and data share {}, which is written to: a power cut can break the system, and not the marks.",
                data.source.display()
            ),
            REMEDY,
        ),
    }
}

fn protected(data: &Mount) -> String {
    format!(
        "The system is read-only, and the data have {}: a power cut breaks neither.",
        data.source.display()
    )
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{Do, Look, Ok, Unknown};
    use super::super::tree::Tree;
    use super::*;

    #[test]
    fn which_of_the_set_ups_it_is_can_be_told() {
        let tree = Tree::new();
        let own = "31 22 179:3 / /var/lib/fieldhub rw,noatime - ext4 /dev/mmcblk0p3 rw\n";
        let plain = |how: &str| format!("22 1 179:2 / / {how},noatime - ext4 /dev/mmcblk0p2 rw\n");
        let overlay = "22 1 0:25 / / rw,relatime - overlay overlay rw,lowerdir=/lower,upperdir=/upper/data\n";
        let of = |table: &str| {
            let data = mounts::of(table, Path::new("/var/lib/fieldhub"));
            look(tree.root(), table, data.as_ref())
        };
        assert_eq!(of(&plain("rw")).verdict, Look);
        assert!(of(&plain("rw")).said.starts_with("System and data share /dev/mmcblk0p2"));
        assert_eq!(of(&(plain("rw") + own)).verdict, Look);
        assert_eq!(of(&(plain("ro") + own)).verdict, Ok);
        assert_eq!(of(overlay).verdict, Unknown, "a container");
        tree.file("/proc/cmdline", "console=tty1 root=PARTUUID=1-02 overlayroot=tmpfs rootwait\n");
        assert_eq!(of(overlay).verdict, Do);
        assert_eq!(of(&(overlay.to_owned() + own)).verdict, Ok);
        let over_it = "31 22 0:31 / /var/lib/fieldhub rw - overlay /media/root-ro/var/lib/fieldhub rw\n";
        assert_eq!(
            of(&(overlay.to_owned() + over_it)).verdict,
            Do,
            "an entry of fstab, with overlayroot=tmpfs"
        );
        assert_eq!(of("").verdict, Unknown);
    }
}
