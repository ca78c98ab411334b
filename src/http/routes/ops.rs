//! Operations in and out (idempotent: a repeat has no effect): the native form of `apply` and `since`.

use std::fmt;
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::unread;
use super::wire::{LoggedOp, given};
use crate::domain::id::MAX_MODULES_TEXT;
use crate::domain::op::Note;
use crate::domain::site_clock::Quality;
use crate::domain::{
    Base, Body as OpBody, Invalid, Mark, ModuleId, NewOp, Outcome, Proof, Seen, Stamp, Status, Token,
};
use crate::http::app::App;
use crate::http::conn::door::Peer;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::{Marks, Reads};
use crate::http::guard::body::JsonBody;
use crate::http::guard::caller::Caller;
use crate::http::guard::path::{AuditPath, Params};
use crate::hub::Hub;
use crate::store::{OpAck, OpVerdict, StoreError};

/// Operations in one request.
pub const MOST: usize = 1_000;
/// Bytes of one operation: the longest comment, every character of it escaped, and a base as long as may be.
const LONGEST: usize = 128 << 10;
pub const PAGE: u64 = 500;
/// Bytes of the log in one page, but for one operation that has more.
const PAGE_BYTES: usize = 256 << 10;
/// Operations that are read at once; more of them aside.
const AT_ONCE: u64 = 32;

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

#[derive(Debug, Deserialize, ToSchema)]
pub struct MarkOp {
    /// UUIDv7, minted on the tablet: a repeat is recognised by it.
    id: Uuid,
    /// `mark`
    kind: String,
    module_id: String,
    /// Absent: unchanged. Null: taken back, the module is pending again.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    status: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    comment: Option<Option<String>>,
    /// Must be there on an open hub; elsewhere the session tells.
    #[serde(default)]
    technician_id: Option<String>,
    #[serde(default)]
    technician_name: Option<String>,
    /// The technician's id when absent.
    #[serde(default)]
    device_id: Option<String>,
    marked_at_ms: u64,
    /// The module's `stamp` as the author saw it.
    #[serde(default)]
    base: Option<String>,
    /// The one that the hub gave it before, when it is offered again to another log.
    #[serde(default)]
    stamp: Option<String>,
}

/// A word to the crew.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NoteOp {
    /// UUIDv7, minted on the tablet: a repeat is recognised by it.
    id: Uuid,
    /// `note`
    #[serde(rename = "kind")]
    #[schema(rename = "kind")]
    _kind: String,
    text: String,
    /// Must be there on an open hub; elsewhere the session tells.
    #[serde(default)]
    technician_id: Option<String>,
    #[serde(default)]
    technician_name: Option<String>,
    /// The technician's id when absent.
    #[serde(default)]
    device_id: Option<String>,
    marked_at_ms: u64,
    /// The one that the hub gave it before, when it is offered again to another log.
    #[serde(default)]
    stamp: Option<String>,
}

/// What tablets send; for the document alone.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by its derive")]
enum AnyOp {
    Mark(MarkOp),
    Note(NoteOp),
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
    app.rates.ops(&caller, body.ops.len())?;
    let mut ops = Vec::with_capacity(body.ops.len());
    let mut sent = Vec::with_capacity(body.ops.len());
    for value in body.ops {
        let (id, op) = read(&value, &caller);
        sent.push((id, op.map(|op| ops.push(op))));
    }
    let witness = caller.witness(peer.map(|Extension(peer)| peer)).filter(|_| !ops.is_empty());
    if let (Some(sent_at_ms), Some(witness)) = (body.sent_at_ms, &witness) {
        app.hub.clock().hear(witness, sent_at_ms);
    }
    if app.hub.clock().quality() == Quality::Unknown {
        ops.iter_mut().for_each(NewOp::believe);
    }
    // As it was before: positions of a log that is replaced in between must not be taken for some of the next one.
    // Tablets then send these again.
    let log_id = app.hub.identity().log_id;
    let taken = if ops.is_empty() { Vec::new() } else { app.hub.apply(token, ops).await? };
    if let Some(witness) = witness {
        app.hub.clock().meet(&witness);
    }
    let mut taken = taken.iter();
    let results = sent.into_iter().filter_map(|(id, read)| match read {
        Ok(()) => taken.next().map(|taken| OpResult::of(id, taken)),
        Err(reason) => Some(OpResult::refused(id, reason)),
    });
    Ok(Json(OpsAnswer { log_id, results: results.collect() }))
}

impl OpResult {
    fn refused(id: Option<String>, reason: String) -> Self {
        Self { id, seq: None, outcome: "refused", reason: Some(reason), stamp: None }
    }

    fn of(id: Option<String>, taken: &OpAck) -> Self {
        let (outcome, stamp) = match taken.verdict {
            OpVerdict::TooManyModules => {
                return Self::refused(id, format!("module_id: {}", too_many_modules()));
            }
            OpVerdict::IdConflict => {
                return Self::refused(id, "id: another operation has it; make a new one".to_owned());
            }
            OpVerdict::StampOutOfRange => {
                return Self::refused(id, "stamp: it is beyond the year 2100".to_owned());
            }
            OpVerdict::Beyond(beyond) => {
                return Self::refused(id, format!("{}: {beyond}", beyond.field()));
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
        Self { id, seq: Some(taken.seq), outcome, reason: None, stamp }
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

/// The id of an operation as sent, if it is text; and the operation, or why it is refused.
pub fn read(text: &RawValue, caller: &Caller) -> (Option<String>, Result<NewOp, String>) {
    let text = text.get();
    if text.len() > LONGEST {
        return (unread::id(text), Err(format!("an operation has {} KiB at most", LONGEST >> 10)));
    }
    let value: serde_json::Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return (unread::id(text), Err(unread::reason(text, &error))),
    };
    let id = value.get("id").and_then(|id| id.as_str()).map(str::to_owned);
    (id, read_value(value, caller))
}

fn read_value(value: serde_json::Value, caller: &Caller) -> Result<NewOp, String> {
    if !value.is_object() {
        return Err("an operation is a JSON object, with each field by its name".to_owned());
    }
    let read = match value.get("kind").and_then(|kind| kind.as_str()) {
        Some("note") => serde_path_to_error::deserialize(value).map(|op: NoteOp| op.read(caller)),
        _ => serde_path_to_error::deserialize(value).map(|op: MarkOp| op.read(caller)),
    };
    read.map_err(|error| error.to_string())?
}

fn stamp_of(text: Option<&str>) -> Result<Option<Stamp>, Invalid> {
    let wrong = |()| Invalid::new("stamp", "send it as the hub gave it, or none");
    text.map(str::parse).transpose().map_err(wrong)
}

fn is_v7(id: Uuid) -> Result<Uuid, String> {
    if id.get_version_num() == 7 { Ok(id) } else { Err("id: it must be a UUID of version 7".to_owned()) }
}

impl MarkOp {
    fn read(self, caller: &Caller) -> Result<NewOp, String> {
        if self.kind != "mark" {
            let kind = self.kind.escape_debug();
            return Err(format!("kind: this hub does not know `{kind}`; it takes mark and note"));
        }
        let id = is_v7(self.id)?;
        let checked = || -> Result<NewOp, Invalid> {
            let status = match self.status {
                Some(Some(word)) => {
                    Some(Some(word.parse::<Status>().map_err(|problem| Invalid::new("status", problem))?))
                }
                Some(None) => Some(None),
                None => None,
            };
            let base: Seen = self
                .base
                .as_deref()
                .unwrap_or_default()
                .parse()
                .map_err(|()| Invalid::new("base", "send the module's stamp as the hub gave it"))?;
            let author = caller.author(self.technician_id, self.technician_name)?;
            Ok(NewOp {
                id,
                device: caller.device(self.device_id, &author)?,
                author,
                marked_ms: self.marked_at_ms,
                base: Base::Seen(base),
                body: OpBody::Mark(Mark::new(ModuleId::parse(self.module_id)?, status, self.comment)?),
                stamp: stamp_of(self.stamp.as_deref())?,
                believed_ms: 0,
            })
        };
        checked().map_err(|invalid| invalid.to_string())
    }
}

impl NoteOp {
    fn read(self, caller: &Caller) -> Result<NewOp, String> {
        let id = is_v7(self.id)?;
        let checked = || -> Result<NewOp, Invalid> {
            let author = caller.author(self.technician_id, self.technician_name)?;
            Ok(NewOp {
                id,
                device: caller.device(self.device_id, &author)?,
                author,
                marked_ms: self.marked_at_ms,
                base: Base::Seen(Seen::default()),
                body: OpBody::Note(Note::new(&self.text)?),
                stamp: stamp_of(self.stamp.as_deref())?,
                believed_ms: 0,
            })
        };
        checked().map_err(|invalid| invalid.to_string())
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OpsPage {
    log_id: Uuid,
    ops: Vec<LoggedOp>,
    /// The last one given, or `after`: where to go on. A page of long operations has fewer of them than were asked for.
    next: u64,
    /// The last one in the log.
    head: u64,
    /// Of `next`: `LOGID:SEQ:PROOF` is a cursor of the live feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    proof: Option<Proof>,
}

/// Operations after a position in the log
#[utoipa::path(get, path = "/api/v1/audits/{token}/ops", tag = "operations",
    params(("token" = String, Path), ("after" = Option<u64>, Query), ("limit" = Option<u64>, Query, minimum = 1, maximum = 1_000, description = "1 to 1,000; 500 when missing")),
    responses((status = 200, body = OpsPage), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn since(
    State(app): State<App>,
    _: Reads,
    AuditPath(token): AuditPath,
    params: Params,
) -> Result<Json<OpsPage>, ApiError> {
    let after = params.number("after")?.unwrap_or(0);
    let limit = params.number("limit")?.unwrap_or(PAGE);
    if limit == 0 || limit > MOST as u64 {
        return Err(ApiError::field("limit", format!("1 to {MOST}")));
    }
    let limit = usize::try_from(limit).unwrap_or(MOST);
    let few = app.hub.head(&token)?.saturating_sub(after) <= AT_ONCE;
    let hub = Arc::clone(&app.hub);
    let read = move || OpsPage::read(&hub, &token, after, limit);
    Ok(Json(if few { read()? } else { app.aside.run(read).await? }))
}

impl OpsPage {
    fn read(hub: &Hub, token: &Token, after: u64, limit: usize) -> Result<Self, StoreError> {
        let read = |log_id| Ok((log_id, hub.since_within(token, after, limit, PAGE_BYTES)?));
        let (log_id, page) = hub.of_log(read)?;
        let ops =
            hub.view(token, |loaded, _| page.ops.iter().map(|op| LoggedOp::of(op, &loaded.state)).collect())?;
        let digest = hub.digest_at(token, page.next)?;
        let proof = digest.map(|digest| hub.cursor_key().prove(log_id, token, page.next, digest));
        Ok(Self { log_id, ops, next: page.next, head: page.head, proof })
    }
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
        let (id, refused) = read(&body.ops[0], &Caller::Admin);
        assert_eq!(
            (id.as_deref(), refused.unwrap_err().as_str()),
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
