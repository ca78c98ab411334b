//! Operations in (idempotent: a repeat has no effect): the native form of `apply`.
//!
//! Called by the router; `op_body` reads each operation; calls `hub`. `log_pages` gives them out again.

use std::fmt;
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::op_body::{self, AnyOp, ReadOp};
use super::op_fields::OpRefusal;
use super::photo_ops;
use crate::domain::id::MAX_MODULES_TEXT;
use crate::domain::site_clock::Quality;
use crate::domain::{NewOp, Outcome};
use crate::http::app::App;
use crate::http::conn::door::Peer;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::error_code::words;
use crate::http::guard::access::Marks;
use crate::http::guard::body::JsonBody;
use crate::http::guard::caller::Caller;
use crate::http::guard::costs::Kind;
use crate::http::guard::path::AuditPath;
use crate::http::refusal_code::RefusalCode;
use crate::store::{OpAck, OpVerdict, StoreError};

/// Operations in one request.
pub const MOST: usize = 1_000;
/// Bytes of operations that are read at once, and go to the log together.
const PART: usize = 256 << 10;

#[derive(Debug, Deserialize, ToSchema)]
pub struct OpsBody {
    /// 1 to 1,000, each as `OpBody`. A bad one is refused alone.
    #[serde(deserialize_with = "few")]
    #[schema(value_type = Vec<AnyOp>, min_items = 1, max_items = 1_000)]
    pub ops: Vec<Box<RawValue>>,
    /// The tablet's own clock, now.
    #[serde(default)]
    sent_at_ms: Option<u64>,
    /// The log that has what this tablet sent before. When that is no longer the hub's, nothing is taken, and there
    /// are no results: what the log may have lost is to come first, with the stamps that it had.
    #[serde(default)]
    log_id: Option<Uuid>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OpsAnswer {
    log_id: Uuid,
    /// In the order of the request.
    results: Vec<OpResult>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OpResult {
    /// As sent; null where it is no text or cannot be found. Results stand in the order of the request, so that each has its
    /// operation by its place.
    #[schema(required)]
    id: Option<String>,
    #[schema(required)]
    seq: Option<u64>,
    /// `applied`, `superseded`, `conflict`, `duplicate` or `refused`.
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stamp: Option<String>,
    /// Of a refused one, where it is no mistake in what was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = refusal_codes)]
    code: Option<&'static str>,
    /// With `photo_missing`: the blobs that are not whole on this hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Vec<String>>,
}

fn refusal_codes() -> utoipa::openapi::schema::Object {
    words(RefusalCode::ALL)
}

/// Append operations
#[utoipa::path(post, path = "/api/v1/audits/{token}/ops", tag = "operations", params(("token" = String, Path)),
    request_body = OpsBody, responses((status = 200, body = OpsAnswer), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn apply(
    State(app): State<App>,
    Marks(caller): Marks,
    peer: Option<Extension<Peer>>,
    AuditPath(token): AuditPath,
    JsonBody(body): JsonBody<OpsBody>,
) -> Result<Json<OpsAnswer>, ApiError> {
    if body.ops.is_empty() || body.ops.len() > MOST {
        return Err(ApiError::field("ops", format!("1 to {MOST} operations")));
    }
    if !app.hub.exists(&token) {
        return Err(StoreError::UnknownAudit(token).into());
    }
    let log_id = app.hub.identity().log_id;
    if body.log_id.is_some_and(|log| log != log_id) {
        return Ok(Json(OpsAnswer { log_id, results: Vec::new() }));
    }
    let peer = peer.map(|Extension(peer)| peer);
    app.rates.take(Kind::Operation, &caller, peer, body.ops.len())?;
    let large = body.ops.iter().map(|op| op.get().len()).sum::<usize>() > PART;
    let (by, all) = (caller.clone(), body.ops);
    let read = move || Ok::<_, ApiError>(read_all(&all, &by));
    let (mut sent, mut ops) = if large { app.aside.run(read).await? } else { read()? };
    // Until they are in the log.
    let mut _pins = Vec::new();
    if photo_ops::any(&ops) {
        let (hub, token) = (Arc::clone(&app.hub), token.clone());
        let held = move || {
            let held = photo_ops::hold(&hub, &token, &mut sent, ops);
            held.map(|(ops, pins)| (sent, ops, pins))
        };
        let held = tokio::task::spawn_blocking(held).await.map_err(ApiError::internal)?;
        (sent, ops, _pins) = held?;
    }
    let witness = caller.witness(peer).filter(|_| !ops.is_empty());
    if let (Some(sent_at_ms), Some(witness)) = (body.sent_at_ms, &witness) {
        app.hub.clock().hear(witness, sent_at_ms);
    }
    if app.hub.clock().quality() == Quality::Unknown {
        ops.iter_mut().for_each(NewOp::believe);
    }
    // As it was before: positions of a log that is replaced in between must not be taken for some of the next one.
    // Tablets then send these again.
    let log_id = app.hub.identity().log_id;
    let mut taken = Vec::with_capacity(ops.len());
    for part in parts(ops) {
        taken.extend(app.hub.apply(token.clone(), part).await?);
    }
    if let Some(witness) = witness {
        app.hub.clock().meet(&witness);
    }
    let mut taken = taken.iter();
    let results = sent.into_iter().filter_map(|(id, read)| match read {
        Ok(became) => {
            // The tablet has sent one, and its place is where all of it is read.
            let all: Vec<&OpAck> = taken.by_ref().take(became).collect();
            let seq = all.iter().map(|ack| ack.seq).max();
            all.first().map(|first| OpResult::of(id, first)).map(|result| result.upto(seq))
        }
        Err(refusal) => Some(OpResult::refused(id, refusal)),
    });
    Ok(Json(OpsAnswer { log_id, results: results.collect() }))
}

/// What was sent, each with how many of the operations it became; and these.
type ReadOps = (Vec<(Option<String>, Result<usize, OpRefusal>)>, Vec<NewOp>);

fn read_all(all: &[Box<RawValue>], caller: &Caller) -> ReadOps {
    let mut ops = Vec::with_capacity(all.len());
    let mut sent = Vec::with_capacity(all.len());
    for value in all {
        let (id, read) = op_body::read(value, caller);
        sent.push((
            id,
            read.map(|ReadOp { op, undo }| {
                let became = 1 + usize::from(undo.is_some());
                ops.push(op);
                ops.extend(undo);
                became
            }),
        ));
    }
    (sent, ops)
}

/// Operations that are long go to the log in parts: between two of them others get their marks in. A repeat after one that
/// failed has no effect.
fn parts(ops: Vec<NewOp>) -> Vec<Vec<NewOp>> {
    let (mut parts, mut bytes) = (Vec::new(), usize::MAX);
    for op in ops {
        let more = op.bytes();
        if bytes.saturating_add(more) > PART {
            parts.push(Vec::new());
            bytes = 0;
        }
        bytes += more;
        if let Some(part) = parts.last_mut() {
            part.push(op);
        }
    }
    parts
}

impl OpResult {
    fn refused(id: Option<String>, refusal: impl Into<OpRefusal>) -> Self {
        let OpRefusal { reason, code, missing } = refusal.into();
        let code = code.map(RefusalCode::as_str);
        Self { id, seq: None, outcome: "refused", reason: Some(reason), stamp: None, code, missing }
    }

    fn upto(self, seq: Option<u64>) -> Self {
        Self { seq: self.seq.max(self.seq.and(seq)), ..self }
    }

    fn of(id: Option<String>, taken: &OpAck) -> Self {
        let (outcome, stamp) = match taken.verdict {
            OpVerdict::TooManyModules => {
                let reason = format!("module_id: {}", too_many_modules());
                return Self::refused(id, OpRefusal::coded(RefusalCode::TooManyModules, reason));
            }
            OpVerdict::IdConflict => {
                let reason = "id: another operation has it; make a new one";
                return Self::refused(id, OpRefusal::coded(RefusalCode::IdTaken, reason));
            }
            OpVerdict::StampOutOfRange => {
                let reason = "stamp: it is beyond the year 2100";
                return Self::refused(id, OpRefusal::coded(RefusalCode::StampOutOfRange, reason));
            }
            OpVerdict::Beyond(beyond) => {
                let reason = format!("{}: {beyond}", beyond.field());
                return Self::refused(id, OpRefusal::coded(beyond.into(), reason));
            }
            OpVerdict::Duplicate { stamp, .. } => ("duplicate", stamp.map(|stamp| stamp.to_string())),
            OpVerdict::Logged { outcome, stamp } => {
                let outcome = match outcome {
                    Outcome::Applied => "applied",
                    Outcome::Superseded => "superseded",
                    Outcome::Conflict => "conflict",
                };
                (outcome, Some(stamp.to_string()))
            }
        };
        Self { id, seq: Some(taken.seq), outcome, reason: None, stamp, code: None, missing: None }
    }
}

/// Why a mark of a module that the audit does not have is refused, when it has as many as it may.
pub fn too_many_modules() -> String {
    format!("the audit has no such module, and {MAX_MODULES_TEXT} already")
}

/// As text, and no more of them than show that there are too many: made into values at once, a body of
/// `0,0,0` takes sixteen times its size.
fn few<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<Box<RawValue>>, D::Error> {
    struct Few;

    impl<'de> Visitor<'de> for Few {
        type Value = Vec<Box<RawValue>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of operations")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut few = Vec::new();
            while few.len() <= MOST {
                match list.next_element()? {
                    Some(op) => few.push(op),
                    None => return Ok(few),
                }
            }
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(few)
        }
    }

    list.deserialize_seq(Few)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::guard::body::parse;

    #[test]
    fn a_flood_of_operations_is_not_taken_into_memory() {
        let flood = format!(r#"{{"ops":[{}0]}}"#, "0,".repeat(1 << 20));
        assert_eq!(parse::<OpsBody>(flood.as_bytes()).unwrap().ops.len(), MOST + 1);
        let one = format!(r#"{{"ops":[{{"id":"x","deep":[{}0]}}]}}"#, "0,".repeat(1 << 20));
        let body = parse::<OpsBody>(one.as_bytes()).unwrap();
        let (id, refused) = op_body::read(&body.ops[0], &Caller::Admin);
        assert_eq!(
            (id.as_deref(), refused.unwrap_err().reason.as_str()),
            (Some("x"), "an operation has 128 KiB at most")
        );
        for (ops, len) in [("[]", 0), ("[1,{}]", 2)] {
            assert_eq!(parse::<OpsBody>(format!(r#"{{"ops":{ops}}}"#).as_bytes()).unwrap().ops.len(), len);
        }
        for wrong in ["{}", r#"{"ops":{}}"#, r#"{"ops":null}"#] {
            assert!(parse::<OpsBody>(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
