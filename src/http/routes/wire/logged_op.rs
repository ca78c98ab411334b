//! An operation as JSON, as the log holds it (history, log tail). Fields that its kind does not have are absent.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::StringInfo;
use crate::domain::{AuditState, Body, Mark, Op, Outcome, PropertyOf};

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
    /// `mark`, `undo`, `note`, `details`, `layout`, `photo`, `photo_edit`, `property`, or `unknown` for a kind that this version does not know.
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
    /// Of a property that is of a string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string: Option<u16>,
    /// Of a property: values by name; null: taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Option<String>>>)]
    pub set: Option<BTreeMap<String, Option<String>>>,
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
        Self { module_id: op.body.told_of().map(|id| state.name_of(id).to_string()), ..Self::from(op) }
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
            string: None,
            set: None,
            text: None,
            name: None,
            client: None,
            location: None,
            strings: None,
            module_count: None,
            changed: None,
            technician_id: op.author.id.to_string(),
            technician_name: op.author.name.to_string(),
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
            Body::Photo(_) => logged.kind = "photo",
            Body::PhotoEdit(_) => logged.kind = "photo_edit",
            Body::Property(property) => {
                logged.kind = "property";
                logged.module_id = property.of.module().map(ToString::to_string);
                if let PropertyOf::String(number) = property.of {
                    logged.string = Some(number);
                }
                logged.set = Some(property.set.clone());
            }
            Body::Report(_) => logged.kind = "report",
            Body::Unknown { .. } => {}
        }
        logged
    }
}
