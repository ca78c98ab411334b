//! One module as JSON: its place, and what its marks make together.

use serde::Serialize;
use utoipa::ToSchema;

use super::PropertyFields;
use crate::domain::shown_layout::ShownLayout;
use crate::domain::status::status_word;
use crate::domain::{Entry, Place, PropertyState};

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
    /// Photos that show of it; absent: none.
    #[serde(skip_serializing_if = "is_none")]
    pub photos: usize,
    #[serde(flatten)]
    pub set: PropertyFields,
    /// It is not shown: its mark is kept and counted nowhere.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl ModuleJson {
    pub fn of(
        layout: &ShownLayout,
        place: &Place,
        entry: Option<&Entry>,
        set: Option<&PropertyState>,
    ) -> Self {
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
            technician_name: last.map(|(by, _)| by.name.to_string()),
            updated_at_ms: last.map(|(_, ms)| ms),
            conflict: state.is_some_and(|s| s.conflict()),
            stamp: state.map_or_else(String::new, |s| s.seen().to_string()),
            seq: entry.and_then(|e| e.seqs.last()).copied().unwrap_or(0),
            photos: 0,
            set: PropertyFields::of(set),
            hidden: false,
        }
    }
}

fn is_none(count: &usize) -> bool {
    *count == 0
}
