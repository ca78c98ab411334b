//! Certificate inspection: one as it lies on the disk, for somebody who looks at a hub from outside. Nothing is made,
//! renewed or put aside, and no key is shown.
//!
//! Called by `cli::doctor`; calls `authority` and `certificate_files` for reading, and webpki.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::Path;

use rustls::pki_types::{CertificateDer, ServerName};
use webpki::EndEntityCert;

use super::{HttpsError, authority, certificate_files};

/// Until when it is good, and for whom.
#[derive(Debug)]
pub struct StoredCertificate {
    /// As far as that can be read.
    pub until_ms: Option<u64>,
    whom: IssuedFor,
}

#[derive(Debug)]
enum IssuedFor {
    These {
        names: BTreeSet<String>,
        addresses: BTreeSet<IpAddr>,
    },
    /// Who it is for is asked when somebody wants to know.
    Asked(CertificateDer<'static>),
}

impl StoredCertificate {
    /// Of the hub's own CA; `None` when it has made none yet. A CA that ends earlier ends it too.
    pub fn of_own_ca(dir: &Path) -> Result<Option<Self>, HttpsError> {
        let Some((ca, certificate)) = authority::kept(dir)? else { return Ok(None) };
        let until_ms = Some(certificate.validity.until_ms.min(ca.validity.until_ms));
        let addresses = certificate.addresses.into_keys().collect();
        Ok(Some(Self { until_ms, whom: IssuedFor::These { names: certificate.names, addresses } }))
    }

    /// Of two files; an error says which one the hub would not take, and why.
    pub fn of_files(cert: &Path, key: &Path) -> Result<Self, HttpsError> {
        let (leaf, until_ms) = certificate_files::leaf(cert, key)?;
        Ok(Self { until_ms, whom: IssuedFor::Asked(leaf) })
    }

    /// The names that it is for, in small letters.
    pub fn names(&self) -> BTreeSet<String> {
        match &self.whom {
            IssuedFor::These { names, .. } => names.clone(),
            IssuedFor::Asked(leaf) => EndEntityCert::try_from(leaf)
                .map(|leaf| leaf.valid_dns_names().map(str::to_ascii_lowercase).collect())
                .unwrap_or_default(),
        }
    }

    /// Whether a browser takes it for this host, a name or an address.
    pub fn is_for(&self, host: &str) -> bool {
        match &self.whom {
            IssuedFor::These { names, addresses } => {
                names.contains(host) || host.parse().is_ok_and(|address| addresses.contains(&address))
            }
            IssuedFor::Asked(leaf) => EndEntityCert::try_from(leaf)
                .ok()
                .zip(ServerName::try_from(host).ok())
                .is_some_and(|(leaf, host)| leaf.verify_is_valid_for_subject_name(&host).is_ok()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};
    use std::fs;

    #[test]
    fn a_certificate_of_two_files_is_for_its_names_and_addresses() {
        let dir = tempfile::tempdir().unwrap();
        let mut params =
            CertificateParams::new(["*.example.org".to_owned(), "192.168.4.1".to_owned()]).unwrap();
        params.not_after = date_time_ymd(2026, 1, 1);
        let key = KeyPair::generate().unwrap();
        let (cert_file, key_file) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
        fs::write(&cert_file, params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(&key_file, key.serialize_pem()).unwrap();
        let kept = StoredCertificate::of_files(&cert_file, &key_file).unwrap();
        assert_eq!(kept.until_ms, Some(1_767_225_600_000));
        assert_eq!(kept.names().into_iter().collect::<Vec<_>>(), ["*.example.org"]);
        for host in ["hub.example.org", "192.168.4.1"] {
            assert!(kept.is_for(host), "{host}");
        }
        for host in ["example.org", "fieldhub.local", "192.168.4.2", "not a host"] {
            assert!(!kept.is_for(host), "{host}");
        }
        assert!(
            StoredCertificate::of_files(&cert_file, &cert_file).unwrap_err().to_string().contains("cert.pem")
        );
        assert!(StoredCertificate::of_own_ca(dir.path()).unwrap().is_none());
        fs::write(dir.path().join("https.ca"), "damaged").unwrap();
        assert!(StoredCertificate::of_own_ca(dir.path()).is_err());
        assert_eq!(
            fs::read_to_string(dir.path().join("https.ca")).unwrap(),
            "damaged",
            "and is left where it is"
        );
    }
}
