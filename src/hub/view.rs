//! View of an audit's merged state, with the log that its positions are of: a restore of the running hub replaces both
//! at any moment, and no answer may have something of either.
//!
//! Called by `http` and `upstream`; calls the engine.

use std::sync::Arc;

use uuid::Uuid;

use super::Hub;
use crate::domain::audit::AuditOutline;
use crate::domain::{Body, Digest, Picture, Token};
use crate::store::{Audit, Loaded, StoreError};

/// Beside an audit's state: when it was made, and the log that its positions are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditFacts {
    pub created_ms: u64,
    pub log_id: Uuid,
}

/// A log from where it begins to where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogExtent {
    pub log_id: Uuid,
    pub start: u64,
    pub head: u64,
}

impl Hub {
    /// Look at the merged state.
    pub fn view<T>(
        &self,
        token: &Token,
        look: impl FnOnce(&Loaded, AuditFacts) -> T,
    ) -> Result<T, StoreError> {
        let (audit, log_id) = self.reading_of(token, |audit, log_id| {
            self.engine.view(audit, |_| ())?;
            Ok((Arc::clone(audit), log_id))
        })?;
        let facts = AuditFacts { created_ms: audit.created_ms, log_id };
        self.engine.view(&audit, |loaded| look(loaded, facts))
    }

    /// Reads, and once more when that failed and the database has been opened anew since: for whoever asked, nothing happened.
    pub(super) fn reading<T>(
        &self,
        token: &Token,
        read: impl Fn(&Arc<Audit>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.reading_of(token, |audit, _| read(audit))
    }

    fn reading_of<T>(
        &self,
        token: &Token,
        read: impl Fn(&Arc<Audit>, Uuid) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let generation = self.engine.generation();
        let once = || {
            let (audit, log_id) = self.engine.audit_and_log(token)?;
            read(&audit, log_id)
        };
        match once() {
            Err(error) if self.engine.generation() != generation && self.engine.is_open() => {
                tracing::debug!(%error, "read once more");
                once()
            }
            other => other,
        }
    }

    /// The merged state as it is now, for whoever takes long to tell of it; with the digest of its log.
    pub fn picture(&self, token: &Token) -> Result<(Arc<Picture>, Digest, AuditFacts), StoreError> {
        self.reading_of(token, |audit, log_id| {
            let (picture, digest) = self.engine.picture(audit)?;
            Ok((picture, digest, AuditFacts { created_ms: audit.created_ms, log_id }))
        })
    }

    /// Where an audit's log begins and ends, and which log that is. For whoever asks it again and again: it brings no
    /// audit into memory.
    pub fn extent(&self, token: &Token) -> Result<LogExtent, StoreError> {
        self.reading_of(token, |audit, log_id| {
            Ok(LogExtent { log_id, start: audit.start(), head: self.engine.head(audit)? })
        })
    }

    /// When an audit was made.
    pub fn created_ms(&self, token: &Token) -> Result<u64, StoreError> {
        self.engine.audit(token).map(|audit| audit.created_ms)
    }

    /// Who had an audit made, by the author of its first operation. `None`: an audit of before that was recorded, one that a command
    /// or a v3.3 mark has made.
    pub fn made_by(&self, token: &Token) -> Result<Option<String>, StoreError> {
        self.reading_of(token, |audit, _| {
            if let Some(known) = audit.made_by.get() {
                return Ok(known.clone());
            }
            // An audit in the making has none yet.
            let Some(first) = self.engine.since(audit, 0, 1)?.ops.into_iter().next() else { return Ok(None) };
            let by_somebody = matches!(first.body, Body::Details(_)) && first.author.id.as_str() != "hub";
            let name = by_somebody.then(|| first.author.name.to_string());
            Ok(audit.made_by.get_or_init(|| name).clone())
        })
    }

    /// What a list says of an audit.
    pub fn outline(&self, token: &Token) -> Result<(AuditOutline, AuditFacts), StoreError> {
        self.reading_of(token, |audit, log_id| {
            Ok((self.engine.outline(audit)?, AuditFacts { created_ms: audit.created_ms, log_id }))
        })
    }

    /// Where an audit's log ends.
    pub fn head(&self, token: &Token) -> Result<u64, StoreError> {
        self.reading(token, |audit| self.engine.head(audit))
    }

    /// What was read of a log, unless that was replaced in between: `read` would then be of another one.
    pub fn of_log<T>(&self, read: impl FnOnce(Uuid) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let log_id = self.identity().log_id;
        let read = read(log_id)?;
        if self.identity().log_id == log_id { Ok(read) } else { Err(StoreError::Replaced) }
    }

    /// Another one after each restore: see `Engine::generation`.
    pub fn generation(&self) -> u64 {
        self.engine.generation()
    }
}
