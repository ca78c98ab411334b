//! What HTTPS is served with: a certificate of the hub's own CA, or one of two files.
//!
//! Called by `cli`, which hands rustls's settings on to `http`; calls rcgen, rustls and `store`. Time, the look at
//! the machine and randomness are arguments. Only keys are not: ring makes them from the system's randomness alone.
//!
//! - `validity` decides, without a clock, from when until when a certificate is good, and when it is due;
//! - `names` what a certificate is for, and what the CA may sign at all;
//! - `ca` and `certificate` make the two kinds;
//! - `own` keeps both in the data directory and renews the certificate; `files` reads somebody else's;
//! - `kept` reads either without touching it, for somebody who looks from outside;
//! - `shown` is what handshakes are answered with, replaced while the hub runs.

mod ca;
mod certificate;
mod files;
mod kept;
mod names;
mod own;
mod shown;
mod validity;

use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::site_clock::Quality;
use crate::store::StoreError;

pub use ca::Ca;
pub use files::Files;
pub use kept::Kept;
pub use names::{Reached, of_machine};
pub use own::{Options, OwnCa};
pub use shown::Shown;

/// The site's time in ms, and how far it can be trusted.
pub type SiteTime = Arc<dyn Fn() -> (u64, Quality) + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum HttpsError {
    #[error("the certificate could not be made: {0}")]
    Make(#[from] rcgen::Error),
    #[error("TLS cannot be set up: {0}")]
    SetUp(#[from] rustls::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the system's random source failed: {0}")]
    Random(std::io::Error),
    #[error("{}: {problem}", path.display())]
    File { path: PathBuf, problem: String },
}
