//! Certificate files (PEM) of one's own, with hot reload: read when the hub starts, and again when they change.
//!
//! Called by `cli`, which runs [`CertificateFiles::run`] beside the hub; calls rustls and the file system.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::{Error, InconsistentKeys};
use tokio::sync::Notify;
use tokio::time::sleep;
use webpki::{EndEntityCert, KeyUsage};

use super::served_certificate::CertificateWithKey;
use super::{HttpsError, ServedCertificate};

/// How often it is looked whether they have changed.
const EVERY: Duration = Duration::from_secs(10);

/// What tells that a file is another one: its length, and when it was written.
type FileStamp = Option<(u64, SystemTime)>;

#[derive(Debug)]
pub struct CertificateFiles {
    cert: PathBuf,
    key: PathBuf,
    shown: Arc<ServedCertificate>,
    read: Mutex<[FileStamp; 2]>,
}

impl CertificateFiles {
    /// An error says which file is wrong, and how; then no certificate is shown until that is mended.
    pub fn open(cert: PathBuf, key: PathBuf) -> (Self, Result<(), HttpsError>) {
        let read = Mutex::new([stamp(&cert), stamp(&key)]);
        let this = Self { cert, key, shown: Arc::default(), read };
        let opened = this.reload();
        (this, opened)
    }

    pub fn shown(&self) -> &Arc<ServedCertificate> {
        &self.shown
    }

    /// Read them again. What is wrong leaves the one that is there.
    pub fn reload(&self) -> Result<(), HttpsError> {
        self.shown.replace(pair(&self.cert, &self.key)?);
        Ok(())
    }

    /// A file whose rights were mended is no other file: as long as there is no certificate, each look is one.
    fn is_due(&self, told: bool) -> bool {
        self.changed() || told || !self.shown.is_there()
    }

    /// Whether they have changed since this was asked last.
    fn changed(&self) -> bool {
        let now = [stamp(&self.cert), stamp(&self.key)];
        let before = std::mem::replace(&mut *self.read.lock(), now);
        before != now
    }

    /// Look again and again, and at once when told to (SIGHUP), for as long as the hub runs. `say` hears why there is no
    /// certificate at all, and when there is one.
    pub async fn run(self: Arc<Self>, again: Arc<Notify>, say: impl Fn(Option<HttpsError>) + Send) {
        loop {
            let told = tokio::select! {
                () = sleep(EVERY) => false,
                () = again.notified() => true,
            };
            let files = Arc::clone(&self);
            let read = tokio::task::spawn_blocking(move || files.is_due(told).then(|| files.reload())).await;
            match read {
                Ok(None) => {}
                Ok(Some(Ok(()))) => {
                    tracing::info!("HTTPS has another certificate");
                    say(None);
                }
                Ok(Some(Err(error))) if !self.shown.is_there() => say(Some(error)),
                // One file is written before the other: the next look finds both.
                Ok(Some(Err(error))) => {
                    tracing::warn!(%error, "HTTPS keeps the certificate that it has");
                }
                Err(error) => tracing::error!(%error, "reading the certificate failed"),
            }
        }
    }
}

fn stamp(path: &Path) -> FileStamp {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

/// The hub's own certificate of the two files, and when it ends; also checked against the key.
pub fn leaf(cert: &Path, key: &Path) -> Result<(CertificateDer<'static>, Option<u64>), HttpsError> {
    let pair = pair(cert, key)?;
    let missing = || HttpsError::SetUp(Error::NoCertificatesPresented);
    Ok((pair.leaf().ok_or_else(missing)?, pair.until_ms))
}

fn pair(cert: &Path, key: &Path) -> Result<CertificateWithKey, HttpsError> {
    let wrong = |path: &Path, problem: String| HttpsError::File { path: path.to_owned(), problem };
    let text = |path: &Path| fs::read(path).map_err(|error| wrong(path, error.to_string()));
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&text(cert)?)
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(cert, format!("it is not a PEM file: {error}")))?;
    let Some(leaf) = chain.first() else {
        return Err(wrong(
            cert,
            "there is no certificate in it; it should be PEM, the hub's own first".to_owned(),
        ));
    };
    let until_ms = until_ms(leaf).map_err(|problem| wrong(cert, problem))?;
    let secret = PrivateKeyDer::from_pem_slice(&text(key)?).map_err(|error| {
        wrong(key, format!("there is no private key in it that can be read ({error}); it should be PEM, without a password"))
    })?;
    CertificateWithKey::new(chain, secret, until_ms).map_err(|error| match error {
        HttpsError::SetUp(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            wrong(key, format!("this is not the key of the certificate in {}", cert.display()))
        }
        HttpsError::SetUp(error) => wrong(key, format!("this key cannot be used: {error}")),
        other => other,
    })
}

/// When a certificate ends. webpki shows that to nobody, but says it when asked to judge at the end of all times:
/// the time is the first thing that it looks at.
fn until_ms(certificate: &CertificateDer<'_>) -> Result<Option<u64>, String> {
    let parsed = EndEntityCert::try_from(certificate)
        .map_err(|error| format!("its first certificate cannot be read: {error}"))?;
    let end_of_times = UnixTime::since_unix_epoch(Duration::from_secs(u64::MAX / 2));
    let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let judged =
        parsed.verify_for_usage(algorithms.all, &[], &[], end_of_times, KeyUsage::server_auth(), None, None);
    Ok(match judged {
        Err(webpki::Error::CertExpired { not_after, .. }) => Some(not_after.as_secs().saturating_mul(1_000)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    fn made(dir: &Path, name: &str) -> (PathBuf, PathBuf) {
        let mut params = CertificateParams::new(["hub.example".to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2025, 1, 1), date_time_ymd(2026, 1, 1));
        let key = KeyPair::generate().unwrap();
        let (cert_file, key_file) = (dir.join(format!("{name}.pem")), dir.join(format!("{name}.key")));
        fs::write(&cert_file, params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(&key_file, key.serialize_pem()).unwrap();
        (cert_file, key_file)
    }

    #[test]
    fn what_is_wrong_with_the_files_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let (cert, key) = made(dir.path(), "a");
        let (_, other) = made(dir.path(), "b");
        let empty = dir.path().join("empty");
        fs::write(&empty, "nothing").unwrap();
        let problem = |cert: &Path, key: &Path| pair(cert, key).unwrap_err().to_string();
        assert!(problem(&dir.path().join("none"), &key).contains("none: No such file"));
        assert!(problem(&empty, &key).contains("empty: there is no certificate in it"));
        assert!(problem(&key, &key).contains("there is no certificate in it"));
        assert!(problem(&cert, &cert).contains("a.pem: there is no private key in it"));
        assert!(problem(&cert, &other).contains("b.key: this is not the key of the certificate in "));
    }

    #[test]
    fn another_pair_is_shown_when_both_are_there() {
        let dir = tempfile::tempdir().unwrap();
        let (cert, key) = made(dir.path(), "a");
        let (files, opened) = CertificateFiles::open(cert.clone(), key.clone());
        opened.unwrap();
        assert_eq!(files.shown().until_ms(), Some(1_767_225_600_000), "2026-01-01");
        assert!(!files.changed());
        let (new_cert, new_key) = made(dir.path(), "b");
        fs::write(&cert, fs::read_to_string(new_cert).unwrap() + "\n").unwrap();
        assert!(files.changed() && !files.changed());
        assert!(files.reload().is_err(), "only half of it is there");
        fs::copy(new_key, &key).unwrap();
        files.reload().unwrap();
    }
}
