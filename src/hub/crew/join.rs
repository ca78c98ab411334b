//! Joining: a code, a name and a device become a member with a token.
//!
//! Called through the hub by `http::join`; calls `codes`, then writes the book.

use super::book::{Book, Member};
use super::session::Joined;
use super::{Crew, Moment, fill, hex};
use crate::domain::crew::{JoinCode, Role};
use crate::domain::id::{DeviceId, TechnicianId};
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    #[error("this is not the code")]
    WrongCode,
    #[error("the crew has no room for another member: revoke those who left, with `fieldhub crew revoke`")]
    Full,
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug)]
pub struct JoinRequest<'a> {
    pub code: &'a str,
    pub name: String,
    pub device: DeviceId,
    /// A token that the device had before, good or expired.
    pub proof: Option<&'a str>,
}

impl Crew {
    /// Blocks for some tenths of a second on purpose: Argon2, then the disk.
    pub fn join(&self, request: JoinRequest<'_>, at: Moment) -> Result<Joined, JoinError> {
        let role = self.role_of(request.code).ok_or(JoinError::WrongCode)?;
        let (technician, renewed) = self.change(|book, signing| {
            let known = request.proof.and_then(|proof| signing.read(proof, book.hub));
            let known = known.and_then(|claims| book.member_mut(&claims.sub)).filter(|m| !m.revoked);
            if let Some(member) = known {
                // A lead who scans the crew's code stays lead.
                member.role = if role == Role::Lead { role } else { member.role };
                member.name.clone_from(&request.name);
                member.device = request.device.clone();
                member.joined_ms = at.now_ms;
                member.anchored_ms = None;
                return Ok((member.technician.clone(), true));
            }
            if !book.make_room() {
                return Err(JoinError::Full);
            }
            let technician = self.new_technician(book)?;
            book.members.push(Member {
                technician: technician.clone(),
                name: request.name.clone(),
                role,
                device: request.device.clone(),
                joined_ms: at.now_ms,
                revoked: false,
                anchored_ms: None,
            });
            Ok((technician, false))
        })?;
        tracing::info!(%technician, %role, again = renewed, "joined");
        Ok(self.welcome(&technician, at)?)
    }

    /// Both are tried, whichever it is.
    fn role_of(&self, typed: &str) -> Option<Role> {
        let typed = JoinCode::typed(typed)?;
        let (crew, lead) = {
            let inner = self.read();
            (inner.book.crew_code.clone(), inner.book.lead_code.clone())
        };
        let (crew, lead) = (self.hasher.is(&typed, &crew), self.hasher.is(&typed, &lead));
        if lead { Some(Role::Lead) } else { crew.then_some(Role::Technician) }
    }

    fn new_technician(&self, book: &Book) -> Result<TechnicianId, StoreError> {
        loop {
            let id = format!("tech_{}", hex(&fill::<4>(&self.options)?));
            if book.member(&id).is_none() {
                return TechnicianId::parse(id).map_err(|e| StoreError::Failed(e.to_string()));
            }
        }
    }
}
