//! HTTP/1.1: a keep-alive connection from the network, plain or over TLS: one request after the other, each in its time.
//!
//! Called by `accept` and `secure`; calls hyper, `http1_timeouts`, `raw_answers`.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Instant;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::sleep_until;

use super::http1_timeouts::{Http1Due, Http1Timeouts, TimedAnswer, WatchedStream};
use super::raw_answers::{self, RawAnswer};
use super::request::RequestContext;
use super::server::Server;
use crate::http::limits::Limits;

/// How a connection ended.
enum End {
    /// By hyper: the client closed, or asked to, or sent what is no HTTP.
    Done,
    Due(Http1Due),
    /// Its place is a newcomer's now.
    MadeRoom,
    Stopping,
}

pub fn builder(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    // The times are ours to keep: hyper would close without a word.
    http.header_read_timeout(None).max_buf_size(limits.head).max_header_size(limits.head);
    // Setting it costs an allocation for each request, and this is what it is anyway.
    if limits.headers != Limits::default().headers {
        http.max_headers(limits.headers);
    }
    http
}

pub async fn serve<S>(server: Arc<Server>, stream: S, context: RequestContext)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let times = server.limits.times();
    let timeouts = Arc::new(Mutex::new(Http1Timeouts::new(times, Instant::now())));
    let service = service_fn(|request: hyper::Request<Incoming>| {
        timeouts.lock().asked();
        let answered = context.ask(&server, request);
        let timeouts = &timeouts;
        async move {
            let (response, in_hand) = answered.await;
            Ok::<_, Infallible>(response.map(|body| TimedAnswer::new(body, Arc::clone(timeouts), in_hand)))
        }
    });
    let io = TokioIo::new(WatchedStream::new(stream, Arc::clone(&timeouts)));
    let mut connection = server.http1.serve_connection(io, service);

    let mut timer = pin!(sleep_until((Instant::now() + times.head).into()));
    let mut stopped = pin!(server.stopped());
    let mut winding_up = false;
    let end = loop {
        // Socket, service and answers tell the timeouts only while hyper is polled: in here.
        let next = poll_fn(|cx| {
            if let Poll::Ready(result) = Pin::new(&mut connection).poll(cx) {
                if let Err(error) = result {
                    tracing::debug!(%error, "a connection ended early");
                }
                return Poll::Ready(End::Done);
            }
            loop {
                let next = timeouts.lock().next();
                let Some(next) = next else { return Poll::Pending };
                if timer.deadline() != next.into() {
                    timer.as_mut().reset(next.into());
                }
                ready!(timer.as_mut().poll(cx));
                if let Some(due) = timeouts.lock().due(Instant::now()) {
                    return Poll::Ready(End::Due(due));
                }
            }
        });
        tokio::select! {
            end = next => break end,
            () = context.slot.must_leave() => break End::MadeRoom,
            () = &mut stopped, if !winding_up => winding_up = true,
        }
        Pin::new(&mut connection).graceful_shutdown();
        if timeouts.lock().is_quiet() {
            break End::Stopping;
        }
    };

    let mut stream = connection.into_parts().io.into_inner().stream;
    let (closed, answerable, refused) = {
        let timeouts = timeouts.lock();
        (timeouts.client_has_closed(), timeouts.is_answerable(), timeouts.refused())
    };
    if let Some(refused) = refused {
        return raw_answers::say(&mut stream, refused).await;
    }
    match end {
        End::Done if !closed && !winding_up => raw_answers::linger(&mut stream).await,
        End::Due(Http1Due::Late) => raw_answers::say(&mut stream, RawAnswer::Late).await,
        End::MadeRoom if answerable => raw_answers::say(&mut stream, RawAnswer::Full).await,
        End::Done | End::Due(Http1Due::Silent) | End::MadeRoom | End::Stopping => {}
    }
}
