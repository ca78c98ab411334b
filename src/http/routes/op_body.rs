//! An operation as JSON (request body, parser): marks, notes and changes of the layout as tablets send them.
//!
//! Read by `ops`, one by one, so that a bad one is refused alone; made into the domain's operations.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::layout_body::{ModuleChange, StringChange, read_edit};
use super::op_fields::{OpRefusal, operation, seen};
use super::photo_body::{PhotoEditOp, PhotoOp};
use super::property_body::PropertyOp;
use super::unread;
use super::wire::given;
use crate::domain::op::Note;
use crate::domain::{Body as OpBody, Invalid, Mark, ModuleId, NewOp, Restore, Seen, Status};
use crate::http::guard::caller::{Caller, Need};
use crate::http::refusal_code::RefusalCode;

/// Bytes of one operation: the longest comment, every character of it escaped, and a base as long as may be.
const LONGEST: usize = 128 << 10;

operation!(MarkOp {
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
    /// The module's `stamp` as the author saw it.
    #[serde(default)]
    base: Option<String>,
    /// It is an undo: what it sets is what was there before.
    #[serde(default)]
    undoes: Option<Undoes>,
});

operation!(
    /// A word to the crew.
    NoteOp {
        /// `note`
        #[serde(rename = "kind")]
        #[schema(rename = "kind")]
        _kind: String,
        text: String,
    }
);

operation!(
    /// A change of the layout; for a lead.
    LayoutOp {
        /// `layout`
        #[serde(rename = "kind")]
        #[schema(rename = "kind")]
        _kind: String,
        #[serde(default)]
        strings: Vec<StringChange>,
        #[serde(default)]
        modules: Vec<ModuleChange>,
        /// The audit's `layout_stamp` as the author saw it.
        #[serde(default)]
        base: Option<String>,
    }
);

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

/// What tablets send; for the document alone.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by its derive")]
pub enum AnyOp {
    Mark(MarkOp),
    Note(NoteOp),
    Layout(LayoutOp),
    Photo(PhotoOp),
    PhotoEdit(PhotoEditOp),
    Property(PropertyOp),
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
pub fn read(text: &RawValue, caller: &Caller) -> (Option<String>, Result<ReadOp, OpRefusal>) {
    let text = text.get();
    if let Some((id, read)) = read_plain(text, caller) {
        return (Some(id), read);
    }
    read_any(text, caller)
}

/// A mark as nearly all are: with no character escaped, and nothing in it but this. It is read where it lies (borrowed), in one go.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainMark<'t> {
    id: &'t str,
    kind: &'t str,
    module_id: &'t str,
    #[serde(default, deserialize_with = "given")]
    status: Option<Option<&'t str>>,
    #[serde(default, deserialize_with = "given")]
    comment: Option<Option<&'t str>>,
    #[serde(default)]
    base: Option<&'t str>,
    #[serde(default)]
    technician_id: Option<&'t str>,
    #[serde(default)]
    technician_name: Option<&'t str>,
    #[serde(default)]
    device_id: Option<&'t str>,
    marked_at_ms: u64,
    #[serde(default)]
    stamp: Option<&'t str>,
}

/// `None`: it is something else, or something is wrong with it, and [`read_any`] says what.
fn read_plain(text: &str, caller: &Caller) -> Option<(String, Result<ReadOp, OpRefusal>)> {
    // serde would take a list for a struct.
    if text.len() > LONGEST || !text.starts_with('{') {
        return None;
    }
    let plain: PlainMark<'_> = serde_json::from_str(text).ok()?;
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let op = MarkOp {
        id: plain.id.parse().ok()?,
        kind: (plain.kind == "mark").then(|| plain.kind.to_owned())?,
        module_id: plain.module_id.to_owned(),
        status: plain.status.map(owned),
        comment: plain.comment.map(owned),
        base: owned(plain.base),
        undoes: None,
        technician_id: owned(plain.technician_id),
        technician_name: owned(plain.technician_name),
        device_id: owned(plain.device_id),
        marked_at_ms: plain.marked_at_ms,
        stamp: owned(plain.stamp),
    };
    Some((plain.id.to_owned(), op.read(caller)))
}

/// Whatever it is: as a value first, so that all of it is looked at, and each problem has its words.
fn read_any(text: &str, caller: &Caller) -> (Option<String>, Result<ReadOp, OpRefusal>) {
    if text.len() > LONGEST {
        return (unread::id(text), Err(format!("an operation has {} KiB at most", LONGEST >> 10).into()));
    }
    let value: serde_json::Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return (unread::id(text), Err(unread::reason(text, &error).into())),
    };
    let id = value.get("id").and_then(|id| id.as_str()).map(str::to_owned);
    (id, read_value(value, caller))
}

fn read_value(value: serde_json::Value, caller: &Caller) -> Result<ReadOp, OpRefusal> {
    if !value.is_object() {
        return Err("an operation is a JSON object, with each field by its name".to_owned().into());
    }
    let kind = value.get("kind").and_then(|kind| kind.as_str());
    match kind {
        Some("layout") => Ok(body::<LayoutOp>(value)?.read(caller)?.into()),
        Some("photo") => Ok(body::<PhotoOp>(value)?.read(caller)?.into()),
        Some("photo_edit") => Ok(body::<PhotoEditOp>(value)?.read(caller)?.into()),
        Some("property") => Ok(body::<PropertyOp>(value)?.read(caller)?.into()),
        Some("note") => Ok(body::<NoteOp>(value)?.read(caller)?.into()),
        _ => body::<MarkOp>(value)?.read(caller),
    }
}

fn body<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| error.to_string())
}

impl MarkOp {
    fn read(mut self, caller: &Caller) -> Result<ReadOp, OpRefusal> {
        if self.kind != "mark" {
            let kind = self.kind.escape_debug();
            let problem =
                format!("this hub does not know `{kind}`; it takes mark, note, layout, photo and property");
            return Err(OpRefusal::coded(
                RefusalCode::UnknownKind,
                Invalid::new("kind", problem).to_string(),
            ));
        }
        let envelope = self.envelope();
        let parse = |word: String| word.parse::<Status>().map_err(|problem| Invalid::new("status", problem));
        let status = self.status.map(|word| word.map(parse).transpose()).transpose()?;
        let base = seen("base", self.base.as_deref(), "send the module's stamp as the hub gave it")?;
        let mark = Mark::new(ModuleId::parse(self.module_id)?, status, self.comment)?;
        let restore = self.undoes.map(|undoes| undoes.read(self.id, &mark)).transpose()?.flatten();
        let op = envelope.close(caller, base, OpBody::Mark(mark))?;
        let undo = restore.map(|restore| NewOp {
            id: Restore::id_beside(op.id),
            body: OpBody::Restore(Box::new(restore)),
            stamp: None,
            ..op.clone()
        });
        Ok(ReadOp { op, undo })
    }
}

impl Undoes {
    /// `None`: it has seen more than is kept, and is a mark like any other.
    fn read(self, of: Uuid, mark: &Mark) -> Result<Option<Restore>, Invalid> {
        let seen = seen("undoes.base", self.base.as_deref(), "send the base that the operation had")?;
        let restore = Restore { mark: mark.clone(), of, undoes: self.id, seen };
        Ok(restore.check().is_ok().then_some(restore))
    }
}

impl LayoutOp {
    fn read(mut self, caller: &Caller) -> Result<NewOp, OpRefusal> {
        if caller.may(Need::Lead).is_err() {
            let problem = Invalid::new("kind", "only a lead changes the layout");
            return Err(OpRefusal::coded(RefusalCode::LeadOnly, problem.to_string()));
        }
        let envelope = self.envelope();
        let base = seen("base", self.base.as_deref(), "send the audit's layout_stamp as the hub gave it")?;
        let edit = read_edit(self.strings, self.modules)?.checked()?;
        Ok(envelope.close(caller, base, OpBody::LayoutEdit(edit))?)
    }
}

impl NoteOp {
    fn read(mut self, caller: &Caller) -> Result<NewOp, Invalid> {
        let note = Note::new(&self.text)?;
        self.envelope().close(caller, Seen::default(), OpBody::Note(note))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(read: (Option<String>, Result<ReadOp, OpRefusal>)) -> String {
        format!("{read:?}")
    }

    #[test]
    fn a_plain_mark_is_read_as_it_is_the_long_way() {
        let id = r#""id":"01980000-0000-7000-8000-000000000001""#;
        let by = r#""technician_id":"tech_1","marked_at_ms":1780000000000"#;
        let (caller, mut plain) = (Caller::Admin, 0);
        for (rest, is_plain) in [
            (r#""kind":"mark","module_id":"M001","status":"dead""#, true),
            (r#""kind":"mark","module_id":"M001","status":null,"comment":"Riß, 3 cm""#, true),
            (r#""kind":"mark","module_id":"M001","comment":null,"base":"","stamp":null"#, true),
            (
                r#""kind":"mark","module_id":"M001","status":"dead","technician_name":"Léa","device_id":"d""#,
                true,
            ),
            (r#" "status" : "ok" , "module_id" : "M001","kind":"mark" "#, true),
            // Wrong, and each says how.
            (r#""kind":"mark","module_id":"M001","status":"broken""#, true),
            (r#""kind":"mark","module_id":"a/b","status":"ok""#, true),
            (r#""kind":"mark","module_id":"M001""#, true),
            (r#""kind":"mark","module_id":"M001","status":"ok","base":"x""#, true),
            (r#""kind":"mark","module_id":"M001","status":"ok","stamp":"x""#, true),
            (r#""kind":"mark","module_id":7,"status":"ok""#, false),
            (r#""kind":"mark","status":"ok""#, false),
            (r#""kind":"marks","module_id":"M001","status":"ok""#, false),
            // What the long way alone reads.
            (r#""kind":"mark","module_id":"M001","comment":"a \"b\"""#, false),
            (r#""kind":"mark","module_id":"M001","comment":"caf\ud83d""#, false),
            (r#""kind":"mark","module_id":"M001","status":"ok","status":"dead""#, false),
            (r#""kind":"mark","module_id":"M001","status":"ok","later":{"x":1e999}"#, false),
            (r#""kind":"mark","module_id":"M001","status":"ok","undoes":null"#, false),
            (r#""kind":"note","text":"Bonsoir""#, false),
        ] {
            let text = format!("{{{id},{rest},{by}}}");
            let quick = read_plain(&text, &caller);
            assert_eq!(quick.is_some(), is_plain, "{text}");
            if let Some((id, read)) = quick {
                assert_eq!(told((Some(id), read)), told(read_any(&text, &caller)), "{text}");
                plain += 1;
            }
        }
        assert_eq!(plain, 10);
        for other in [r#"["a","mark","M001"]"#, "{", "7", r#"{"id":"a"}"#, "null"] {
            assert!(read_plain(other, &caller).is_none(), "{other}");
        }
    }
}
