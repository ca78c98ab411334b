//! Restart counter of the radio: a file in /run, which a start of the machine empties.
//!
//! Written by `watch`; read by `status` and `doctor`.

use std::path::Path;

use anyhow::Context;

use crate::cli::machine::apply::below;

const COUNT: &str = "/run/fieldhub-radio/restarts";

/// How often the radio was restarted since the machine started.
pub fn counted(root: &Path) -> u64 {
    let text = std::fs::read_to_string(below(root, Path::new(COUNT))).unwrap_or_default();
    text.trim().parse().unwrap_or(0)
}

pub fn count_up(root: &Path, count: u64) -> anyhow::Result<()> {
    let file = below(root, Path::new(COUNT));
    let place = || file.display().to_string();
    std::fs::create_dir_all(file.parent().unwrap_or(root)).with_context(place)?;
    std::fs::write(&file, format!("{count}\n")).with_context(place)
}
