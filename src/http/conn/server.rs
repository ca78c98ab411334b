//! Server state: what every connection of a running server shares: the router, limits, places, memory, and the
//! signal to stop.
//!
//! `accept` makes it; `http1`, `http2`, `secure` and `request` read it.

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use hyper::rt::Executor;
use hyper::server::conn;
use tokio::sync::{Semaphore, watch};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::answer_memory::{AnswerMemory, OnRefusal};
use super::body_memory::BodyMemory;
use super::connections::Connections;
use crate::http::limits::Limits;

/// What is served. Connections know no more of the hub than this.
pub struct Served {
    pub router: Router,
    /// Nobody is asked who they are: whoever sent a whole request belongs here.
    pub open_to_all: bool,
    /// An answer, or a body, for which there is no room.
    pub refused_answers: OnRefusal,
    pub refused_bodies: OnRefusal,
    /// Told when somebody may have been sent away; none where nobody is asked.
    pub crew_changes: Option<watch::Receiver<u64>>,
    /// A TLS handshake has failed.
    pub on_handshake_failure: Box<dyn Fn() + Send + Sync>,
}

pub struct Server {
    pub served: Served,
    pub limits: Limits,
    pub body_memory: BodyMemory,
    pub answer_memory: AnswerMemory,
    pub http1: conn::http1::Builder,
    pub http2: conn::http2::Builder<Tracked>,
    pub connections: Arc<Connections>,
    pub refusals: Arc<Semaphore>,
    pub tasks: TaskTracker,
    pub stopping: watch::Receiver<bool>,
}

impl Server {
    pub async fn stopped(&self) {
        // An error means that the other end has gone, which comes after stopping.
        let _ = self.stopping.clone().wait_for(|stop| *stop).await;
    }
}

/// Requests run as tasks that the end of the hub waits for.
#[derive(Debug, Clone)]
pub struct Tracked(TaskTracker);

impl Tracked {
    pub fn new(tasks: &TaskTracker) -> Self {
        Self(tasks.clone())
    }
}

impl<F> Executor<F> for Tracked
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, task: F) {
        // Each is of the connection that polls.
        self.0.spawn(task.in_current_span());
    }
}

#[cfg(test)]
mod tests {
    use tracing::Span;

    use super::*;

    #[tokio::test]
    async fn a_request_of_http2_has_the_span_of_its_connection() {
        let _log = tracing::subscriber::set_default(tracing_subscriber::registry());
        let (tell, told) = tokio::sync::oneshot::channel();
        let span = tracing::info_span!("connection");
        span.in_scope(|| {
            Tracked::new(&TaskTracker::new()).execute(async move { drop(tell.send(Span::current().id())) });
        });
        assert!(span.id().is_some());
        assert_eq!(told.await.unwrap(), span.id());
    }
}
