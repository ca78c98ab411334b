//! The accept loop, on hyper itself. Called by `cli` and tests, which bring the sockets and the
//! signal to stop.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::Peer;
use crate::hub::Hub;

/// A client must send its request's head within this time.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// What is in hand when the hub stops has this long to finish.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// After a failed accept (no more file handles): let others finish first.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

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
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let (stop, stopping) = watch::channel(false);
    let router = super::router_until(hub, stopping.clone());
    let mut loops = JoinSet::new();
    for listener in listeners {
        loops.spawn(accept(listener, router.clone(), stopping.clone()));
    }
    shutdown.await;
    tracing::info!("stopping");
    // Fails only when no loop is left to hear it.
    let _ = stop.send(true);
    let finished = async { while loops.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_WORDS, finished).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

async fn accept(listener: Listener, router: Router, mut stopping: watch::Receiver<bool>) {
    let connections = GracefulShutdown::new();
    let mut stopped = pin!(async move { stopping.wait_for(|stop| *stop).await.map(|_| ()) });
    loop {
        let accepted = async {
            match &listener {
                Listener::Tcp(listener) => {
                    let (stream, peer) = listener.accept().await?;
                    // Small events should leave at once.
                    stream.set_nodelay(true)?;
                    serve_one(stream, Peer::Network(peer.ip().to_canonical()), &router, &connections);
                }
                Listener::Unix(listener) => {
                    let (stream, _) = listener.accept().await?;
                    serve_one(stream, Peer::Administrator, &router, &connections);
                }
            }
            io::Result::Ok(())
        };
        tokio::select! {
            result = accepted => {
                if let Err(error) = result {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
            _ = &mut stopped => break,
        }
    }
    drop(listener);
    connections.shutdown().await;
}

fn serve_one(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    router: &Router,
    connections: &GracefulShutdown,
) {
    let router = router.clone();
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let watched = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}
