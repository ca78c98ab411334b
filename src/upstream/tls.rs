//! TLS verification of an upstream's certificate: whom it trusts (root store, ca_file), by which clock, and what a
//! failure means in words.
//!
//! Called by `cli`, which gives the configuration to `client`; calls rustls. Certificates are judged by the site
//! clock, as the machine's own may be anything; `docs/decisions/0010` says what follows from that.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::error_chain::causes;
use super::tls_errors;
use crate::domain::site_clock::{Quality, SiteTime};

/// Whose signatures are believed.
#[derive(Debug, Clone)]
pub enum Roots {
    /// Those that this machine trusts.
    System,
    /// Those of a PEM file, and nobody else's.
    Pem(Vec<u8>),
}

/// Why there can be no TLS at all.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("this machine trusts no CA ({0}): install the package ca-certificates, or set ca_file")]
    NoSystemRoots(String),
    #[error("a certificate in ca_file cannot be read: {0}")]
    Pem(String),
    #[error("TLS cannot be set up: {0}")]
    SetUp(String),
}

/// Without ALPN, which hyper-rustls sets by what is spoken over it.
pub fn client_config(roots: &Roots, time: SiteTime) -> Result<ClientConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new(roots, Arc::clone(&provider), Arc::clone(&time))?;
    let config = ClientConfig::builder_with_details(provider, Arc::new(SiteTimeProvider(time)))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::SetUp(error.to_string()))?;
    Ok(config.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

/// What an error has to do with TLS, in words for people; `None` when that is not the matter.
pub fn explain(error: &(dyn Error + 'static), time: &SiteTime) -> Option<String> {
    let error: &rustls::Error = causes(error).find_map(|error| error.downcast_ref())?;
    let (now_ms, quality) = time();
    Some(tls_errors::of(error, now_ms, quality))
}

fn store(roots: &Roots) -> Result<RootCertStore, TlsError> {
    let mut store = RootCertStore::empty();
    match roots {
        Roots::System => {
            let found = rustls_native_certs::load_native_certs();
            // Some of a system's certificates are older than what webpki reads.
            let (added, _) = store.add_parsable_certificates(found.certs);
            if added == 0 {
                let problem = found.errors.first().map_or("there is none".to_owned(), ToString::to_string);
                return Err(TlsError::NoSystemRoots(problem));
            }
        }
        Roots::Pem(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|error| TlsError::Pem(error.to_string()))?;
                store.add(certificate).map_err(|error| TlsError::Pem(error.to_string()))?;
            }
            if store.is_empty() {
                return Err(TlsError::Pem("there is none in it".to_owned()));
            }
        }
    }
    Ok(store)
}

struct SiteTimeProvider(SiteTime);

impl fmt::Debug for SiteTimeProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SiteTimeProvider")
    }
}

impl TimeProvider for SiteTimeProvider {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_millis((self.0)().0)))
    }
}

/// rustls's own verifier, and what a certificate tells a hub that does not know the time.
struct Verifier {
    inner: Arc<WebPkiServerVerifier>,
    time: SiteTime,
}

impl Verifier {
    fn new(
        roots: &Roots,
        provider: Arc<rustls::crypto::CryptoProvider>,
        time: SiteTime,
    ) -> Result<Self, TlsError> {
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(store(roots)?), provider)
            .build()
            .map_err(|error| TlsError::SetUp(error.to_string()))?;
        Ok(Self { inner, time })
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let mut at = now;
        loop {
            let verified =
                self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, at);
            let Err(rustls::Error::InvalidCertificate(CertificateError::NotValidYetContext {
                not_before,
                ..
            })) = verified
            else {
                return verified;
            };
            // It is at least that late, if the whole chain is good then: a CA signs nothing for the future.
            // `at` grows from one certificate's beginning to another's, so this ends.
            if (self.time)().1 != Quality::Unknown || not_before <= at {
                return verified;
            }
            at = not_before;
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};
    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
        KeyUsagePurpose, date_time_ymd,
    };
    use std::io;

    const DAY: u64 = 86_400_000;

    fn ms(date: &str) -> u64 {
        let at: DateTime<Utc> = format!("{date}T00:00:00Z").parse().unwrap();
        u64::try_from(at.timestamp_millis()).unwrap()
    }

    type TestCa = CertifiedIssuer<'static, KeyPair>;

    /// Good from 2020 to 2040.
    fn ca(name: &str) -> TestCa {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2040, 1, 1));
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    /// For cloud.example, from 1 June 2026 to 1 September 2026.
    fn summer(ca: &TestCa) -> CertificateDer<'static> {
        let mut params = CertificateParams::new(["cloud.example".to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        (params.not_before, params.not_after) = (date_time_ymd(2026, 6, 1), date_time_ymd(2026, 9, 1));
        params.signed_by(&KeyPair::generate().unwrap(), ca).unwrap().der().clone()
    }

    fn site(date: &str, quality: Quality) -> SiteTime {
        let now_ms = ms(date);
        Arc::new(move || (now_ms, quality))
    }

    /// The error is packed as hyper and its connectors pack it.
    fn judged(
        roots: &TestCa,
        certificate: &CertificateDer<'static>,
        name: &'static str,
        time: &SiteTime,
    ) -> Result<(), String> {
        let config = client_config(&Roots::Pem(roots.pem().into_bytes()), Arc::clone(time)).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            Verifier::new(&Roots::Pem(roots.pem().into_bytes()), provider, Arc::clone(time)).unwrap();
        assert!(config.alpn_protocols.is_empty(), "hyper-rustls panics otherwise");
        let now = SiteTimeProvider(Arc::clone(time)).current_time().unwrap();
        let verified =
            verifier.verify_server_cert(certificate, &[], &ServerName::try_from(name).unwrap(), &[], now);
        verified.map(drop).map_err(|error| {
            let packed = io::Error::other(io::Error::other(error));
            explain(&packed, time).expect("it is about TLS")
        })
    }

    #[test]
    fn a_right_certificate_is_right_whatever_is_known_of_the_time() {
        let ca = ca("ours");
        for quality in [Quality::Synchronised, Quality::Learnt, Quality::Unknown] {
            let time = site("2026-07-01", quality);
            assert_eq!(judged(&ca, &summer(&ca), "cloud.example", &time), Ok(()));
        }
    }

    #[test]
    fn a_wrong_name_and_a_stranger_are_refused_in_words() {
        let (ca, stranger, impostor) = (ca("ours"), ca("theirs"), ca("ours"));
        let time = site("2026-07-01", Quality::Synchronised);
        let said = judged(&ca, &summer(&ca), "office.example", &time).unwrap_err();
        assert_eq!(said, "its certificate is for cloud.example, not for office.example: check the URL");
        for other in [stranger, impostor] {
            let said = judged(&ca, &summer(&other), "cloud.example", &time).unwrap_err();
            assert!(
                said.contains("not signed by anyone this hub trusts") && said.contains("ca_file"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_certificate_that_has_run_out_is_refused_and_the_clock_is_told_of() {
        let ca = ca("ours");
        let said =
            |quality| judged(&ca, &summer(&ca), "cloud.example", &site("2027-03-03", quality)).unwrap_err();
        let known = said(Quality::Synchronised);
        assert!(known.starts_with("its certificate expired on 1 September 2026, 00:00 UTC"), "{known}");
        assert!(known.contains("3 March 2027, 00:00 UTC") && known.contains("renew"), "{known}");
        let unknown = said(Quality::Unknown);
        assert!(
            unknown.contains("the hub's clock says 3 March 2027, 00:00 UTC, and nobody has confirmed it"),
            "{unknown}"
        );
        assert!(unknown.contains("`fieldhub clock set`"), "{unknown}");
    }

    #[test]
    fn a_certificate_of_later_tells_the_time_to_a_hub_that_does_not_know_it() {
        let (ca, stranger, impostor) = (ca("ours"), ca("theirs"), ca("ours"));
        // As old as the last shutdown, or as the image that the hub came on.
        let unknown = site("2025-11-22", Quality::Unknown);
        assert_eq!(judged(&ca, &summer(&ca), "cloud.example", &unknown), Ok(()));
        for other in [stranger, impostor] {
            let said = judged(&ca, &summer(&other), "cloud.example", &unknown).unwrap_err();
            assert!(
                said.contains("not signed by anyone this hub trusts"),
                "only one that is good \
                 otherwise: {said}"
            );
        }
        let said = judged(&ca, &summer(&ca), "office.example", &unknown).unwrap_err();
        assert!(said.contains("not for office.example"), "{said}");

        for quality in [Quality::Learnt, Quality::Synchronised] {
            let said = judged(&ca, &summer(&ca), "cloud.example", &site("2025-11-22", quality)).unwrap_err();
            assert!(said.starts_with("its certificate is valid only from 1 June 2026, 00:00 UTC"), "{said}");
            assert!(said.contains("22 November 2025"), "{said}");
        }
    }

    #[test]
    fn two_that_were_never_good_at_one_time_tell_nothing() {
        let root = ca("ours");
        // Ran out before the one that it signed began.
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "between");
        (params.not_before, params.not_after) = (date_time_ymd(2025, 1, 1), date_time_ymd(2026, 1, 1));
        let between = CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), &root).unwrap();
        let time = site("2025-11-22", Quality::Unknown);
        let roots = Roots::Pem(root.pem().into_bytes());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Verifier::new(&roots, provider, Arc::clone(&time)).unwrap();
        let verified = verifier.verify_server_cert(
            &summer(&between),
            &[between.der().clone()],
            &ServerName::try_from("cloud.example").unwrap(),
            &[],
            UnixTime::since_unix_epoch(Duration::from_millis(time().0)),
        );
        let Err(rustls::Error::InvalidCertificate(CertificateError::ExpiredContext { time: at, .. })) =
            verified
        else {
            panic!("{verified:?}");
        };
        assert_eq!(at.as_secs() * 1000, ms("2026-06-01"), "judged as at the latest beginning");
        assert!(ms("2026-06-01") > ms("2026-01-01") + DAY);
    }

    #[test]
    fn roots_that_are_none_are_told() {
        let time = site("2026-07-01", Quality::Learnt);
        let failed = |pem: &str| {
            client_config(&Roots::Pem(pem.as_bytes().to_vec()), Arc::clone(&time)).unwrap_err().to_string()
        };
        assert!(failed("").contains("there is none"));
        assert!(
            failed("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n").contains("cannot be read")
        );
        assert!(
            failed("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
                .contains("cannot be read")
        );
    }

    #[test]
    fn what_is_no_matter_of_tls_is_left_to_others() {
        let time = site("2026-07-01", Quality::Learnt);
        let refused = io::Error::new(io::ErrorKind::ConnectionRefused, "refused");
        assert_eq!(explain(&io::Error::other(refused), &time), None);
    }
}
