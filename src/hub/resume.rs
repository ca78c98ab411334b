//! Where a reader that comes back goes on: its cursor is judged by the digests of the log (hash chain).
//!
//! Called by `http` for live feeds and pages, and by `upstream::peer`; calls the engine and the writer.

use uuid::Uuid;

use super::Hub;
use crate::domain::{Cursor, CursorKey, Digest, Token};
use crate::store::StoreError;

/// A copy of the card that was put back is found out by one reader; that another one is put back within a minute is no
/// accident.
const PAUSE_MS: u64 = 60_000;

/// Where a reader goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    From(u64),
    /// The cursor is not of this log: begin again at 0.
    Reset,
}

impl Hub {
    /// Where a reader that comes back goes on.
    ///
    /// One that has seen more of this log than there is, or something else at the same place, begins again. When its
    /// proof shows that this database had given it that, the database was rolled back, or it is a copy of another
    /// one: the log gets a new id, and everybody begins again and pushes what the hub does not know. That costs all of
    /// them, so a mere claim does not do, nor anything within a minute of the last time.
    ///
    /// `believed`: another hub, by its role. Those of earlier versions prove nothing.
    pub async fn resume(&self, token: &Token, cursor: Cursor, believed: bool) -> Result<Resume, StoreError> {
        if cursor.log_id != self.identity().log_id {
            return Ok(Resume::Reset);
        }
        let audit = self.engine.audit(token)?;
        let head = self.engine.view(&audit, |loaded| loaded.state.head)?;
        let ours = self.engine.digest_at(&audit, cursor.seq)?;
        // Of what an earlier version wrote, or was removed, there is nothing to compare.
        let same = cursor.proof.is_none_or(|proof| ours.is_none_or(|ours| ours == proof.digest));
        if cursor.seq <= head && same {
            return Ok(Resume::From(cursor.seq));
        }
        if (believed || self.engine.cursor_key().gave(token, &cursor)) && self.may_all_begin_again() {
            let token_hint = token.hint();
            let seen = cursor.seq;
            tracing::warn!(token_hint, seen, head, "a reader has seen what this log does not hold");
            self.begin_new_log(cursor.log_id).await?;
        }
        Ok(Resume::Reset)
    }

    /// The log gets a new id, unless the one that was seen is gone already: everybody begins again, and pushes what
    /// the hub does not know.
    pub async fn begin_new_log(&self, seen: Uuid) -> Result<(), StoreError> {
        self.writer.mint_log_id(seen).await
    }

    pub(super) fn may_all_begin_again(&self) -> bool {
        let now = self.clock.monotonic_ms();
        let mut last = self.begun_again_ms.lock();
        let may = last.is_none_or(|last| now.saturating_sub(last) >= PAUSE_MS);
        if may {
            *last = Some(now);
        }
        may
    }

    /// The digest of an audit's log up to `seq`; `None` beyond its end, and where an earlier version wrote.
    pub fn digest_at(&self, token: &Token, seq: u64) -> Result<Option<Digest>, StoreError> {
        self.engine.digest_at(&*self.engine.audit(token)?, seq)
    }

    /// What proofs of cursors are made with.
    pub fn cursor_key(&self) -> CursorKey {
        self.engine.cursor_key()
    }
}
