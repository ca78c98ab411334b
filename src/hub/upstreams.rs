//! Replication with upstreams: take in, remember, read what they need of the log; dead letters (`parked`) and their
//! retry.
//!
//! Called by `upstream` and by `http`'s routes for them; calls the writer and the engine.

use uuid::Uuid;

use super::{Hub, Nudges, Receipt, StatusBoard};
use crate::domain::{Author, Carried, Cursor, LinkName, ModuleId, Token};
use crate::store::{
    Command, HighWaters, LinkRow, OpAck, Origin, Parked, Remember, Shadow, StoreError, TakeIn, Teller, Told,
};

/// Operations for somebody else's log.
#[derive(Debug)]
pub struct CarriedPage {
    pub ops: Vec<Carried>,
    /// Where each of them lies in our log.
    pub seqs: Vec<u64>,
    /// The last one read, given or left out: where to go on.
    pub upto: u64,
    pub head: u64,
}

/// What comes of another hub's word of how far our log is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// It is there up to here.
    From(u64),
    /// Somebody else may have told it that: nothing is left out.
    Unproved,
    /// Our log is another one from now on.
    NewLog,
}

/// A module that an upstream does not take, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedModule {
    pub link: LinkName,
    pub token: Token,
    pub module: ModuleId,
    pub parked: Parked,
}

/// ParkedFilter parked modules somebody means; what is not said means all.
#[derive(Debug, Clone, Default)]
pub struct ParkedFilter {
    pub link: Option<LinkName>,
    pub token: Option<Token>,
    pub module: Option<ModuleId>,
}

/// Bytes of the log that are read at a time for another hub.
const CARRIED: usize = 1 << 20;

impl Hub {
    pub fn status_board(&self) -> &StatusBoard {
        &self.board
    }

    /// How far the log of this id is with the upstreams of an audit.
    pub fn receipt(&self, token: &Token, log_id: Uuid) -> Option<Receipt> {
        self.board.receipt(token, log_id)
    }

    /// Wakes when any audit has changed: its log, or that it is there.
    pub fn watch_any(&self) -> Nudges {
        self.feed.watch_any()
    }

    pub async fn take_in(&self, take: TakeIn) -> Result<Vec<OpAck>, StoreError> {
        self.writer.write(Command::TakeIn(Box::new(take))).await
    }

    pub async fn remember(&self, token: Token, remember: Remember) -> Result<(), StoreError> {
        self.take_in(TakeIn::remember(token, remember)).await.map(|_| ())
    }

    /// Operations after `after`, without those that came from `except`.
    pub fn carried_since(
        &self,
        token: &Token,
        after: u64,
        limit: usize,
        except: Option<Uuid>,
    ) -> Result<CarriedPage, StoreError> {
        let (origins, page) = self.reading(token, |audit| {
            let origins = match except {
                Some(log_id) => self.engine.came_from(audit, log_id, after)?,
                None => Vec::new(),
            };
            Ok((origins, self.engine.since_within(audit, after, limit, CARRIED)?))
        })?;
        let foreign = |seq: u64| {
            let at = origins.partition_point(|origin: &Origin| origin.last < seq);
            origins.get(at).is_some_and(|origin| origin.first <= seq)
        };
        let ours = page.ops.into_iter().filter(|op| !foreign(op.seq));
        let (seqs, ops) = ours.map(|op| (op.seq, Carried::from(op))).unzip();
        Ok(CarriedPage { ops, seqs, upto: page.next, head: page.head })
    }

    /// Operations at these positions.
    pub fn carried_at(&self, token: &Token, seqs: &[u64]) -> Result<Vec<Carried>, StoreError> {
        let ops = self.engine.ops_at(&*self.engine.audit(token)?, seqs)?;
        Ok(ops.into_iter().map(Carried::from).collect())
    }

    /// How far another hub's log is here, by anybody's word.
    pub fn have(&self, token: &Token, log_id: Uuid) -> Result<u64, StoreError> {
        self.engine.have(&*self.engine.audit(token)?, log_id)
    }

    /// How far another hub's log is here, as this one has told.
    pub fn told(&self, token: &Token, log_id: Uuid, by: &Teller) -> Result<Told, StoreError> {
        self.engine.told(&*self.engine.audit(token)?, log_id, by)
    }

    pub(super) fn high_waters(&self, token: &Token, log_id: Uuid) -> Result<HighWaters, StoreError> {
        self.engine.high_waters(&*self.engine.audit(token)?, log_id)
    }

    /// What another hub says of how far our own log is there. Where it was told something else than this log holds, and
    /// by this database, the log was put back from an older copy, or is one: then this is another hub from now on, with
    /// another log, and everybody begins again.
    pub async fn judge(&self, token: &Token, log_id: Uuid, told: Told) -> Result<Judged, StoreError> {
        let head = self.view(token, |loaded, _| loaded.state.head)?;
        let ours = self.proof_at(token, log_id, told.upto)?;
        let (upto, token_hint) = (told.upto, token.hint());
        let Some(proof) = told.proof else {
            if upto > head {
                // More than there is, by a hub that proves nothing: as with those of earlier versions. Nobody makes all
                // begin again at will: more often than now and then, it is only sent everything.
                if !self.may_all_begin_again() {
                    return Ok(Judged::Unproved);
                }
                tracing::warn!(
                    token_hint,
                    there = upto,
                    head,
                    "another hub has more of this log than there is"
                );
                self.begin_new_log(log_id).await?;
                return Ok(Judged::NewLog);
            }
            // Whoever told it this had no proof where we have one.
            let by_another = !told.unasked && ours.is_some() && upto > 0;
            return Ok(if by_another { Judged::Unproved } else { Judged::From(upto) });
        };
        if upto <= head && ours.is_none_or(|ours| ours == proof) {
            return Ok(Judged::From(upto));
        }
        if !self.cursor_key().gave(token, &Cursor { log_id, seq: upto, proof: Some(proof) }) {
            return Ok(Judged::Unproved);
        }
        tracing::warn!(
            token_hint,
            there = upto,
            head,
            "another hub has another history of this log: it was copied"
        );
        self.writer.new_identity(Some(log_id)).await?;
        Ok(Judged::NewLog)
    }

    pub fn link_row(&self, token: &Token, link: &LinkName) -> Result<Option<LinkRow>, StoreError> {
        self.engine.link_row(&*self.engine.audit(token)?, link)
    }

    pub fn shadow(
        &self,
        token: &Token,
        link: &LinkName,
        module: &ModuleId,
    ) -> Result<Option<Shadow>, StoreError> {
        self.engine.shadow(&*self.engine.audit(token)?, link, module)
    }

    pub fn parked(&self, token: &Token, link: &LinkName) -> Result<Vec<(ModuleId, Parked)>, StoreError> {
        self.engine.parked(&*self.engine.audit(token)?, link)
    }

    /// What is parked, of all upstreams that run.
    pub fn all_parked(&self, which: &ParkedFilter) -> Result<Vec<ParkedModule>, StoreError> {
        let mut all = Vec::new();
        for report in self.board.report() {
            let link = report.info.name;
            if which.link.as_ref().is_some_and(|name| *name != link) {
                continue;
            }
            for token in report.audits.into_keys() {
                if which.token.as_ref().is_some_and(|asked| *asked != token) {
                    continue;
                }
                let rows = match self.parked(&token, &link) {
                    // Removed a moment ago.
                    Err(StoreError::UnknownAudit(_)) => continue,
                    rows => rows?,
                };
                let rows =
                    rows.into_iter().filter(|(id, _)| which.module.as_ref().is_none_or(|m| m.may_be(id)));
                all.extend(rows.map(|(module, parked)| ParkedModule {
                    link: link.clone(),
                    token: token.clone(),
                    module,
                    parked,
                }));
            }
        }
        Ok(all)
    }

    /// Try parked modules again. How many.
    pub async fn retry_parked(&self, which: &ParkedFilter) -> Result<usize, StoreError> {
        self.park_anew(which, |_| true, |_| None).await
    }

    /// They need not go up, as they are. How many.
    pub async fn drop_parked(&self, which: &ParkedFilter) -> Result<usize, StoreError> {
        let drop = |parked| Some(Parked { dropped: true, ..parked });
        self.park_anew(which, |parked| !parked.dropped, drop).await
    }

    async fn park_anew(
        &self,
        which: &ParkedFilter,
        concerns: impl Fn(&Parked) -> bool,
        becomes: impl Fn(Parked) -> Option<Parked>,
    ) -> Result<usize, StoreError> {
        let mut changes: Vec<(Token, Remember)> = Vec::new();
        let mut count = 0;
        for found in self.all_parked(which)?.into_iter().filter(|found| concerns(&found.parked)) {
            let change = (found.module, becomes(found.parked));
            count += 1;
            match changes.last_mut() {
                Some((token, remember)) if *token == found.token && remember.link == found.link => {
                    remember.parked.push(change);
                }
                _ => {
                    let parked = vec![change];
                    changes.push((found.token, Remember { parked, ..Remember::of(found.link) }));
                }
            }
        }
        for (token, remember) in changes {
            self.remember(token, remember).await?;
        }
        self.board.sync_now(which.link.as_ref());
        Ok(count)
    }

    // ---- presence over links ----

    /// Somebody who is present elsewhere.
    pub fn seen_via(&self, link: &LinkName, token: &Token, author: &Author, focus: Option<ModuleId>) {
        let at = (self.clock.monotonic_ms(), self.clock.now_ms());
        if self.presence.seen_via(link, token, author, focus.into(), at) {
            self.feed.tell(token);
        }
    }

    /// Who is present, but for those whom that link told us of.
    pub fn present_but(
        &self,
        link: &LinkName,
        token: &Token,
    ) -> Vec<(crate::domain::id::TechnicianId, super::Present)> {
        let mut present = self.present(token);
        present.retain(|(_, present)| present.via.as_ref() != Some(link));
        present
    }
}
