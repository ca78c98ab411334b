//! Listeners, and how the hub is reached: plain HTTP at which port, HTTPS with what. Values of `cli` for the
//! listeners, which `GET /api/v1/hub`, the status and `trust` tell on.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::ServerConfig;
use tokio::net::{TcpListener, UnixListener};

/// Whether there is a certificate; without one handshakes fail, and nobody is told of HTTPS.
pub type IsServed = Arc<dyn Fn() -> bool + Send + Sync>;
/// When the certificate of the moment ends.
pub type Until = Arc<dyn Fn() -> Option<u64> + Send + Sync>;

#[derive(Debug)]
pub enum Listener {
    Tcp(TcpListener),
    Tls(TcpListener, Tls),
    /// The administrator's.
    Unix(UnixListener),
}

/// What HTTPS is served with.
#[derive(Clone)]
pub struct Tls {
    pub config: Arc<ServerConfig>,
    pub is_served: IsServed,
    pub until_ms: Until,
    /// Nothing with a certificate of somebody else's, and until the hub can read its own.
    pub own_ca: Arc<OnceLock<TrustedCa>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("own_ca", &self.own_ca).finish_non_exhaustive()
    }
}

/// The CA that tablets install.
#[derive(Debug, Clone)]
pub struct TrustedCa {
    pub name: String,
    pub pem: String,
    pub der: Vec<u8>,
    pub sha256: String,
}

/// The ports, as they are and not as they were asked for.
#[derive(Debug, Default)]
pub struct Listeners {
    /// Of the first listener that speaks plain HTTP.
    pub http_port: Option<u16>,
    https: Option<(u16, Tls)>,
}

impl Listeners {
    pub fn of(listeners: &[Listener]) -> Self {
        let port = |listener: &TcpListener| listener.local_addr().ok().map(|address| address.port());
        Self {
            http_port: listeners.iter().find_map(|listener| match listener {
                Listener::Tcp(listener) => port(listener),
                _ => None,
            }),
            https: listeners.iter().find_map(|listener| match listener {
                Listener::Tls(listener, tls) => Some((port(listener)?, tls.clone())),
                _ => None,
            }),
        }
    }

    /// HTTPS, if it is served now.
    pub fn https(&self) -> Option<&(u16, Tls)> {
        self.https.as_ref().filter(|(_, tls)| (tls.is_served)())
    }

    pub fn own_ca(&self) -> Option<&TrustedCa> {
        self.https().and_then(|(_, tls)| tls.own_ca.get())
    }
}
