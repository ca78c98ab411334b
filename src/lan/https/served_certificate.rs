//! Certificate resolver of the TLS server: what handshakes are answered with. It is replaced while the hub runs, and no
//! connection is lost by it.
//!
//! Called by `authority`, `certificate_files` and `cli`; calls rustls.

use std::sync::Arc;

use parking_lot::RwLock;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::HttpsError;

/// A certificate with its key.
#[derive(Debug, Clone)]
pub struct CertificateWithKey {
    key: Arc<CertifiedKey>,
    /// When it ends, as far as that can be read.
    pub until_ms: Option<u64>,
}

impl CertificateWithKey {
    /// The two are checked to belong together.
    pub fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
        until_ms: Option<u64>,
    ) -> Result<Self, HttpsError> {
        let key = CertifiedKey::from_der(chain, key, &ring::default_provider())?;
        Ok(Self { key: Arc::new(key), until_ms })
    }

    /// The first of the chain.
    pub fn leaf(&self) -> Option<CertificateDer<'static>> {
        self.key.cert.first().cloned()
    }
}

/// Without one handshakes fail, until there is one.
#[derive(Debug, Default)]
pub struct ServedCertificate(RwLock<Option<CertificateWithKey>>);

impl ServedCertificate {
    pub fn new(pair: CertificateWithKey) -> Arc<Self> {
        Arc::new(Self(RwLock::new(Some(pair))))
    }

    /// From the next handshake on.
    pub fn replace(&self, pair: CertificateWithKey) {
        *self.0.write() = Some(pair);
    }

    pub fn is_there(&self) -> bool {
        self.0.read().is_some()
    }

    /// That of another one, if it has any.
    pub fn take(&self, other: &Self) {
        let pair = other.0.read().clone();
        *self.0.write() = pair;
    }

    pub fn until_ms(&self) -> Option<u64> {
        self.0.read().as_ref()?.until_ms
    }

    /// TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
    pub fn server_config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, HttpsError> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for ServedCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.read().as_ref().map(|pair| Arc::clone(&pair.key))
    }
}
