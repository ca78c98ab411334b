//! A hub that is its own CA on a machine whose addresses and clock a test moves, and tablets that trust that CA.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use fieldhub::domain::crew::Access;
use fieldhub::http::{self, Limits, Listener, serve};
use fieldhub::hub::{BUILT_MS, Hub, HubConfig};
use fieldhub::lan::https::{CertificateAuthority, CertificateAuthorityOptions, SubjectAltNames};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{TestClock, config};

pub type Machine = Arc<Mutex<BTreeSet<IpAddr>>>;
pub type Tls = TlsStream<TcpStream>;

pub struct HttpsHub {
    pub hub: Arc<Hub>,
    pub own: Arc<CertificateAuthority>,
    pub clock: Arc<TestClock>,
    /// What the machine's interfaces have.
    pub machine: Machine,
    pub plain: SocketAddr,
    pub tls: SocketAddr,
    pub dir: TempDir,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
}

pub fn addresses(all: &[&str]) -> BTreeSet<IpAddr> {
    all.iter().map(|address| address.parse().unwrap()).collect()
}

/// The CA of a hub in this directory.
pub fn own_ca(hub: &Arc<Hub>, machine: &Machine) -> CertificateAuthority {
    let (clock, machine) = (Arc::clone(hub), Arc::clone(machine));
    let names: BTreeSet<String> = ["fieldhub.local", "hub.example"].map(str::to_owned).into();
    CertificateAuthority::open(CertificateAuthorityOptions {
        dir: hub.data_dir().to_owned(),
        hub: hub.name().to_owned(),
        time: Arc::new(move || clock.clock().certified()),
        built_ms: BUILT_MS,
        look: Box::new(move || {
            Some(SubjectAltNames { names: names.clone(), addresses: machine.lock().unwrap().clone() })
        }),
        random: |bytes| getrandom::fill(bytes).map_err(std::io::Error::other),
        dated: || "today".to_owned(),
    })
    .unwrap()
}

impl HttpsHub {
    pub async fn start() -> Self {
        Self::start_with(TestClock::new(true), Access::Open, Limits::default()).await
    }

    pub async fn with_limits(limits: Limits) -> Self {
        Self::start_with(TestClock::new(true), Access::Open, limits).await
    }

    pub async fn start_with(clock: Arc<TestClock>, access: Access, limits: Limits) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), clock, access, limits).await
    }

    /// Over the data of one that was there before.
    pub async fn start_in(dir: TempDir, clock: Arc<TestClock>, access: Access, limits: Limits) -> Self {
        let hub = Hub::open(HubConfig { access, ..config(dir.path()) }, clock.clone()).unwrap();
        let machine: Machine = Arc::new(Mutex::new(addresses(&["127.0.0.1", "192.168.4.1"])));
        let own = Arc::new(own_ca(&hub, &machine));
        let (plain, tls) = (
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
        );
        let (plain_at, tls_at) = (plain.local_addr().unwrap(), tls.local_addr().unwrap());
        let shown = Arc::clone(own.shown());
        let ca = own.ca();
        let with = http::Tls {
            config: shown.server_config().unwrap(),
            is_served: Arc::new(|| true),
            until_ms: Arc::new(move || shown.until_ms()),
            own_ca: Arc::new(OnceLock::from(http::TrustedCa {
                name: ca.name.clone(),
                pem: ca.pem.clone(),
                der: ca.der().unwrap(),
                sha256: ca.sha256().unwrap(),
            })),
        };
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&hub);
        let served = tokio::spawn(async move {
            let shutdown = async {
                let _ = stopped.await;
            };
            let listeners = vec![Listener::Tcp(plain), Listener::Tls(tls, with)];
            serve(serving, listeners, limits, shutdown).await.unwrap();
        });
        Self { hub, own, clock, machine, plain: plain_at, tls: tls_at, dir, stop: Some(stop), served }
    }

    /// Tell it to stop; returns when it serves nobody any more.
    pub async fn stop(&mut self) {
        drop(self.stop.take());
        (&mut self.served).await.unwrap();
    }

    /// Off, and on again on a machine with this clock.
    pub async fn restart(mut self, clock: Arc<TestClock>) -> Self {
        self.stop().await;
        self.hub.close().await;
        let Self { hub, own, dir, .. } = self;
        drop((hub, own));
        Self::start_in(dir, clock, Access::Open, Limits::default()).await
    }

    /// A tablet that has installed the hub's CA, and has this time.
    pub fn tablet(&self, at_ms: u64) -> Tablet {
        Tablet { ca: self.own.ca().der().unwrap(), at_ms, to: self.tls }
    }

    /// One that has the hub's time.
    pub fn right_tablet(&self) -> Tablet {
        self.tablet(self.hub.clock().now_ms())
    }
}

#[derive(Debug)]
struct At(u64);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_millis(self.0)))
    }
}

#[derive(Clone)]
pub struct Tablet {
    ca: Vec<u8>,
    at_ms: u64,
    to: SocketAddr,
}

impl Tablet {
    /// A handshake, as if the hub had been opened by `name`.
    pub async fn connect(&self, name: &str, alpn: &[&str]) -> std::io::Result<Tls> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.ca.clone())).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_details(provider, Arc::new(At(self.at_ms)))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(self.to).await?;
        let name = ServerName::try_from(name.to_owned()).unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    pub async fn http1(&self) -> Http1 {
        let io = TokioIo::new(self.connect("127.0.0.1", &["http/1.1"]).await.unwrap());
        let (sender, connection) = http1::handshake(io).await.unwrap();
        Http1 { sender, closed: tokio::spawn(async move { drop(connection.await) }), host: self.to }
    }

    pub async fn http2(&self) -> Http2 {
        self.http2_with_window(1 << 20).await
    }

    /// One whose answers wait when so many bytes of them are unread.
    pub async fn http2_with_window(&self, window: u32) -> Http2 {
        let stream = self.connect("127.0.0.1", &["h2", "http/1.1"]).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.initial_stream_window_size(window).max_concurrent_reset_streams(10);
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
        Http2 { sender, closed: tokio::spawn(async move { drop(connection.await) }), host: self.to }
    }
}

pub struct Http1 {
    sender: http1::SendRequest<Full<Bytes>>,
    /// Ends with the connection.
    pub closed: JoinHandle<()>,
    host: SocketAddr,
}

impl Http1 {
    pub async fn get(&mut self, path: &str) -> Response<Incoming> {
        let request = Request::get(path).header("host", self.host.to_string());
        self.sender.send_request(request.body(Full::default()).unwrap()).await.unwrap()
    }
}

pub struct Http2 {
    sender: http2::SendRequest<Full<Bytes>>,
    /// Ends with the connection.
    pub closed: JoinHandle<()>,
    host: SocketAddr,
}

impl Http2 {
    pub async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> hyper::Result<Response<Incoming>> {
        let request = Request::builder()
            .method(method)
            .uri(format!("https://{}{path}", self.host))
            .header("content-type", "application/json");
        let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
        let mut sender = self.sender.clone();
        sender.ready().await?;
        sender.send_request(request.body(Full::new(body)).unwrap()).await
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Response<Incoming> {
        self.try_call(method, path, body).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response<Incoming> {
        self.call(Method::GET, path, None).await
    }
}

pub async fn bytes(response: Response<Incoming>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

pub async fn json(response: Response<Incoming>) -> Value {
    serde_json::from_slice(&bytes(response).await).unwrap()
}
