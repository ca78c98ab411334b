//! Accept loop, on hyper itself. Called by `http::serve`, which brings the sockets, the limits
//! and the signal to stop.
//!
//! Clients from the network get a place (`connections`), are served as what they speak (`http1`; after `secure`, that
//! or `http2`), and hear why when they must go (`raw_answers`). The administrator's socket is guarded by file
//! permissions and has no limits.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::server::conn;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustix::io::Errno;
use rustix::net::sockopt::set_socket_send_buffer_size;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustls::ServerConfig;
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use tracing::Instrument;

use super::answer_memory::AnswerMemory;
use super::body_memory::BodyMemory;
use super::connections::Connections;
use super::door::{Door, Peer};
use super::listener::Listener;
use super::raw_answers::{self, RawAnswer};
use super::request::RequestContext;
use super::server::{Served, Server};
use super::{http1, http2, secure};
use crate::http::limits::Limits;

/// What is in hand when the hub stops has this long to finish.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// After a failed accept (no more file handles): let others finish first.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Clients that are being told at one time that there is no place for them; others just hear a close.
const REFUSALS: usize = 64;
/// Bytes that the kernel keeps for a client; as it likes, it would keep megabytes. Enough for any Wi-Fi.
const SEND_BUFFER: usize = 256 << 10;
/// Sessions end unnoticed for no longer than this.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// Files and sockets of the hub itself, beside those of its clients: listeners, the database with what is copied and
/// restored, upstreams, mDNS, clients that are being refused.
const OWN_HANDLES: u64 = 256;

/// Serve until `shutdown`: then take no more connections, end live feeds, finish requests.
pub async fn serve(
    served: Served,
    listeners: Vec<Listener>,
    limits: Limits,
    stop: watch::Sender<bool>,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let handles = raise_handle_limit(wanted_handles(&limits));
    let limits = fit(limits, handles);
    let tasks = TaskTracker::new();
    let server = Arc::new(Server {
        connections: Connections::new(limits.connections, limits.connections_per_address),
        body_memory: BodyMemory::new(limits.body_room, served.refused_bodies.clone()),
        answer_memory: AnswerMemory::new(limits.answer_room, served.refused_answers.clone()),
        refusals: Arc::new(Semaphore::new(REFUSALS)),
        http1: http1::builder(&limits),
        http2: http2::builder(&limits, &tasks),
        tasks,
        limits,
        stopping: stop.subscribe(),
        served,
    });
    let mut loops = JoinSet::new();
    loops.spawn(Arc::clone(&server).look_again());
    for listener in listeners {
        loops.spawn(Arc::clone(&server).accept(listener));
    }
    shutdown.await;
    tracing::info!("stopping");
    // Fails only when no loop is left to hear it.
    let _ = stop.send(true);
    let finished = async {
        while loops.join_next().await.is_some() {}
        server.tasks.close();
        server.tasks.wait().await;
    };
    if tokio::time::timeout(LAST_WORDS, finished).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

/// Each connection is a file handle.
fn wanted_handles(limits: &Limits) -> u64 {
    limits.connections as u64 + OWN_HANDLES
}

/// How many there are, after asking for as many.
fn raise_handle_limit(wanted: u64) -> u64 {
    let now = getrlimit(Resource::Nofile);
    // None is no limit.
    let Some(current) = now.current.filter(|current| *current < wanted) else { return wanted };
    let most = now.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    match setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: now.maximum }) {
        Ok(()) => most,
        Err(_) => current,
    }
}

/// No more places than there are handles for: a hub that accepts what it has no handle for can open no file of its own.
fn fit(limits: Limits, handles: u64) -> Limits {
    let own = OWN_HANDLES.min(handles / 2);
    let places = usize::try_from(handles - own).unwrap_or(usize::MAX);
    if places >= limits.connections {
        return limits;
    }
    tracing::warn!(
        wanted = limits.connections,
        places,
        "too few open files are allowed for limits.connections: the hub takes fewer connections; raise LimitNOFILE"
    );
    let share = limits.connections_per_address * places / limits.connections;
    Limits { connections: places, connections_per_address: share.max(1), ..limits }
}

/// The machine has no more of something, rather than one client being gone.
fn is_shortage(error: &io::Error) -> bool {
    let shortages = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM];
    Errno::from_io_error(error).is_some_and(|error| shortages.contains(&error))
}

impl Server {
    /// Takes proofs away that are no longer good: when the crew has changed, and now and then because sessions end.
    async fn look_again(self: Arc<Self>) {
        let Some(mut changes) = self.served.crew_changes.clone() else { return };
        loop {
            tokio::select! {
                () = self.stopped() => return,
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                changed = changes.changed() => if changed.is_err() { return },
            }
            self.connections.look_again();
        }
    }

    async fn accept(self: Arc<Self>, listener: Listener) {
        let mut stopped = pin!(self.stopped());
        loop {
            let accepted = async {
                match &listener {
                    Listener::Tcp(listener) => {
                        let (stream, peer) = listener.accept().await?;
                        self.take_in(stream, peer.ip().to_canonical(), None);
                    }
                    Listener::Tls(listener, tls) => {
                        let (stream, peer) = listener.accept().await?;
                        self.take_in(stream, peer.ip().to_canonical(), Some(Arc::clone(&tls.config)));
                    }
                    Listener::Unix(listener) => {
                        let (stream, _) = listener.accept().await?;
                        let span = tracing::info_span!("connection", from = "administrator");
                        self.tasks.spawn(Arc::clone(&self).administrator(stream).instrument(span));
                    }
                }
                io::Result::Ok(())
            };
            tokio::select! {
                result = accepted => {
                    match result {
                        Err(error) if is_shortage(&error) => {
                            tracing::warn!(%error, "a connection could not be accepted");
                            tokio::time::sleep(ACCEPT_PAUSE).await;
                        }
                        // A client that went away again while it waited: no reason to let others wait.
                        _ => {}
                    }
                }
                () = &mut stopped => return,
            }
        }
    }

    fn take_in(self: &Arc<Self>, mut stream: TcpStream, address: IpAddr, tls: Option<Arc<ServerConfig>>) {
        if let Some(slot) = self.connections.admit(address, Instant::now()) {
            // It fails when the client has gone already.
            let Ok(local) = stream.local_addr() else { return };
            // Small events should leave at once. It fails when the client has gone already.
            let _ = stream.set_nodelay(true);
            // The kernel's copy of what a client does not take. It fails when the client has gone already.
            let _ = set_socket_send_buffer_size(&stream, SEND_BUFFER);
            let context =
                RequestContext { address, door: Door { local, tls: tls.is_some() }, slot: Arc::new(slot) };
            let span = context.span();
            let server = Arc::clone(self);
            match tls {
                None => self.tasks.spawn(http1::serve(server, stream, context).instrument(span)),
                Some(config) => {
                    self.tasks.spawn(secure::serve(server, stream, config, context).instrument(span))
                }
            };
            return;
        }
        tracing::debug!(%address, "no place for a connection");
        // Over TLS it would take a handshake to say so.
        if tls.is_none()
            && let Ok(permit) = Arc::clone(&self.refusals).try_acquire_owned()
        {
            self.tasks.spawn(async move {
                raw_answers::say(&mut stream, RawAnswer::Full).await;
                drop(permit);
            });
        }
    }

    async fn administrator(self: Arc<Self>, stream: UnixStream) {
        let service = service_fn(|mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(Peer::Administrator);
            self.served.router.clone().oneshot(request)
        });
        let mut connection =
            pin!(conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        let result = tokio::select! {
            result = &mut connection => result,
            () = self.stopped() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = result {
            tracing::debug!(%error, "a command's connection ended early");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_no_more_places_than_handles() {
        let fitted = |handles| {
            let Limits { connections, connections_per_address, .. } = fit(Limits::default(), handles);
            (connections, connections_per_address)
        };
        assert_eq!(fitted(wanted_handles(&Limits::default())), (1_024, 512));
        assert_eq!(fitted(1_024), (768, 384), "the usual limit of a shell");
        assert_eq!(fitted(256), (128, 64));
        assert_eq!(fitted(2), (1, 1));
    }
}
