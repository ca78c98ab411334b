//! Enrolment (joining): a code, a name and a device become a member with a token.
//!
//! Called through the hub by `http::routes::join`; calls `codes`, then writes the book.

use uuid::Uuid;

use super::book::{Book, Member};
use super::error::JoinError;
use super::session::Joined;
use super::{Crew, QualifiedTime, fill};
use crate::domain::crew::{JoinCode, Role};
use crate::domain::hex::hex;
use crate::domain::id::{DeviceId, TechnicianId};
use crate::store::StoreError;

#[derive(Debug)]
pub struct JoinRequest<'a> {
    pub code: &'a str,
    pub name: String,
    pub device: DeviceId,
    /// A token that the device had before, good or expired.
    pub proof: Option<&'a str>,
}

/// A code that was right when it was looked at.
#[derive(Debug, Clone, Copy)]
struct RecognisedCode {
    role: Role,
    id: Uuid,
}

impl Crew {
    /// Blocks for some tenths of a second on purpose: Argon2, then the disk.
    pub fn join(&self, request: JoinRequest<'_>, at: QualifiedTime) -> Result<Joined, JoinError> {
        let code = self.recognise(request.code).ok_or(JoinError::WrongCode)?;
        self.admit(code, request, at)
    }

    fn admit(
        &self,
        code: RecognisedCode,
        request: JoinRequest<'_>,
        at: QualifiedTime,
    ) -> Result<Joined, JoinError> {
        let role = code.role;
        let (technician, renewed) = self.change(|book, signing| {
            // Replaced while it was being looked at: whoever did that counts on it.
            if ![book.crew_code.id, book.lead_code.id].contains(&code.id) {
                return Err(JoinError::WrongCode);
            }
            let known = request.proof.and_then(|proof| signing.read(proof, book.hub));
            let known = known.and_then(|claims| book.member(&claims.sub)).filter(|m| !m.revoked);
            let known = known.map(|member| member.technician.clone());
            let taken = book.is_taken(&request.device, known.as_ref());
            if let Some(member) = known.as_ref().and_then(|known| book.member_mut(known.as_str())) {
                // A lead who scans the crew's code stays lead.
                member.role = if role == Role::Lead { role } else { member.role };
                member.name.clone_from(&request.name);
                if !taken {
                    member.device = request.device.clone();
                }
                member.joined_ms = at.now_ms;
                member.anchored_ms = None;
                return Ok((member.technician.clone(), true));
            }
            if !book.make_room() {
                return Err(JoinError::Full);
            }
            let technician = self.new_technician(book, "tech_")?;
            let device = if taken { self.new_device()? } else { request.device.clone() };
            book.members.push(Member {
                technician: technician.clone(),
                name: request.name.clone(),
                role,
                device,
                joined_ms: at.now_ms,
                revoked: false,
                anchored_ms: None,
            });
            Ok((technician, false))
        })?;
        tracing::info!(%technician, %role, again = renewed, "joined");
        Ok(self.welcome(&technician, at, self.options.lifetime_ms)?)
    }

    /// Both are tried, whichever it is.
    fn recognise(&self, typed: &str) -> Option<RecognisedCode> {
        let typed = JoinCode::typed(typed)?;
        let (crew, lead) = {
            let inner = self.read();
            (inner.book.crew_code.clone(), inner.book.lead_code.clone())
        };
        let (is_crew, is_lead) = (self.hasher.is(&typed, &crew), self.hasher.is(&typed, &lead));
        let lead = is_lead.then_some(RecognisedCode { role: Role::Lead, id: lead.id });
        lead.or(is_crew.then_some(RecognisedCode { role: Role::Technician, id: crew.id }))
    }

    pub(super) fn new_technician(&self, book: &Book, kind: &str) -> Result<TechnicianId, StoreError> {
        loop {
            let id = format!("{kind}{}", hex(&fill::<4>(&self.options)?));
            if book.member(&id).is_none() {
                return TechnicianId::parse(id).map_err(|e| StoreError::Failed(e.to_string()));
            }
        }
    }

    /// For a tablet that names another's: a copy of it, or one that forgot who it was.
    fn new_device(&self) -> Result<DeviceId, StoreError> {
        let id = format!("dev_{}", hex(&fill::<8>(&self.options)?));
        DeviceId::parse(id).map_err(|e| StoreError::Failed(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::site_clock::{Quality, SteadyTime};
    use crate::hub::crew::{CrewOptions, WhichCode};

    #[test]
    fn a_code_that_was_replaced_while_it_was_looked_at_lets_nobody_in() {
        let dir = tempfile::tempdir().unwrap();
        let crew = Crew::open(CrewOptions {
            dir: dir.path().to_owned(),
            signing_key: None,
            lifetime_ms: 1_000,
            random: |bytes| getrandom::fill(bytes).map_err(std::io::Error::other),
            dated: || "20250101".to_owned(),
        })
        .unwrap();
        let now_ms = 1_780_000_000_000;
        let steady = SteadyTime { ms: now_ms, since_ms: now_ms, quality: Quality::Synchronised };
        let at = QualifiedTime { now_ms, steady };
        let request = |device: &str| JoinRequest {
            code: "",
            name: "Léa".to_owned(),
            device: DeviceId::parse(device).unwrap(),
            proof: None,
        };
        let looked_at = crew.recognise(crew.code(WhichCode::Crew).as_str()).unwrap();
        crew.new_code(WhichCode::Lead).unwrap();
        crew.admit(looked_at, request("dev_1"), at).unwrap();
        crew.new_code(WhichCode::Crew).unwrap();
        let late = crew.admit(looked_at, request("dev_2"), at);
        assert!(matches!(late, Err(JoinError::WrongCode)), "{late:?}");
    }
}
