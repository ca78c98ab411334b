//! Wire format between two fieldhubs, beside pages: requests and answers of `/api/v1/peer`.
//!
//! Called by the rounds; mirrors `http::routes::peer`, which may not be imported from here.

use hyper::Method;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::Token;
use crate::upstream::client::{Request, UpstreamResponse};
use crate::upstream::link::Stop;

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct PeerStateReply {
    pub log_id: Uuid,
    /// How far our log is there.
    pub have: u64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct PeerPushReply {
    pub log_id: Uuid,
    /// Marks of modules that are too many for the audit there.
    pub refused: u64,
}

#[derive(Debug, Deserialize)]
pub struct Refusal {
    pub code: String,
    #[serde(default)]
    pub have: u64,
}

impl Refusal {
    pub fn of(answer: &UpstreamResponse) -> Option<Self> {
        serde_json::from_slice(&answer.body).ok()
    }
}

#[derive(Debug, Serialize)]
pub struct PeerPresenceBody<'a> {
    pub hub: &'a str,
    pub technicians: Vec<PeerPresent<'a>>,
}

#[derive(Debug, Serialize)]
pub struct PeerPresent<'a> {
    pub technician_id: &'a str,
    pub technician_name: &'a str,
    pub focus: Option<&'a str>,
}

#[derive(Debug, Deserialize)]
pub struct PeerTechnicians {
    pub technicians: Vec<TechnicianAtPeer>,
}

#[derive(Debug, Deserialize)]
pub struct TechnicianAtPeer {
    pub technician_id: String,
    pub technician_name: String,
    pub focus: Option<String>,
}

pub fn state(token: &Token, log: Uuid) -> Request {
    Request::new(Method::GET, format!("/api/v1/peer/{token}?log={log}"))
}

pub fn push(token: &Token, page: Vec<u8>) -> Request {
    Request::new(Method::POST, format!("/api/v1/peer/{token}/ops"))
        .with_body("application/vnd.fieldhub.page", page)
}

/// What lies in the log `theirs` after `after`, without what came from `ours`.
pub fn pull(token: &Token, theirs: Uuid, after: u64, ours: Uuid, limit: usize) -> Request {
    let path = format!("/api/v1/peer/{token}/ops?after={after}&log={theirs}&except={ours}&limit={limit}");
    Request::new(Method::GET, path)
}

pub fn presence(token: &Token, body: &PeerPresenceBody<'_>) -> Request {
    // Text and nothing else: it cannot fail.
    let body = serde_json::to_vec(body).unwrap_or_default();
    Request::new(Method::PUT, format!("/api/v1/peer/{token}/presence")).with_body("application/json", body)
}

/// An answer in JSON. Something else may answer at the address: a page to log in to.
pub fn read<T: for<'de> Deserialize<'de>>(answer: &UpstreamResponse) -> Result<T, Stop> {
    serde_json::from_slice(&answer.body).map_err(|_| foreign())
}

pub fn foreign() -> Stop {
    let why = "what answers there is not a fieldhub: check the address, or whether there is a page to log \
               in to";
    Stop::Retry { why: why.to_owned(), after: None }
}
