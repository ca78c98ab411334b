//! What is remembered of other hubs: how far their logs are in ours, and how far ours is with them.
//!
//! Written by `taken_in`, in the transaction of the operations it is about; read here, by `hub`.
//! Everything lies under the audit's number, so that a removed audit leaves nothing behind.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::engine::Audit;
use super::record;
use super::tables::{HAVES, LINKS, ORIGINS, PARKED, SHADOWS};
use super::{Engine, StoreError};
use crate::domain::id::TechnicianId;
use crate::domain::{LinkName, ModuleId, Seen, Status};

/// How far an audit has got with one upstream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    /// Our log, which `acked` counts in. Another one now means: from the beginning.
    pub log_id: Uuid,
    /// The upstream has our log up to here.
    pub acked: u64,
    /// Of a fieldhub: its log, which `pulled` counts in.
    pub peer_log: Option<Uuid>,
    /// Up to where we have read it: a position in its log, or of a v3.3 cloud its own time.
    pub pulled: u64,
}

/// What a v3.3 cloud is known to hold of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shadow {
    pub status: Status,
    pub comment: Option<String>,
    pub technician: TechnicianId,
    /// The cloud's time of it; 0 when we sent it and have not seen it there.
    pub updated_ms: u64,
    /// It came from here, so the cloud's telling us of it is an echo.
    pub pushed: bool,
    /// What of the module whoever marks it there has seen.
    pub seen: Seen,
}

/// A module that an upstream does not take as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    pub reason: String,
    pub at_ms: u64,
    /// Its last mark then: a later one is tried anew.
    pub seq: u64,
    /// Somebody has said that it need not go up.
    pub dropped: bool,
}

/// Operations `first..=last` of an audit came from this log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    pub first: u64,
    pub last: u64,
    pub log_id: Uuid,
}

impl Engine {
    pub fn link_row(&self, audit: &Audit, link: &LinkName) -> Result<Option<LinkRow>, StoreError> {
        self.with_rows_of(audit, |db| {
            let rows = redb::ReadableDatabase::begin_read(db)?.open_table(LINKS)?;
            let Some(value) = rows.get((audit.no, link.as_str()))? else { return Ok(None) };
            record::open(link.as_str().as_bytes(), value.value(), || format!("the row of link {link}"))
                .map(Some)
        })
    }

    pub fn shadow(
        &self,
        audit: &Audit,
        link: &LinkName,
        module: &ModuleId,
    ) -> Result<Option<Shadow>, StoreError> {
        self.with_rows_of(audit, |db| {
            let rows = redb::ReadableDatabase::begin_read(db)?.open_table(SHADOWS)?;
            let Some(value) = rows.get((audit.no, link.as_str(), module.as_str()))? else { return Ok(None) };
            let what = || format!("the shadow of {module} with link {link}");
            record::open(module.as_str().as_bytes(), value.value(), what).map(Some)
        })
    }

    pub fn parked(&self, audit: &Audit, link: &LinkName) -> Result<Vec<(ModuleId, Parked)>, StoreError> {
        self.with_rows_of(audit, |db| {
            let rows = redb::ReadableDatabase::begin_read(db)?.open_table(PARKED)?;
            let mut parked = Vec::new();
            for row in rows.range((audit.no, link.as_str(), "")..)? {
                let (key, value) = row?;
                let (no, name, module) = key.value();
                if no != audit.no || name != link.as_str() {
                    break;
                }
                let what = || format!("parked module {module} of link {link}");
                let row = record::open(module.as_bytes(), value.value(), what)?;
                let module = ModuleId::parse(module)
                    .map_err(|e| StoreError::Damaged { record: what(), problem: e.to_string() })?;
                parked.push((module, row));
            }
            Ok(parked)
        })
    }

    /// Up to where that log is in ours; 0 when nothing of it is.
    pub fn have(&self, audit: &Audit, log_id: Uuid) -> Result<u64, StoreError> {
        self.with_rows_of(audit, |db| {
            let rows = redb::ReadableDatabase::begin_read(db)?.open_table(HAVES)?;
            let Some(value) = rows.get((audit.no, log_id.as_u128()))? else { return Ok(0) };
            record::open(log_id.as_bytes(), value.value(), || "how far another hub's log is here".to_owned())
        })
    }

    /// Which operations after `after` came from `log_id`, in order.
    pub fn came_from(&self, audit: &Audit, log_id: Uuid, after: u64) -> Result<Vec<Origin>, StoreError> {
        self.with_rows_of(audit, |db| {
            let rows = redb::ReadableDatabase::begin_read(db)?.open_table(ORIGINS)?;
            // One that begins before may reach beyond.
            let before = rows.range((audit.no, 0)..=(audit.no, after))?.next_back();
            let later = rows.range((audit.no, after + 1)..=(audit.no, u64::MAX))?;
            let mut origins = Vec::new();
            for row in before.into_iter().chain(later) {
                let (key, value) = row?;
                let origin = origin(key.value().1, value.value())?;
                if origin.log_id == log_id && origin.last > after {
                    origins.push(origin);
                }
            }
            Ok(origins)
        })
    }
}

pub(super) fn origin(first: u64, value: &[u8]) -> Result<Origin, StoreError> {
    let what = || format!("where operation {first} came from");
    let (last, log_id) = record::open(&first.to_be_bytes(), value, what)?;
    Ok(Origin { first, last, log_id })
}
