//! HTTP/2: a connection over TLS alone: requests and live feeds of one client, all at one time.
//!
//! Called by `secure`; calls hyper, `http2_timeouts`. Each request has the limits that one of HTTP/1.1 has, and the
//! connection one place, as any other. A client that is gone is found out by a ping.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::sleep_until;
use tokio_util::task::TaskTracker;

use super::http2_timeouts::{Http2Due, Http2Timeouts, Pieces};
use super::raw_answers::RawAnswer;
use super::request::RequestContext;
use super::server::{Server, Tracked};
use crate::http::limits::Limits;

/// Requests of one client at one time; a page has one feed and a few calls. More wait at the client.
const AT_ONE_TIME: u32 = 64;
/// Bytes of a body that may be on their way before a handler asks for more: per request, and in all.
const WINDOW: u32 = 256 << 10;
const WINDOW_OF_ALL: u32 = 1 << 20;
/// Bytes of an answer that may wait for the client's room.
const SEND_BUFFER: usize = 32 << 10;
/// A client that is asked to go has this long to do so.
const PATIENCE: Duration = Duration::from_secs(1);

pub fn builder(limits: &Limits, tasks: &TaskTracker) -> http2::Builder<Tracked> {
    let mut http = http2::Builder::new(Tracked::new(tasks));
    http.timer(TokioTimer::new())
        .max_concurrent_streams(AT_ONE_TIME)
        // Beyond this hyper answers by itself, with a bare 431. What is over the limit and under this, we do.
        .max_header_list_size(u32::try_from(4 * limits.head).unwrap_or(u32::MAX))
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW_OF_ALL)
        .max_send_buf_size(SEND_BUFFER)
        .keep_alive_interval(limits.stall_time)
        .keep_alive_timeout(limits.stall_time);
    http
}

/// Whether a head is over the limit, as HTTP/2 counts it (RFC 9113, 6.5.2).
fn is_large(request: &hyper::Request<Incoming>, most: usize) -> bool {
    const EACH: usize = 32;
    let path = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + EACH);
    path + headers.sum::<usize>() > most
}

pub async fn serve<S>(server: Arc<Server>, stream: S, context: RequestContext)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let context = Arc::new(context);
    let timeouts = Http2Timeouts::new(server.limits.times(), Instant::now());
    let service = {
        let (server, context, timeouts) = (Arc::clone(&server), Arc::clone(&context), Arc::clone(&timeouts));
        service_fn(move |request: hyper::Request<Incoming>| {
            let (server, context, stream) = (Arc::clone(&server), Arc::clone(&context), timeouts.open());
            async move {
                let (response, in_hand) = if is_large(&request, server.limits.head) {
                    (RawAnswer::LargeHead.response(), context.slot.begin())
                } else {
                    context.ask(&server, request).await
                };
                Ok::<_, Infallible>(response.map(|body| Pieces::new(body, stream, in_hand)))
            }
        })
    };
    let mut connection = pin!(server.http2.serve_connection(TokioIo::new(stream), service));

    let mut timer = pin!(sleep_until((Instant::now() + server.limits.head_time).into()));
    let mut stopped = pin!(server.stopped());
    let mut winding_up = false;
    loop {
        let next = poll_fn(|cx| {
            if let Poll::Ready(result) = connection.as_mut().poll(cx) {
                if let Err(error) = result {
                    tracing::debug!(%error, "a connection ended early");
                }
                return Poll::Ready(None);
            }
            loop {
                let Some(next) = timeouts.next() else { return Poll::Pending };
                if timer.deadline() != next.into() {
                    timer.as_mut().reset(next.into());
                }
                ready!(timer.as_mut().poll(cx));
                if let Some(due) = timeouts.due(Instant::now()) {
                    return Poll::Ready(Some(due));
                }
            }
        });
        tokio::select! {
            end = next => match end {
                Some(Http2Due::Idle) => break,
                // Closing is all that it notices.
                None | Some(Http2Due::Stalled) => return,
            },
            () = context.slot.must_leave() => break,
            () = &mut stopped, if !winding_up => {
                winding_up = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
    connection.as_mut().graceful_shutdown();
    // Who does not go is gone with the socket.
    let _ = tokio::time::timeout(PATIENCE, connection).await;
}
