//! Connector of the HTTP client: by way of a proxy (CONNECT tunnel) where there is one, with TLS where it is https, and
//! within the connect timeout.
//!
//! Called by `client`; calls `dial`, hyper-util's tunnel and hyper-rustls.

use std::sync::Arc;
use std::time::Duration;

use hyper::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use tower::timeout::Timeout;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Service, ServiceExt};

use super::dial::{Dial, Dialler};
use super::metered_stream::{ByteCounter, MeteredStream};
use super::proxy::Proxy;

type MaybeTlsStream = MaybeHttpsStream<TokioIo<MeteredStream>>;
pub type Connector = BoxCloneSyncService<Uri, MaybeTlsStream, BoxError>;

/// `patience`: for all of it, with the handshakes.
pub fn connector(
    dial: Arc<dyn Dial>,
    passed: Arc<ByteCounter>,
    tls: Option<rustls::ClientConfig>,
    proxy: Option<Proxy>,
    patience: Duration,
) -> Connector {
    let dialler = |to| Dialler::new(dial, passed, to);
    match (tls, proxy) {
        (Some(tls), Some(proxy)) => {
            let mut tunnel = Tunnel::new(proxy.uri, dialler(None));
            if let Some(authorization) = proxy.authorization {
                tunnel = tunnel.with_auth(authorization);
            }
            within(patience, with_tls(tls, tunnel))
        }
        (Some(tls), None) => within(patience, with_tls(tls, dialler(None))),
        // A proxy gets plain requests whole.
        (None, proxy) => {
            let dialler = dialler(proxy.map(|proxy| proxy.uri));
            within(patience, dialler.map_response(MaybeHttpsStream::Http))
        }
    }
}

fn with_tls<C>(tls: rustls::ClientConfig, connector: C) -> HttpsConnector<C> {
    HttpsConnectorBuilder::new().with_tls_config(tls).https_only().enable_http1().wrap_connector(connector)
}

fn within<C>(patience: Duration, connector: C) -> Connector
where
    C: Service<Uri, Response = MaybeTlsStream> + Clone + Send + Sync + 'static,
    C::Error: Into<BoxError>,
    C::Future: Send + 'static,
{
    BoxCloneSyncService::new(Timeout::new(connector, patience))
}
