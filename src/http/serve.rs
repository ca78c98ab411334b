//! The accept loop, on hyper itself. Called by `cli` and tests, which bring the sockets, the limits
//! and the signal to stop.
//!
//! Clients from the network get a place (`connections`), are watched while they send and take
//! (`standing`, `pace`), and hear why when they must go (`farewell`). The administrator's socket is
//! guarded by file permissions and has no limits.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::sleep_until;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::connections::{Connections, Place};
use super::farewell::{self, Words};
use super::pace::Paced;
use super::room::Room;
use super::standing::{self, Answer, Due, Standing, Times, Told};
use super::{Door, Limits, Peer};
use crate::hub::Hub;

/// What is in hand when the hub stops has this long to finish.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// After a failed accept (no more file handles): let others finish first.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Clients that are being told at one time that there is no place for them; others just hear a close.
const REFUSALS: usize = 64;
/// Files and sockets of the hub itself, beside those of its clients.
const OWN_HANDLES: u64 = 256;

#[derive(Debug)]
pub enum Listener {
    Tcp(TcpListener),
    /// The administrator's.
    Unix(UnixListener),
}

/// Serve until `shutdown`: then take no more connections, end live feeds, finish requests.
pub async fn serve(
    hub: Arc<Hub>,
    listeners: Vec<Listener>,
    limits: Limits,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    raise_handle_limit(&limits);
    let (stop, stopping) = watch::channel(false);
    let server = Arc::new(Server {
        open_to_all: hub.crew().is_none(),
        router: super::router_until(hub, &limits, stopping.clone()),
        connections: Connections::new(limits.connections, limits.connections_per_address),
        room: Room::new(limits.body_room),
        refusals: Arc::new(Semaphore::new(REFUSALS)),
        http: builder(&limits),
        tasks: TaskTracker::new(),
        limits,
        stopping,
    });
    let mut loops = JoinSet::new();
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

fn builder(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    // The times are ours to keep: hyper would close without a word.
    http.header_read_timeout(None).max_buf_size(limits.head).max_header_size(limits.head);
    // Setting it costs an allocation for each request, and this is what it is anyway.
    if limits.headers != Limits::default().headers {
        http.max_headers(limits.headers);
    }
    http
}

/// Each connection is a file handle.
fn raise_handle_limit(limits: &Limits) {
    let wanted = limits.connections as u64 + OWN_HANDLES;
    let now = getrlimit(Resource::Nofile);
    if now.current.is_none_or(|current| current >= wanted) {
        return;
    }
    let most = now.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: now.maximum });
    if raised.is_err() || most < wanted {
        tracing::warn!(
            wanted,
            allowed = most,
            "too few open files are allowed for limits.connections; raise LimitNOFILE"
        );
    }
}

/// The machine has no more of something, rather than one client being gone.
fn is_shortage(error: &io::Error) -> bool {
    let shortages = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM];
    Errno::from_io_error(error).is_some_and(|error| shortages.contains(&error))
}

struct Server {
    router: Router,
    /// Nobody is asked who they are: whoever sent a whole request belongs here.
    open_to_all: bool,
    limits: Limits,
    connections: Arc<Connections>,
    room: Room,
    refusals: Arc<Semaphore>,
    http: http1::Builder,
    tasks: TaskTracker,
    stopping: watch::Receiver<bool>,
}

/// How a connection from the network ended.
enum End {
    /// By hyper: the client closed, or asked to, or sent what is no HTTP.
    Done,
    Due(Due),
    /// Its place is a newcomer's now.
    MadeRoom,
    Stopping,
}

impl Server {
    async fn stopped(&self) {
        // An error means that the other end has gone, which comes after stopping.
        let _ = self.stopping.clone().wait_for(|stop| *stop).await;
    }

    async fn accept(self: Arc<Self>, listener: Listener) {
        let mut stopped = pin!(self.stopped());
        loop {
            let accepted = async {
                match &listener {
                    Listener::Tcp(listener) => {
                        let (stream, peer) = listener.accept().await?;
                        self.take_in(stream, peer.ip().to_canonical());
                    }
                    Listener::Unix(listener) => {
                        let (stream, _) = listener.accept().await?;
                        self.tasks.spawn(Arc::clone(&self).administrator(stream));
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

    fn take_in(self: &Arc<Self>, mut stream: TcpStream, address: IpAddr) {
        if let Some(place) = self.connections.admit(address, Instant::now()) {
            // It fails when the client has gone already.
            if let Ok(local) = stream.local_addr() {
                let door = Door { local, tls: false };
                self.tasks.spawn(Arc::clone(self).client(stream, address, door, place));
            }
            return;
        }
        tracing::debug!(%address, "no place for a connection");
        if let Ok(permit) = Arc::clone(&self.refusals).try_acquire_owned() {
            self.tasks.spawn(async move {
                farewell::say(&mut stream, Words::Full).await;
                drop(permit);
            });
        }
    }

    async fn client(self: Arc<Self>, stream: TcpStream, address: IpAddr, door: Door, place: Place) {
        // Small events should leave at once. It fails when the client has gone already.
        let _ = stream.set_nodelay(true);
        let place = Arc::new(place);
        let times =
            Times { head: self.limits.head_time, idle: self.limits.idle_time, stall: self.limits.stall_time };
        let standing = Arc::new(Mutex::new(Standing::new(times, Instant::now())));
        let service = service_fn(|request: hyper::Request<Incoming>| {
            standing::lock(&standing).asked();
            let account = self.room.account();
            let mut request =
                request.map(|body| Paced::new(body, self.limits.body_pace, self.limits.body_grace));
            request.extensions_mut().insert(Peer::Network(address));
            request.extensions_mut().insert(door);
            request.extensions_mut().insert(Arc::clone(&place));
            request.extensions_mut().insert(account.clone());
            let answered = self.router.clone().oneshot(request);
            let (server, place, standing) = (&self, &place, &standing);
            async move {
                let response = answered.await?;
                drop(account);
                if server.open_to_all {
                    place.prove();
                }
                Ok::<_, Infallible>(response.map(|body| Answer::new(body, Arc::clone(standing))))
            }
        });
        let io = TokioIo::new(Told::new(stream, Arc::clone(&standing)));
        let mut connection = self.http.serve_connection(io, service);

        let mut timer = pin!(sleep_until((Instant::now() + times.head).into()));
        let mut stopped = pin!(self.stopped());
        let mut winding_up = false;
        let end = loop {
            // Socket, service and answers tell the standing only while hyper is polled: in here.
            let next = poll_fn(|cx| {
                if let Poll::Ready(result) = Pin::new(&mut connection).poll(cx) {
                    if let Err(error) = result {
                        tracing::debug!(%error, "a connection ended early");
                    }
                    return Poll::Ready(End::Done);
                }
                loop {
                    let next = standing::lock(&standing).next();
                    let Some(next) = next else { return Poll::Pending };
                    if timer.deadline() != next.into() {
                        timer.as_mut().reset(next.into());
                    }
                    ready!(timer.as_mut().poll(cx));
                    if let Some(due) = standing::lock(&standing).due(Instant::now()) {
                        return Poll::Ready(End::Due(due));
                    }
                }
            });
            tokio::select! {
                end = next => break end,
                () = place.must_leave() => break End::MadeRoom,
                () = &mut stopped, if !winding_up => winding_up = true,
            }
            Pin::new(&mut connection).graceful_shutdown();
            if standing::lock(&standing).is_quiet() {
                break End::Stopping;
            }
        };

        let mut stream = connection.into_parts().io.into_inner().stream;
        let (closed, answerable) = {
            let standing = standing::lock(&standing);
            (standing.client_has_closed(), standing.is_answerable())
        };
        match end {
            End::Done if !closed && !winding_up => farewell::linger(&mut stream).await,
            End::Due(Due::Late) => farewell::say(&mut stream, Words::Late).await,
            End::MadeRoom if answerable => farewell::say(&mut stream, Words::Full).await,
            End::Done | End::Due(Due::Silent) | End::MadeRoom | End::Stopping => {}
        }
    }

    async fn administrator(self: Arc<Self>, stream: UnixStream) {
        let service = service_fn(|mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(Peer::Administrator);
            self.router.clone().oneshot(request)
        });
        let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
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
