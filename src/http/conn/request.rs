//! Request context: one request of a client from the network, in whatever version of HTTP, with what it carries to
//! its handler.
//!
//! Called by `http1` and `http2`; calls the router.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::{Request, Response};
use tower::ServiceExt;
use tracing::Span;

use super::connections::{self, InHand, PlaceProof, Slot};
use super::door::{Door, Peer};
use super::server::Server;
use super::slow_body::SlowBody;

/// A connection that has its place.
#[derive(Debug)]
pub struct RequestContext {
    pub address: IpAddr,
    pub door: Door,
    pub slot: Arc<Slot>,
}

impl RequestContext {
    /// What its lines in the log begin with: which connection, of which network. Never who, nor with what token.
    pub fn span(&self) -> Span {
        let network = connections::network(self.address);
        tracing::info_span!("connection", number = self.slot.number(), %network)
    }

    /// The answer, and that it is in hand: for whoever sends it.
    pub async fn ask(&self, server: &Server, request: Request<Incoming>) -> (Response<Body>, InHand) {
        let in_hand = self.slot.begin();
        let account = server.body_memory.account();
        let limits = &server.limits;
        let mut request = request.map(|body| SlowBody::new(body, limits.body_pace, limits.body_grace));
        request.extensions_mut().insert(Peer::Network(self.address));
        request.extensions_mut().insert(self.door);
        request.extensions_mut().insert(Arc::clone(&self.slot));
        request.extensions_mut().insert(account.clone());
        let answers = server.answer_memory.account();
        request.extensions_mut().insert(answers.clone());
        let answer = match server.served.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        drop(account);
        if server.served.open_to_all {
            self.slot.prove(0, PlaceProof::of_anybody);
        }
        (answers.hold(answer), in_hand)
    }
}
