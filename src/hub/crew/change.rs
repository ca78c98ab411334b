//! Revocation, roles, key rotation: what changes who may do what. On the disk when each returns.
//!
//! Called by `http::routes::crew`, `http::routes::join` and, for [`Crew::anchor`], by `hub::access`; `session` forgets anchors.

use super::book::{Book, Member, ShownCode};
use super::error::CrewError;
use super::hubs::HUB;
use super::token::Signing;
use super::{Crew, QualifiedTime, WhichCode, codes, fill};
use crate::domain::Token;
use crate::domain::crew::{JoinCode, Role};
use crate::domain::hex::hex;
use crate::domain::id::TechnicianId;
use crate::store::StoreError;

/// What somebody decided of a member counts for more than the code that they came by.
fn decide(member: &mut Member, role: Option<Role>, revoked: Option<bool>) {
    if let Some(role) = role {
        (member.role, member.by_viewer_code) = (role, false);
    }
    member.revoked = revoked.unwrap_or(member.revoked);
}

impl Crew {
    /// Note when the time became known to somebody who joined before it was.
    pub fn anchor(&self, technician: &TechnicianId, at: QualifiedTime) -> Result<(), CrewError> {
        self.member(technician.as_str(), |member| {
            member.anchored_ms.get_or_insert(at.steady.ms);
        })
        .map(|_| ())
    }

    /// They have a token again that was made without knowing the time.
    pub(super) fn forget_anchor(&self, technician: &TechnicianId) -> Result<(), CrewError> {
        self.member(technician.as_str(), |member| member.anchored_ms = None).map(|_| ())
    }

    pub fn rename(&self, technician: &str, name: String) -> Result<Member, CrewError> {
        self.member(technician, |member| member.name = name)
    }

    pub fn set(
        &self,
        technician: &str,
        role: Option<Role>,
        revoked: Option<bool>,
    ) -> Result<Member, CrewError> {
        let member = self.member(technician, |member| {
            decide(member, role, revoked);
        })?;
        tracing::info!(technician, role = %member.role, revoked = member.revoked, "a member was changed");
        Ok(member)
    }

    /// The same by a lead, who does not leave the crew without one: nobody on the network could undo that.
    pub fn set_by_lead(
        &self,
        technician: &str,
        role: Option<Role>,
        revoked: Option<bool>,
    ) -> Result<Member, CrewError> {
        let leads = |book: &Book| {
            let person = |m: &&Member| !m.technician.as_str().starts_with(HUB);
            book.members.iter().filter(person).filter(|m| m.role == Role::Lead && !m.revoked).count()
        };
        let member = self.change(|book, _| {
            let before = leads(book);
            let member = book.member_mut(technician);
            let member = member.ok_or_else(|| CrewError::Unknown(technician.to_owned()))?;
            decide(member, role, revoked);
            let member = member.clone();
            if before > 0 && leads(book) == 0 { Err(CrewError::LastLead) } else { Ok(member) }
        })?;
        tracing::info!(technician, role = %member.role, revoked = member.revoked, "a member was changed");
        Ok(member)
    }

    /// Everybody out; they may join again. How many there were.
    pub fn revoke_all(&self) -> Result<usize, CrewError> {
        let count = self.change(|book, _| {
            let present = book.members.iter_mut().filter(|m| !m.revoked);
            Ok::<_, CrewError>(present.map(|member| member.revoked = true).count())
        })?;
        tracing::warn!(count, "every member was revoked");
        Ok(count)
    }

    fn member(&self, technician: &str, edit: impl FnOnce(&mut Member)) -> Result<Member, CrewError> {
        self.change(|book, _| {
            let member = book.member_mut(technician);
            let member = member.ok_or_else(|| CrewError::Unknown(technician.to_owned()))?;
            edit(member);
            Ok(member.clone())
        })
    }

    pub fn set_open_v33(&self, token: &Token, open: bool) -> Result<(), StoreError> {
        if self.is_open_v33(token) == open {
            return Ok(());
        }
        self.change(|book, _| {
            book.open_v33.retain(|t| t != token);
            if open {
                book.open_v33.push(token.clone());
            }
            Ok(())
        })
    }

    /// Ends every session; the codes stay.
    pub fn rotate_key(&self) -> Result<(), CrewError> {
        if self.options.signing_key.is_some() {
            return Err(CrewError::ForeignKey);
        }
        let changing = self.changing.lock();
        let mut secrets = self.read().secrets.clone();
        secrets.signing_key = hex(&fill::<32>(&self.options)?);
        self.write_secrets(&secrets)?;
        let signing = Signing::new(secrets.signing_key.as_bytes());
        self.publish(changing, |inner| {
            inner.secrets = secrets;
            inner.signing = signing;
            inner.generation += 1;
        });
        tracing::warn!("the signing key was replaced: everyone has to join again");
        Ok(())
    }

    pub fn code(&self, which: WhichCode) -> JoinCode {
        self.read().secrets.code(which).code.clone()
    }

    /// Another code from now on; those who have joined stay in.
    pub fn new_code(&self, which: WhichCode) -> Result<JoinCode, CrewError> {
        let changing = self.changing.lock();
        let shown: ShownCode = codes::shown(fill(&self.options)?)?;
        let hash = self.hasher.hash(&shown, &fill(&self.options)?)?;
        let (mut secrets, mut book) = {
            let inner = self.read();
            (inner.secrets.clone(), inner.book.clone())
        };
        let code = shown.code.clone();
        (*secrets.code_mut(which), *book.code_mut(which)) = (shown, hash);
        // In this order: opening finishes what power cuts short in between.
        self.write_secrets(&secrets)?;
        self.write_book(&book)?;
        self.publish(changing, |inner| (inner.secrets, inner.book) = (secrets, book));
        tracing::info!(?which, "a code was replaced");
        Ok(code)
    }
}
