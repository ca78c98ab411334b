//! Certificates of HTTPS: one of the hub's own certificate authority, or one of two files.
//!
//! Called by `cli`, which hands rustls's settings on to `http`; calls rcgen, rustls and `store`. Time, the look at
//! the machine and randomness are arguments. Only keys are not: ring makes them from the system's randomness alone.
//!
//! - `validity` decides, without a clock, from when until when a certificate is good, and when it is due;
//! - `subject_alt_names` what a certificate is for, and what the CA may sign at all;
//! - `ca` and `leaf_certificate` make the two kinds;
//! - `authority` keeps both in the data directory and renews the certificate; `certificate_files` reads somebody else's;
//! - `stored_certificate` reads either without touching it, for somebody who looks from outside;
//! - `served_certificate` is what handshakes are answered with, replaced while the hub runs.

mod authority;
mod ca;
mod certificate_files;
mod leaf_certificate;
mod served_certificate;
mod stored_certificate;
mod subject_alt_names;
mod validity;

use std::path::PathBuf;

use crate::store::StoreError;

pub use authority::{CertificateAuthority, CertificateAuthorityOptions};
pub use ca::Ca;
pub use certificate_files::CertificateFiles;
pub use served_certificate::ServedCertificate;
pub use stored_certificate::StoredCertificate;
pub use subject_alt_names::{SubjectAltNames, of_machine};

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
