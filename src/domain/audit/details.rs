//! Audit metadata (registers): name, client and place of an audit, its layout, and what was changed of that.
//!
//! Kept by `AuditState`; calls `register` and `layout_edit`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::id::OpId;
use crate::domain::layout::{Layout, Place};
use crate::domain::layout_edit::LayoutEdits;
use crate::domain::op::DetailsChange;
use crate::domain::register::{Register, Source, set};
use crate::domain::stamp::Stamp;

/// Name, client and place of an audit, each the last one set, its layout, and what was changed of that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    pub name: Option<Register<String>>,
    pub client: Option<Register<Option<String>>>,
    pub location: Option<Register<Option<String>>>,
    pub layout: Option<Register<Arc<Layout>>>,
    /// Kept beside the rest: see `store::record::Fold`.
    #[serde(skip)]
    pub edits: LayoutEdits,
}

impl Details {
    pub(super) fn apply(&mut self, change: &DetailsChange, source: Source<'_>) -> bool {
        let mut shows = false;
        if let Some(name) = &change.name {
            shows |= set(&mut self.name, name.clone(), source);
        }
        if let Some(client) = &change.client {
            shows |= set(&mut self.client, client.clone(), source);
        }
        if let Some(location) = &change.location {
            shows |= set(&mut self.location, location.clone(), source);
        }
        shows
    }

    /// The last change: one that is made knowing this state comes after it.
    pub fn latest(&self) -> Option<Stamp> {
        let name = self.name.as_ref().map(|r| r.stamp);
        let client = self.client.as_ref().map(|r| r.stamp);
        let location = self.location.as_ref().map(|r| r.stamp);
        let layout = self.layout.as_ref().map(|r| r.stamp);
        name.max(client).max(location).max(layout).max(self.edits.latest())
    }

    /// The last change of the layout: one that is made knowing this one comes after it.
    pub fn layout_stamp(&self) -> Option<Stamp> {
        self.layout.as_ref().map(|r| r.stamp).max(self.edits.latest())
    }

    /// The operations that set what shows.
    pub fn shown_by(&self) -> impl Iterator<Item = OpId> {
        let name = self.name.as_ref().map(|r| r.op);
        let client = self.client.as_ref().map(|r| r.op);
        let location = self.location.as_ref().map(|r| r.op);
        let layout = self.layout.as_ref().map(|r| r.op);
        [name, client, location, layout].into_iter().flatten().chain(self.edits.shown_by())
    }

    /// Of the layout that the audit was made with.
    pub fn made_with(&self) -> &[Place] {
        self.layout.as_ref().map_or(&[], |r| r.value.places())
    }
}
