//! Session check: whose token is this, and is it still good? Asked at every request, from memory.
//!
//! Called by `http::guard::access` and live feeds; calls `token`, the book in memory, and `domain::crew` for the time.

use tokio::sync::watch;
use uuid::Uuid;

use super::book::Member;
use super::error::{CrewError, NotIn};
use super::token::Claims;
use super::{Crew, CrewState, QualifiedTime, fill};
use crate::domain::Token;
use crate::domain::crew::Expiry;
use crate::domain::id::TechnicianId;
use crate::domain::site_clock::Quality;
use crate::store::StoreError;

/// A token that was found good, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    pub claims: Claims,
    pub member: Member,
    /// When it ends, as the site's clock shows it.
    pub expires_ms: u64,
    /// Of the signing key.
    pub(super) generation: u64,
}

#[cfg(test)]
impl Session {
    /// One that nobody signed.
    pub fn of_test(member: Member) -> Self {
        let claims = Claims {
            sub: member.technician.to_string(),
            name: member.name.clone(),
            role: member.role,
            hub: Uuid::nil(),
            iat: 0,
            exp: 0,
            jti: Uuid::nil(),
            clock: Quality::Unknown,
        };
        Self { claims, member, expires_ms: 0, generation: 0 }
    }
}

/// What somebody who has joined gets.
#[derive(Debug)]
pub struct Joined {
    pub token: String,
    pub member: Member,
    pub expires_ms: u64,
}

impl Crew {
    /// Whose token this is.
    pub fn check(&self, token: &str, at: QualifiedTime) -> Result<Session, NotIn> {
        let inner = self.read();
        let claims = inner.signing.read(token, inner.book.hub).ok_or(NotIn::Bad)?;
        let session = self.standing(&inner, claims, at)?;
        let mut heard = self.heard.lock();
        match heard.get_mut(&session.member.technician) {
            Some(last) => *last = at.now_ms,
            None => drop(heard.insert(session.member.technician.clone(), at.now_ms)),
        }
        Ok(session)
    }

    /// The same session, later: as the book has it now.
    pub fn recheck(&self, session: &Session, at: QualifiedTime) -> Result<Session, NotIn> {
        self.standing_again(&self.read(), session, at)
    }

    fn standing_again(
        &self,
        inner: &CrewState,
        session: &Session,
        at: QualifiedTime,
    ) -> Result<Session, NotIn> {
        if inner.generation != session.generation {
            return Err(NotIn::Bad);
        }
        self.standing(inner, session.claims.clone(), at)
    }

    fn standing(&self, inner: &CrewState, claims: Claims, at: QualifiedTime) -> Result<Session, NotIn> {
        let member = inner.book.member(&claims.sub).ok_or(NotIn::Bad)?.clone();
        if member.revoked {
            return Err(NotIn::Revoked);
        }
        let expiry = expiry(&claims, &member);
        if expiry.is_over(at.steady) {
            return Err(NotIn::Expired);
        }
        let expires_ms = at.shown(claims.exp.saturating_mul(1_000));
        Ok(Session { claims, member, expires_ms, generation: inner.generation })
    }

    /// Whether the time has become known since this session's token was made: see [`Self::anchor`].
    pub fn needs_anchor(&self, session: &Session, at: QualifiedTime) -> bool {
        expiry(&session.claims, &session.member).needs_anchor(at.steady)
    }

    /// Told at every change of who may do what: whoever is being served should be looked at again.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Of this hub alone: a browser keeps one set of cookies for all ports of an address.
    pub fn cookie_name(&self) -> String {
        let (id, ..) = self.read().book.hub.as_fields();
        format!("fieldhub-{id:08x}")
    }

    pub fn is_open_v33(&self, token: &Token) -> bool {
        self.read().book.open_v33.contains(token)
    }

    /// Whether somebody of the crew, or their tablet, goes by this id: nobody else may. Where a mark comes with
    /// no device, its technician's id stands for one.
    pub fn is_ours(&self, id: &TechnicianId) -> bool {
        let inner = self.read();
        let mut ids = inner.book.members.iter().flat_map(|m| [m.technician.as_str(), m.device.as_str()]);
        ids.any(|ours| ours == id.as_str())
    }

    /// A new token in place of one that is still good. Looked at once more with the key that signs in hand:
    /// no token outlives its key, or its bearer's stay, by being renewed in that very moment. May go to the disk.
    pub fn renew(&self, session: &Session, at: QualifiedTime) -> Result<Joined, CrewError> {
        if at.steady.quality == Quality::Unknown && session.member.anchored_ms.is_some() {
            // It tells when an earlier token's life began. This one's is yet to be found out.
            self.forget_anchor(&session.member.technician)?;
        }
        let inner = self.read();
        let session = self.standing_again(&inner, session, at).map_err(CrewError::NotIn)?;
        Ok(self.issue(&inner, session.member, at, self.options.lifetime_ms)?)
    }

    /// The first token of somebody who has just come in.
    pub(super) fn welcome(
        &self,
        technician: &TechnicianId,
        at: QualifiedTime,
        lifetime_ms: u64,
    ) -> Result<Joined, StoreError> {
        let inner = self.read();
        let gone = || StoreError::Failed("the member was removed meanwhile; try again".to_owned());
        let member = inner.book.member(technician.as_str()).filter(|m| !m.revoked).ok_or_else(gone)?.clone();
        self.issue(&inner, member, at, lifetime_ms)
    }

    fn issue(
        &self,
        inner: &CrewState,
        member: Member,
        at: QualifiedTime,
        lifetime_ms: u64,
    ) -> Result<Joined, StoreError> {
        let exp = at.steady.ms.saturating_add(lifetime_ms) / 1_000;
        let claims = Claims {
            sub: member.technician.to_string(),
            name: member.name.clone(),
            role: member.role,
            hub: inner.book.hub,
            iat: at.steady.ms / 1_000,
            exp,
            jti: Uuid::from_bytes(fill(&self.options)?),
            clock: at.steady.quality,
        };
        let token = inner.signing.issue(&claims).map_err(|e| StoreError::Failed(e.to_string()))?;
        Ok(Joined { token, member, expires_ms: at.shown(exp * 1_000) })
    }
}

/// When a session ends.
fn expiry(claims: &Claims, member: &Member) -> Expiry {
    Expiry {
        issued_ms: claims.iat.saturating_mul(1_000),
        expires_ms: claims.exp.saturating_mul(1_000),
        issued: claims.clock,
        anchored_ms: member.anchored_ms,
        // What it was given when it was made, which is not the same for all.
        lifetime_ms: claims.exp.saturating_sub(claims.iat).saturating_mul(1_000),
    }
}
