//! Wire format between two fieldhubs, beside pages: requests and answers of `/api/v1/peer`.
//!
//! Called by the rounds; mirrors `http::routes::peer`, which may not be imported from here.

use hyper::header::{HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Proof, Token};
use crate::hub::{LinkReason, ReasonCode};
use crate::store::{Identity, Told};
use crate::upstream::client::{Request, UpstreamResponse};
use crate::upstream::link::{Stop, UpstreamLink};

#[derive(Debug, Clone, Deserialize)]
pub struct PeerStateReply {
    pub log_id: Uuid,
    /// How far our log is there.
    pub have: u64,
    /// What we knew our log by when we said so.
    #[serde(default)]
    proof: Option<String>,
    /// Earlier versions say nothing of this.
    #[serde(default = "unasked")]
    unasked: bool,
}

fn unasked() -> bool {
    true
}

impl PeerStateReply {
    pub fn told(&self) -> Told {
        let proof = self.proof.as_ref().and_then(|proof| proof.parse().ok());
        Told { upto: self.have, proof, unasked: self.unasked }
    }
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

/// One call, which says which hub it is of: another one of the same id is refused, aloud.
pub async fn call(link: &UpstreamLink, mut request: Request) -> Result<UpstreamResponse, Stop> {
    const HUB: HeaderName = HeaderName::from_static("fieldhub-hub");
    const INSTANCE: HeaderName = HeaderName::from_static("fieldhub-instance");
    let Identity { hub_id, instance, .. } = link.hub.identity();
    let said = [(HUB, Some(hub_id)), (INSTANCE, instance)].into_iter();
    request.headers.extend(said.filter_map(|(name, id)| {
        // A UUID is letters, digits and hyphens.
        Some((name, HeaderValue::try_from(id?.to_string()).ok()?))
    }));
    match link.call(request).await {
        Err(Stop::Refused { status: StatusCode::CONFLICT, why, answer }) => {
            let same = Refusal::of(&answer).is_some_and(|refusal| refusal.code == "same_hub");
            Err(if same {
                Stop::Paused { why: LinkReason::new(ReasonCode::SameHub, why) }
            } else {
                Stop::Refused { status: StatusCode::CONFLICT, why, answer }
            })
        }
        answered => answered,
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
    pub technicians: Vec<MaybeTechnician>,
}

/// Each by itself: what a later version, or another program, says of one hides no other.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum MaybeTechnician {
    Technician(TechnicianAtPeer),
    Other(IgnoredAny),
}

#[derive(Debug, Deserialize)]
pub struct TechnicianAtPeer {
    pub technician_id: String,
    #[serde(default)]
    pub technician_name: Option<String>,
    #[serde(default)]
    pub focus: Option<String>,
}

pub fn state(token: &Token, log: Uuid) -> Request {
    Request::new(Method::GET, format!("/api/v1/peer/{token}?log={log}"))
}

pub fn push(token: &Token, page: Vec<u8>) -> Request {
    Request::new(Method::POST, format!("/api/v1/peer/{token}/ops"))
        .with_body("application/vnd.fieldhub.page", page)
}

/// What lies in the log `theirs` after a position, without what came from `ours`.
pub fn pull(
    token: &Token,
    theirs: Uuid,
    (after, proof): (u64, Option<Proof>),
    ours: Uuid,
    limit: usize,
) -> Request {
    let proof = proof.map_or_else(String::new, |proof| format!("&proof={proof}"));
    let path =
        format!("/api/v1/peer/{token}/ops?after={after}{proof}&log={theirs}&except={ours}&limit={limit}");
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
    Stop::Retry { why: LinkReason::new(ReasonCode::NotHub, why), after: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_who_is_out_of_form_hides_no_other() {
        let said = r#"{"technicians":[7,{"technician_id":"tech_1","technician_name":null},{"name":"?"}]}"#;
        let told: PeerTechnicians = serde_json::from_str(said).unwrap();
        let good = told.technicians.iter().filter(|row| matches!(row, MaybeTechnician::Technician(_)));
        assert_eq!((told.technicians.len(), good.count()), (3, 1));
    }

    #[test]
    fn what_an_earlier_version_answers_is_taken_as_it_was() {
        let told = |proof: &str| {
            let answer =
                format!(r#"{{"log_id":"00000000-0000-0000-0000-000000000007","have":7,"head":9{proof}}}"#);
            serde_json::from_str::<PeerStateReply>(&answer).unwrap().told()
        };
        assert_eq!(told(""), Told { upto: 7, proof: None, unasked: true });
        let nothing = Told { upto: 7, proof: None, unasked: false };
        assert_eq!(told(r#","proof":null,"unasked":false"#), nothing);
        assert_eq!(
            told(r#","proof":"no proof","unasked":false"#),
            nothing,
            "nothing that this version knows"
        );
        let proof = Proof::from_bytes([7; Proof::LEN]);
        let proved = Told { proof: Some(proof), ..nothing };
        assert_eq!(told(&format!(r#","proof":"{proof}","unasked":false"#)), proved);
    }
}
