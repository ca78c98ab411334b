//! JSON shapes of the native API, made from domain values. Used by all handlers of this layer.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::audit::AuditOutline;
use crate::domain::id::TechnicianId;
use crate::domain::shown_layout::{ShownLayout, ShownString};
use crate::domain::status::status_word;
use crate::domain::{
    AuditState, Body, Digest, Entry, Mark, Op, Outcome, Picture, Place, Proof, Status, Token,
};
use crate::hub::{AuditFacts, Hub, Present};
use crate::store::StoreError;

/// One audit in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Summary {
    pub token: String,
    pub name: String,
    #[schema(required)]
    pub client: Option<String>,
    #[schema(required)]
    pub location: Option<String>,
    pub created_at_ms: u64,
    pub string_count: usize,
    pub module_count: usize,
    pub marked: usize,
    pub defects: usize,
    /// How many modules show each of the six statuses.
    pub by_status: BTreeMap<&'static str, usize>,
    pub conflicts: usize,
    /// Modules that are hidden, and in none of the other numbers.
    pub hidden_count: usize,
    /// Position in the log that this state holds.
    pub seq: u64,
    #[schema(required)]
    pub last_mark_at_ms: Option<u64>,
    /// v3.3 clients may use it without having joined.
    pub open_v33: bool,
    /// Put away: out of the way, and whole.
    pub archived: bool,
    /// Null when the audit goes to no upstream.
    #[schema(required)]
    pub cloud: Option<Cloud>,
}

/// How much of an audit is in the cloud: every upstream that takes it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Cloud {
    /// The log that `seq` and `shown` count in.
    pub log_id: Uuid,
    /// Everything up to here is there, notes, marks that lost and history too, but for marks of parked modules: tablets
    /// need not keep it. 0 where only v3.3 clouds take the audit.
    pub seq: u64,
    /// What modules show by marks up to here is there, but for parked modules.
    pub shown: u64,
    /// `everything`, or `shown`: only what each module shows, as v3.3 clouds do.
    #[schema(value_type = String)]
    pub holds: &'static str,
    /// What waits: modules for a v3.3 cloud, operations for a fieldhub; the most of all upstreams.
    pub pending: u64,
    /// What has gone up since the hub's start, counted as `pending` is: a bar is made of this, and of no fall of `pending`.
    pub sent: u64,
    /// Modules whose last mark is after `shown`, and that need not go up: marked and taken back before any upstream heard of it,
    /// or sent out of turn. Left empty where there are more than 500.
    pub settled: Vec<String>,
    /// Modules whose last mark is not after `shown`, and that wait: parked ones that somebody has tried again.
    pub lacking: Vec<String>,
    /// Modules that an upstream does not take.
    pub parked: Vec<String>,
}

/// They go with each word of the receipt.
const MOST_SETTLED: usize = 500;

impl Cloud {
    /// Of positions in the log of this id.
    pub fn of(hub: &Hub, token: &Token, log_id: Uuid) -> Option<Self> {
        hub.receipt(token, log_id).map(|receipt| Self {
            log_id,
            seq: receipt.whole(),
            shown: receipt.shown,
            holds: receipt.holds.as_str(),
            pending: receipt.pending,
            sent: receipt.sent,
            settled: if receipt.settled.len() > MOST_SETTLED {
                Vec::new()
            } else {
                receipt.settled.keys().map(ToString::to_string).collect()
            },
            lacking: receipt.lacking.iter().map(ToString::to_string).collect(),
            parked: receipt.parked.iter().map(ToString::to_string).collect(),
        })
    }
}

impl Summary {
    pub fn read(hub: &Hub, token: &Token) -> Result<Self, StoreError> {
        let (outline, facts) = hub.outline(token)?;
        Ok(Self::of(hub, token, outline, facts))
    }

    pub fn of(hub: &Hub, token: &Token, outline: AuditOutline, facts: AuditFacts) -> Self {
        let counts = outline.counts;
        Self {
            token: token.to_string(),
            // An audit that v3.3 marks made has no name of its own.
            name: if outline.name.is_empty() { token.to_string() } else { outline.name },
            client: outline.client,
            location: outline.location,
            created_at_ms: facts.created_ms,
            string_count: outline.string_count,
            module_count: outline.module_count,
            marked: counts.marked(),
            defects: counts.defects(),
            by_status: Status::ALL.into_iter().map(|s| (s.as_str(), counts.of(s))).collect(),
            conflicts: counts.conflicts,
            hidden_count: outline.hidden_count,
            seq: outline.head,
            last_mark_at_ms: outline.last_mark_ms,
            open_v33: hub.crew().is_none_or(|crew| crew.is_open_v33(token)),
            archived: hub.is_archived(token),
            cloud: Cloud::of(hub, token, facts.log_id),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AuditList {
    pub audits: Vec<Listed>,
    /// Audits that are here and cannot be read: their place on the hub's disk is damaged.
    pub unread: Vec<Unread>,
}

/// An audit of which nothing but its token is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unread {
    pub token: String,
    /// What to do about it.
    pub problem: &'static str,
}

/// An audit in the list, and who is on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listed {
    #[serde(flatten)]
    pub summary: Summary,
    pub present: Vec<Name>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Name {
    pub technician_id: String,
    pub technician_name: String,
}

impl Listed {
    pub fn read(hub: &Hub, token: &Token) -> Result<Self, StoreError> {
        let present = hub.present(token).into_iter();
        let name = |(id, present): (TechnicianId, Present)| Name {
            technician_id: id.to_string(),
            technician_name: present.name,
        };
        Ok(Self { summary: Summary::read(hub, token)?, present: present.map(name).collect() })
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StringInfo {
    pub number: u16,
    /// Where somebody gave it one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Strings stand in the order of their ranks; absent: its number times 65,536.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<i64>,
    pub module_count: usize,
}

impl From<(u16, usize)> for StringInfo {
    fn from((number, module_count): (u16, usize)) -> Self {
        Self { number, name: None, rank: None, module_count }
    }
}

impl From<&ShownString> for StringInfo {
    fn from(string: &ShownString) -> Self {
        let ShownString { number, name, rank, module_count, .. } = string.clone();
        Self { number, name, rank, module_count }
    }
}

/// One audit, whole; for the document alone: `states` sends its head, and then module by module.
#[derive(Debug, ToSchema)]
#[schema(as = Audit)]
#[expect(dead_code, reason = "read by its derive")]
pub struct AuditJson {
    pub log_id: Uuid,
    /// Of `seq`: `LOGID:SEQ:PROOF` is a cursor of the live feed.
    #[schema(value_type = String)]
    pub proof: Proof,
    #[serde(flatten)]
    pub summary: Summary,
    /// In their order.
    pub strings: Vec<StringInfo>,
    /// What a reader of this has seen of the layout: the `base` of their next change of it.
    pub layout_stamp: String,
    pub modules: Vec<ModuleJson>,
}

/// What is said of an audit before its modules.
#[derive(Debug, Serialize)]
pub struct AuditHead {
    log_id: Uuid,
    proof: Proof,
    #[serde(flatten)]
    summary: Summary,
    strings: Vec<StringInfo>,
    layout_stamp: String,
}

impl AuditHead {
    pub fn of(hub: &Hub, token: &Token, picture: &Picture, digest: Digest, facts: AuditFacts) -> Self {
        Self {
            log_id: facts.log_id,
            proof: hub.cursor_key().prove(facts.log_id, token, picture.outline.head, digest),
            summary: Summary::of(hub, token, picture.outline.clone(), facts),
            strings: picture.layout.strings().map(StringInfo::from).collect(),
            layout_stamp: picture.layout_stamp.map_or_else(String::new, |stamp| stamp.to_string()),
        }
    }
}

/// The merged state of one module.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Module)]
pub struct ModuleJson {
    pub module_id: String,
    /// Where somebody gave it another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub string: u16,
    pub position: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub col: Option<i32>,
    /// `pending` or one of the six.
    pub status: &'static str,
    #[schema(required)]
    pub comment: Option<String>,
    #[schema(required)]
    pub technician_id: Option<String>,
    #[schema(required)]
    pub technician_name: Option<String>,
    #[schema(required)]
    pub updated_at_ms: Option<u64>,
    /// Two people marked it without seeing each other, and nobody has settled it yet.
    pub conflict: bool,
    /// What a reader of this has seen: the `base` of their next mark.
    pub stamp: String,
    /// Where its last mark is in this hub's log; 0 when there is none.
    pub seq: u64,
    /// It is not shown: its mark is kept and counted nowhere.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl ModuleJson {
    pub fn of(layout: &ShownLayout, place: &Place, entry: Option<&Entry>) -> Self {
        let state = entry.map(|e| &e.state);
        let last = state.and_then(|s| s.last());
        Self {
            module_id: place.module.to_string(),
            name: layout.module_name(&place.module).map(str::to_owned),
            string: place.string,
            position: place.position,
            row: place.row,
            col: place.col,
            status: status_word(state.and_then(|s| s.status())),
            comment: state.and_then(|s| s.comment()).map(str::to_owned),
            technician_id: last.map(|(by, _)| by.id.to_string()),
            technician_name: last.map(|(by, _)| by.name.clone()),
            updated_at_ms: last.map(|(_, ms)| ms),
            conflict: state.is_some_and(|s| s.conflict()),
            stamp: state.map_or_else(String::new, |s| s.seen().to_string()),
            seq: entry.and_then(|e| e.seqs.last()).copied().unwrap_or(0),
            hidden: false,
        }
    }
}

/// How much of a layout an operation changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedInfo {
    pub strings: usize,
    pub modules: usize,
}

/// An operation as the log holds it. Fields that its kind does not have are absent.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoggedOp {
    pub seq: u64,
    pub id: Uuid,
    /// `mark`, `undo`, `note`, `details`, `layout`, or `unknown` for a kind that this version does not know.
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module_id: Option<String>,
    /// Absent: untouched. Null: taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub status: Option<Option<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub comment: Option<Option<String>>,
    /// Of an undo, which comes after a mark that says the same: that mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Uuid>,
    /// Of an undo: the operation that it takes back. What it puts back shows as the finding of whoever found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undoes: Option<Uuid>,
    /// Of a note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub client: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub location: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strings: Option<Vec<StringInfo>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module_count: Option<usize>,
    /// Of a change of the layout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<ChangedInfo>,
    pub technician_id: String,
    pub technician_name: String,
    pub device_id: String,
    /// When its author says it happened.
    pub marked_at_ms: u64,
    /// When it happened, as people are told: as its author says, unless that had not yet come.
    pub at_ms: u64,
    /// When this hub took it in.
    pub received_at_ms: u64,
    pub stamp: String,
    pub base: String,
    #[schema(value_type = String)]
    pub outcome: Outcome,
    /// In a history: a side of a conflict.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stands: bool,
}

impl LoggedOp {
    /// With the name that the module has in this state, however the mark wrote it.
    pub fn of(op: &Op, state: &AuditState) -> Self {
        Self { module_id: op.body.module().map(|id| state.name_of(id).to_string()), ..Self::from(op) }
    }
}

impl LoggedOp {
    fn says(&mut self, kind: &'static str, mark: &Mark) {
        self.kind = kind;
        self.module_id = Some(mark.module.to_string());
        self.status = mark.status.map(|s| s.map(|s| s.as_str()));
        self.comment = mark.comment.clone();
    }
}

impl From<&Op> for LoggedOp {
    fn from(op: &Op) -> Self {
        let mut logged = LoggedOp {
            seq: op.seq,
            id: op.id,
            kind: "unknown",
            module_id: None,
            status: None,
            comment: None,
            of: None,
            undoes: None,
            text: None,
            name: None,
            client: None,
            location: None,
            strings: None,
            module_count: None,
            changed: None,
            technician_id: op.author.id.to_string(),
            technician_name: op.author.name.clone(),
            device_id: op.device.to_string(),
            marked_at_ms: op.marked_ms,
            at_ms: op.shown_ms(),
            received_at_ms: op.received_ms,
            stamp: op.stamp.to_string(),
            base: op.base.to_string(),
            outcome: op.outcome,
            stands: false,
        };
        match &op.body {
            Body::Mark(mark) => logged.says("mark", mark),
            Body::Restore(restore) => {
                logged.says("undo", &restore.mark);
                (logged.of, logged.undoes) = (Some(restore.of), Some(restore.undoes));
            }
            Body::Details(change) => {
                logged.kind = "details";
                logged.name = change.name.clone();
                logged.client = change.client.clone();
                logged.location = change.location.clone();
            }
            Body::Layout(layout) => {
                logged.kind = "layout";
                logged.strings = Some(layout.strings().into_iter().map(StringInfo::from).collect());
                logged.module_count = Some(layout.places().len());
            }
            Body::LayoutEdit(edit) => {
                logged.kind = "layout";
                logged.changed =
                    Some(ChangedInfo { strings: edit.strings.len(), modules: edit.modules.len() });
            }
            Body::Note(note) => {
                logged.kind = "note";
                logged.text = Some(note.text.clone());
            }
            Body::Unknown { .. } => {}
        }
        logged
    }
}

/// One technician who is here.
#[derive(Debug, Serialize, PartialEq, Eq, ToSchema)]
pub struct Technician {
    pub technician_id: String,
    pub technician_name: String,
    /// The module they are looking at.
    #[schema(required)]
    pub focus: Option<String>,
    /// The string that they are at.
    #[schema(required)]
    pub string: Option<u16>,
    pub last_seen_ms: u64,
    /// Present elsewhere: the upstream that told of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

impl Technician {
    pub fn list(present: Vec<(TechnicianId, Present)>) -> Vec<Self> {
        present
            .into_iter()
            .map(|(id, present)| Self {
                technician_id: id.to_string(),
                technician_name: present.name,
                focus: present.at.focus.map(|m| m.to_string()),
                string: present.at.string,
                last_seen_ms: present.last_seen_ms,
                via: present.via.map(|link| link.to_string()),
            })
            .collect()
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Technicians {
    pub technicians: Vec<Technician>,
}

/// For fields where absent and null differ: `#[serde(default, deserialize_with = "given")]`.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}
