//! Test fixture: a hub in a directory, for the unit tests of `hub` and of what is above it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::{Hub, HubConfig, SystemClock};
use crate::domain::Fingerprint;
use crate::domain::crew::Access;

pub fn open(dir: &Path, access: Access) -> Arc<Hub> {
    let config = HubConfig {
        data_dir: dir.to_owned(),
        name: "Test hub".to_owned(),
        updates_overlap: Duration::ZERO,
        snapshot_every: Duration::from_secs(3_600),
        min_free_bytes: 0,
        access,
        session: Duration::from_secs(86_400),
        signing_key: None,
        machine: Fingerprint::default(),
        opening: |_| (),
        bounds: Default::default(),
        photos: Default::default(),
    };
    Hub::open(config, Arc::new(SystemClock::new())).unwrap()
}
