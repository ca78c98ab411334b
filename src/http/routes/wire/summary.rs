//! An audit in the list as JSON (summary): its name, its numbers, how much of it is in the cloud, who is on it.
//!
//! Made for the list of audits, and at the head of a whole audit.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::Cloud;
use crate::domain::audit::AuditOutline;
use crate::domain::id::TechnicianId;
use crate::domain::{Status, Token};
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
    /// Who had it made; null where that is not known.
    #[schema(required)]
    pub made_by: Option<String>,
    pub string_count: usize,
    pub module_count: usize,
    pub marked: usize,
    pub defects: usize,
    /// How many modules show each of the six statuses.
    pub by_status: BTreeMap<&'static str, usize>,
    /// Modules on which two people say different things: of status, comment, severity, action, serial number, or why it was not examined.
    pub conflicts: usize,
    /// Modules without a mark, of which somebody said why: they are not pending.
    pub not_examined: usize,
    /// Modules that are hidden, and in none of the other numbers.
    pub hidden_count: usize,
    /// Photos that show.
    pub photo_count: usize,
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
            // What cannot be read is not known: the rest is as good without it.
            made_by: hub.made_by(token).unwrap_or_default(),
            string_count: outline.string_count,
            module_count: outline.module_count,
            marked: counts.marked(),
            defects: counts.defects(),
            by_status: Status::ALL.into_iter().map(|s| (s.as_str(), counts.of(s))).collect(),
            conflicts: counts.conflicts + outline.contested,
            not_examined: outline.excused,
            hidden_count: outline.hidden_count,
            photo_count: outline.photo_count,
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
