//! An operation as JSON (request body, parser): marks, notes and changes of the layout as tablets send them.
//!
//! Read by `ops`, one by one, so that a bad one is refused alone; made into the domain's operations.

use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::layout_body::{ModuleChange, StringChange, read_edit};
use super::unread;
use super::wire::given;
use crate::domain::op::Note;
use crate::domain::{Base, Body as OpBody, Invalid, Mark, ModuleId, NewOp, Restore, Seen, Stamp, Status};
use crate::http::guard::caller::{Caller, Need};

/// Bytes of one operation: the longest comment, every character of it escaped, and a base as long as may be.
const LONGEST: usize = 128 << 10;

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
    /// It is an undo: what it sets is what was there before.
    #[serde(default)]
    undoes: Option<Undoes>,
}

/// What an undo takes back. The finding that it puts back shows with the author and the time that it had; where the hub does
/// not hold that one (yet), with those of the undo.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Undoes {
    /// The operation that is taken back.
    id: Uuid,
    /// The `base` that it had.
    #[serde(default)]
    base: Option<String>,
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

/// A change of the layout; for a lead.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LayoutOp {
    /// UUIDv7, minted on the tablet: a repeat is recognised by it.
    id: Uuid,
    /// `layout`
    #[serde(rename = "kind")]
    #[schema(rename = "kind")]
    _kind: String,
    #[serde(default)]
    strings: Vec<StringChange>,
    #[serde(default)]
    modules: Vec<ModuleChange>,
    /// Must be there on an open hub; elsewhere the session tells.
    #[serde(default)]
    technician_id: Option<String>,
    #[serde(default)]
    technician_name: Option<String>,
    /// The technician's id when absent.
    #[serde(default)]
    device_id: Option<String>,
    marked_at_ms: u64,
    /// The audit's `layout_stamp` as the author saw it.
    #[serde(default)]
    base: Option<String>,
    /// The one that the hub gave it before, when it is offered again to another log.
    #[serde(default)]
    stamp: Option<String>,
}

/// What tablets send; for the document alone.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by its derive")]
pub enum AnyOp {
    Mark(MarkOp),
    Note(NoteOp),
    Layout(LayoutOp),
}

/// An operation as it was sent, and the undo that goes with it.
#[derive(Debug)]
pub struct ReadOp {
    pub op: NewOp,
    pub undo: Option<NewOp>,
}

impl From<NewOp> for ReadOp {
    fn from(op: NewOp) -> Self {
        Self { op, undo: None }
    }
}

/// The id of an operation as sent, if it is text; and the operation, or why it is refused.
pub fn read(text: &RawValue, caller: &Caller) -> (Option<String>, Result<ReadOp, String>) {
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

fn read_value(value: serde_json::Value, caller: &Caller) -> Result<ReadOp, String> {
    if !value.is_object() {
        return Err("an operation is a JSON object, with each field by its name".to_owned());
    }
    let read = match value.get("kind").and_then(|kind| kind.as_str()) {
        Some("layout") => {
            serde_path_to_error::deserialize(value).map(|op: LayoutOp| op.read(caller).map(ReadOp::from))
        }
        Some("note") => {
            serde_path_to_error::deserialize(value).map(|op: NoteOp| op.read(caller).map(ReadOp::from))
        }
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
    fn read(self, caller: &Caller) -> Result<ReadOp, String> {
        if self.kind != "mark" {
            let kind = self.kind.escape_debug();
            return Err(format!("kind: this hub does not know `{kind}`; it takes mark, note and layout"));
        }
        let id = is_v7(self.id)?;
        let checked = || -> Result<ReadOp, Invalid> {
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
            let mark = Mark::new(ModuleId::parse(self.module_id)?, status, self.comment)?;
            let restore = self.undoes.map(|undoes| undoes.read(id, &mark)).transpose()?.flatten();
            let op = NewOp {
                id,
                device: caller.device(self.device_id, &author)?,
                author,
                marked_ms: self.marked_at_ms,
                base: Base::Seen(base),
                body: OpBody::Mark(mark),
                stamp: stamp_of(self.stamp.as_deref())?,
                believed_ms: 0,
            };
            let undo = restore.map(|restore| NewOp {
                id: Restore::id_beside(id),
                body: OpBody::Restore(Box::new(restore)),
                stamp: None,
                ..op.clone()
            });
            Ok(ReadOp { op, undo })
        };
        checked().map_err(|invalid| invalid.to_string())
    }
}

impl Undoes {
    /// `None`: it has seen more than is kept, and is a mark like any other.
    fn read(self, of: Uuid, mark: &Mark) -> Result<Option<Restore>, Invalid> {
        let seen = self.base.as_deref().unwrap_or_default().parse();
        let seen: Seen =
            seen.map_err(|()| Invalid::new("undoes.base", "send the base that the operation had"))?;
        let restore = Restore { mark: mark.clone(), of, undoes: self.id, seen };
        Ok(restore.check().is_ok().then_some(restore))
    }
}

impl LayoutOp {
    fn read(self, caller: &Caller) -> Result<NewOp, String> {
        let id = is_v7(self.id)?;
        if caller.may(Need::Lead).is_err() {
            return Err("kind: only a lead changes the layout".to_owned());
        }
        let checked = || -> Result<NewOp, Invalid> {
            let base = self.base.as_deref().unwrap_or_default().parse();
            let base: Seen =
                base.map_err(|()| Invalid::new("base", "send the audit's layout_stamp as the hub gave it"))?;
            let author = caller.author(self.technician_id, self.technician_name)?;
            Ok(NewOp {
                id,
                device: caller.device(self.device_id, &author)?,
                author,
                marked_ms: self.marked_at_ms,
                base: Base::Seen(base),
                body: OpBody::LayoutEdit(read_edit(self.strings, self.modules)?.checked()?),
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
