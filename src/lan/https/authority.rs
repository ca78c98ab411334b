//! Certificate authority of the hub, and certificate renewal: keeps CA and certificate in the data directory, and
//! renews the certificate by itself.
//!
//! Called by `cli`, which runs [`CertificateAuthority::run`] beside the hub; calls `ca`, `leaf_certificate`,
//! `store::PrivateFile`. Neither file is in a backup, which holds the database alone: a hub restored elsewhere makes a
//! CA of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use tokio::time::sleep;

use super::ca::Ca;
use super::leaf_certificate::LeafCertificate;
use super::subject_alt_names::{self, SubjectAltNames};
use super::validity::ClockReading;
use super::{HttpsError, ServedCertificate};
use crate::domain::site_clock::{CertifiedTime, TimeSource};
use crate::store::{PrivateFile, StoreError};

const CA: &str = "https.ca";
const CERTIFICATE: &str = "https.certificate";
/// Addresses are looked at as often as `upstream` does.
const EVERY: Duration = Duration::from_secs(3);

type Random = fn(&mut [u8]) -> std::io::Result<()>;

/// What the CA is told from outside.
pub struct CertificateAuthorityOptions {
    pub dir: PathBuf,
    /// What the hub is called.
    pub hub: String,
    pub time: CertifiedTime,
    /// When the program was made: no time is before that.
    pub built_ms: u64,
    /// How tablets reach the hub now; `None` when it cannot be told now.
    pub look: Box<dyn Fn() -> Option<SubjectAltNames> + Send + Sync>,
    pub random: Random,
    /// The time for the name of a damaged file.
    pub dated: fn() -> String,
}

impl std::fmt::Debug for CertificateAuthorityOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("dir", &self.dir).field("hub", &self.hub).finish_non_exhaustive()
    }
}

pub struct CertificateAuthority {
    options: CertificateAuthorityOptions,
    file: PrivateFile,
    ca: Ca,
    certificate: Mutex<LeafCertificate>,
    shown: Arc<ServedCertificate>,
    /// What somebody should read: the CA was made anew.
    notice: Option<String>,
}

impl std::fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnCa").field("ca", &self.ca).finish_non_exhaustive()
    }
}

impl CertificateAuthority {
    /// Reads what is kept, or makes it. A damaged file is put aside.
    pub fn open(options: CertificateAuthorityOptions) -> Result<Self, HttpsError> {
        let moment = moment(&options);
        let reached = (options.look)().unwrap_or_default();
        let ca_file = PrivateFile::new(&options.dir, CA);
        let (kept, damaged) = read::<Ca>(&ca_file, &options)?;
        let (kept, damaged) = match kept.map(|ca| ca.check().map(|()| ca)) {
            Some(Err(error)) => {
                put_aside(&ca_file, &options, &error.to_string())?;
                (None, true)
            }
            Some(Ok(ca)) => (Some(ca), damaged),
            None => (None, damaged),
        };
        let ended = kept.as_ref().is_some_and(|ca| ca.validity.has_ended(moment));
        let ca = match kept.filter(|_| !ended) {
            Some(ca) => ca,
            None => {
                let ca =
                    Ca::make(&options.hub, subject_alt_names::bare(&reached.names), moment, fill(&options)?)?;
                ca_file.replace(&ca)?;
                tracing::info!(name = ca.name, sha256 = ca.sha256()?, "made a CA for HTTPS");
                ca
            }
        };
        let notice = (damaged || ended).then(|| {
            let why = if ended { "has ended" } else { "was damaged" };
            format!(
                "The hub's CA for HTTPS {why}, and there is a new one, {}: install it again on every \
                 tablet, from /trust on plain HTTP.",
                ca.name
            )
        });
        for name in reached.names.iter().filter(|name| !subject_alt_names::may_sign(name, &ca.bare)) {
            tracing::warn!(
                name,
                "the hub's own CA signs only for private names, and for host names that it knew when it was \
                 made: HTTPS by this name needs a certificate of your own (tls.cert)"
            );
        }

        let file = PrivateFile::new(&options.dir, CERTIFICATE);
        let kept = read::<LeafCertificate>(&file, &options)?.0;
        let usable = kept.and_then(|kept| Some((kept.to_show().ok()?, kept)));
        let (pair, certificate) = match usable {
            Some(usable) => usable,
            None => {
                let made = LeafCertificate::make(&ca, &reached, None, moment, fill(&options)?)?;
                file.replace(&made)?;
                (made.to_show()?, made)
            }
        };
        let own = Self {
            options,
            file,
            ca,
            certificate: Mutex::new(certificate),
            shown: ServedCertificate::new(pair),
            notice,
        };
        own.look()?;
        Ok(own)
    }

    pub fn shown(&self) -> &Arc<ServedCertificate> {
        &self.shown
    }

    /// Handshakes that are answered with `shown` have this certificate from now on, and each after it.
    pub fn show_as(&mut self, shown: &Arc<ServedCertificate>) {
        shown.take(&self.shown);
        self.shown = Arc::clone(shown);
    }

    pub fn ca(&self) -> &Ca {
        &self.ca
    }

    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Look at the machine and the clock, and make another certificate when one is due. Whether there is one.
    pub fn look(&self) -> Result<bool, HttpsError> {
        let Some(reached) = (self.options.look)() else { return Ok(false) };
        let moment = moment(&self.options);
        let mut certificate = self.certificate.lock();
        certificate.seen(&reached, moment.now_ms);
        let Some(why) = certificate.due(&self.ca, &reached, moment) else { return Ok(false) };
        // Of another CA: nothing of it counts.
        let before = Some(&*certificate).filter(|before| before.is_by(&self.ca));
        let made = LeafCertificate::make(&self.ca, &reached, before, moment, fill(&self.options)?)?;
        self.shown.replace(made.to_show()?);
        *certificate = made;
        tracing::info!(why, names = ?certificate.names, addresses = certificate.addresses.len(), "a new certificate for HTTPS");
        // It is as good without: the next start makes another.
        if let Err(error) = self.file.replace(&*certificate) {
            tracing::warn!(%error, "the certificate for HTTPS could not be kept");
        }
        Ok(true)
    }

    /// Look again and again, for as long as the hub runs.
    pub async fn run(self: Arc<Self>) {
        loop {
            sleep(EVERY).await;
            let own = Arc::clone(&self);
            // Making one takes a flush.
            match tokio::task::spawn_blocking(move || own.look()).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => tracing::warn!(%error, "HTTPS keeps the certificate that it has"),
                Err(error) => tracing::error!(%error, "looking after the certificate failed"),
            }
        }
    }
}

/// What lies in the data directory of a hub that may be running: only read.
pub fn kept(dir: &Path) -> Result<Option<(Ca, LeafCertificate)>, HttpsError> {
    let ca = PrivateFile::new(dir, CA).read()?;
    Ok(ca.zip(PrivateFile::new(dir, CERTIFICATE).read()?))
}

fn moment(options: &CertificateAuthorityOptions) -> ClockReading {
    let (now_ms, source, passed_ms) = (options.time)();
    let said_after_ms = (source == TimeSource::Tablets).then_some(passed_ms);
    ClockReading {
        now_ms,
        sure: source.is_vouched(),
        said_after_ms,
        from_machine: source == TimeSource::Machine,
        built_ms: options.built_ms,
    }
}

/// What is kept, and whether it was damaged.
fn read<T: DeserializeOwned>(
    file: &PrivateFile,
    options: &CertificateAuthorityOptions,
) -> Result<(Option<T>, bool), HttpsError> {
    match file.read() {
        Ok(kept) => Ok((kept, false)),
        Err(StoreError::Damaged { problem, .. }) => {
            put_aside(file, options, &problem)?;
            Ok((None, true))
        }
        Err(error) => Err(error.into()),
    }
}

fn put_aside(
    file: &PrivateFile,
    options: &CertificateAuthorityOptions,
    problem: &str,
) -> Result<(), HttpsError> {
    let aside = file.put_aside(&(options.dated)())?;
    tracing::error!(problem, aside = %aside.display(), "a file of HTTPS was damaged; a new one is made");
    Ok(())
}

fn fill(options: &CertificateAuthorityOptions) -> Result<[u8; 16], HttpsError> {
    let mut bytes = [0; 16];
    (options.random)(&mut bytes).map_err(HttpsError::Random)?;
    Ok(bytes)
}
