//! Test fixture: a database in a directory, for the unit tests of `store`.

use std::path::Path;
use std::sync::Arc;

use uuid::Uuid;

use super::{DirMedium, Engine, Options};

pub(super) fn options() -> Options {
    Options {
        mint: Uuid::new_v4,
        dated: || "20260101".to_owned(),
        min_free_bytes: 0,
        opening: |_| (),
        bounds: Default::default(),
    }
}

pub(super) fn open(dir: &Path) -> Engine {
    Engine::open(Arc::new(DirMedium::new(dir)), options()).unwrap()
}
