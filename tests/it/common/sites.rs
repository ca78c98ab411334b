//! Data directories of several hubs side by side. Used by the tests of commands that carry marks between them.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::marks::save_unsent;
use super::program::run;

pub struct Sites(TempDir);

impl Sites {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// The audit of 242 modules, in a hub that does not run.
pub fn create(data: &Path) {
    run(data, &["audit", "create", "--name", "JALIBAT", "--token", "jalibat", "--strings", "26,24x9"]).good();
}

/// Put marks into a hub, the way a tablet's unsent marks get there.
pub fn import(data: &Path, ops: &[Value]) {
    let file = data.with_extension("marks.json");
    save_unsent(&file, ops);
    assert_eq!(run(data, &["bundle", "import", file.to_str().unwrap(), "--json"]).json()["new"], ops.len());
}
