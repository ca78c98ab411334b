//! Replication state (cursors, high-water marks, dead letters): how far the logs of other hubs are in ours, how far
//! ours is with them, and what they do not take.
//!
//! Written by `commit`, in the transaction of the operations it is about, out of what `ingest` brings; read by `hub`.
//! Everything lies under the audit's number, so that a removed audit leaves nothing behind.

use redb::WriteTransaction;
use uuid::Uuid;

use super::command::{Remember, Teller};
use super::high_water::{HighWaters, Told};
use super::loaded::Audit;
use super::record::{self, LinkRow, Parked, Shadow};
use super::tables::{HAVES, LINKS, ORIGINS, PARKED, SHADOWS};
use super::{Engine, StoreError};
use crate::domain::{LinkName, ModuleId};

/// Operations `first..=last` of an audit came from this log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    pub first: u64,
    pub last: u64,
    pub log_id: Uuid,
}

/// What a batch writes beside rows of the log.
#[derive(Debug, Default)]
pub(super) struct Memos {
    pub(super) remember: Vec<(u32, Remember)>,
    /// Up to where another log is here.
    pub(super) haves: Vec<(u32, Uuid, HighWaters)>,
    /// Operations from..=to came from a log.
    pub(super) origins: Vec<(u32, u64, u64, Uuid)>,
}

impl Memos {
    pub(super) fn is_empty(&self) -> bool {
        self.remember.is_empty() && self.haves.is_empty() && self.origins.is_empty()
    }

    /// The audit is removed within this batch: what was to be remembered of it goes as well.
    pub(super) fn forget(&mut self, audit: u32) {
        self.remember.retain(|(no, ..)| *no != audit);
        self.haves.retain(|(no, ..)| *no != audit);
        self.origins.retain(|(no, ..)| *no != audit);
    }

    pub(super) fn write(&self, txn: &WriteTransaction) -> Result<(), StoreError> {
        for (no, log_id, marks) in &self.haves {
            let row = marks.seal(*log_id)?;
            txn.open_table(HAVES)?.insert((*no, log_id.as_u128()), row.as_slice())?;
        }
        for (no, first, last, log_id) in &self.origins {
            let row = record::seal(&first.to_be_bytes(), &(last, log_id))?;
            txn.open_table(ORIGINS)?.insert((*no, *first), row.as_slice())?;
        }
        for (no, remember) in &self.remember {
            write_one(txn, *no, remember)?;
        }
        Ok(())
    }
}

fn write_one(txn: &WriteTransaction, no: u32, remember: &Remember) -> Result<(), StoreError> {
    let link = remember.link.as_str();
    if let Some(row) = &remember.row {
        txn.open_table(LINKS)?.insert((no, link), record::seal(link.as_bytes(), row)?.as_slice())?;
    }
    if !remember.shadows.is_empty() {
        let mut shadows = txn.open_table(SHADOWS)?;
        for (module, shadow) in &remember.shadows {
            let row = record::seal(module.as_str().as_bytes(), shadow)?;
            shadows.insert((no, link, module.as_str()), row.as_slice())?;
        }
    }
    if !remember.parked.is_empty() {
        let mut parked = txn.open_table(PARKED)?;
        for (module, row) in &remember.parked {
            let key = (no, link, module.as_str());
            match row {
                Some(row) => {
                    parked.insert(key, record::seal(module.as_str().as_bytes(), row)?.as_slice())?;
                }
                None => drop(parked.remove(key)?),
            }
        }
    }
    Ok(())
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

    /// Up to where that log is in ours, by anybody's word; 0 when nothing of it is.
    pub fn have(&self, audit: &Audit, log_id: Uuid) -> Result<u64, StoreError> {
        Ok(self.high_waters(audit, log_id)?.furthest())
    }

    /// Up to where that log is in ours, as this one has told.
    pub fn told(&self, audit: &Audit, log_id: Uuid, by: &Teller) -> Result<Told, StoreError> {
        Ok(self.high_waters(audit, log_id)?.of(by))
    }

    pub fn high_waters(&self, audit: &Audit, log_id: Uuid) -> Result<HighWaters, StoreError> {
        self.with_rows_of(audit, |db| {
            let rows = redb::ReadableDatabase::begin_read(db)?.open_table(HAVES)?;
            let Some(value) = rows.get((audit.no, log_id.as_u128()))? else {
                return Ok(HighWaters::default());
            };
            HighWaters::open(log_id, value.value())
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
