//! Enrolment (joining): a code, a name and a device become a member with a token.
//!
//! Called through the hub by `http::routes::join`; calls `codes`, then writes the book.

use ring::digest::{SHA256, digest};
use uuid::Uuid;

use super::book::{Book, Member};
use super::error::JoinError;
use super::session::Joined;
use super::{Crew, QualifiedTime, WhichCode, fill};
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

/// Whoever was not heard of for so long may be forgotten where there is no more room.
const SILENT_MS: u64 = 3_600_000;

/// A code that was right when it was looked at.
#[derive(Debug, Clone, Copy)]
struct RecognisedCode {
    which: WhichCode,
    id: Uuid,
}

impl Crew {
    /// Whether a code is one of the three, as far as the codes in clear tell, which the hub has anyway in order to show them. At
    /// once: whoever tries codes waits for no turn and takes nobody's. That somebody is let in, the hash decides.
    pub fn looks_right(&self, typed: &str) -> bool {
        self.which(typed).is_some()
    }

    fn which(&self, typed: &str) -> Option<(JoinCode, WhichCode)> {
        let typed = JoinCode::typed(typed)?;
        let digest = |code: &JoinCode| digest(&SHA256, code.as_str().as_bytes());
        // What the time tells is how far two digests agree, which says nothing of the code.
        let same = |shown: JoinCode| digest(&shown).as_ref() == digest(&typed).as_ref();
        let codes = [WhichCode::Lead, WhichCode::Crew, WhichCode::Viewer];
        // All of them, so that the time does not tell which.
        let same = codes.map(|which| same(self.code(which)));
        let which = codes.into_iter().zip(same).find_map(|(which, same)| same.then_some(which))?;
        Some((typed, which))
    }

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
        let role = code.which.role();
        let (technician, renewed) = self.change(|book, signing| {
            // Replaced while it was being looked at: whoever did that counts on it.
            if book.code(code.which).id != code.id {
                return Err(JoinError::WrongCode);
            }
            let known = request.proof.and_then(|proof| signing.read(proof, book.hub));
            let known = known.and_then(|claims| book.member(&claims.sub)).filter(|m| !m.revoked);
            let known = known.map(|member| member.technician.clone());
            let taken = book.is_taken(&request.device, known.as_ref());
            if let Some(member) = known.as_ref().and_then(|known| book.member_mut(known.as_str())) {
                // A lead who scans the crew's code stays lead, and whom a lead made a viewer stays viewer.
                if role == Role::Lead || (role == Role::Technician && member.by_viewer_code) {
                    (member.role, member.by_viewer_code) = (role, false);
                }
                member.name.clone_from(&request.name);
                if !taken {
                    member.device = request.device.clone();
                }
                member.joined_ms = at.now_ms;
                member.anchored_ms = None;
                return Ok((member.technician.clone(), true));
            }
            if !self.make_room(book, at) {
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
                by_viewer_code: role == Role::Viewer,
            });
            Ok((technician, false))
        })?;
        tracing::info!(%technician, %role, again = renewed, "joined");
        Ok(self.welcome(&technician, at, self.options.lifetime_ms)?)
    }

    fn recognise(&self, typed: &str) -> Option<RecognisedCode> {
        let (typed, which) = self.which(typed)?;
        let hashed = self.read().book.code(which).clone();
        self.hasher.is(&typed, &hashed).then_some(RecognisedCode { which, id: hashed.id })
    }

    /// Make room for one more: whoever has not been heard of for an hour and longest is forgotten, and joins again with the
    /// code. So nobody who makes up a thousand names keeps the crew out, nor sends away anybody who is at work.
    pub(super) fn make_room(&self, book: &mut Book, at: QualifiedTime) -> bool {
        let heard = self.heard.lock();
        let made = book.make_room(|member| {
            let last = heard.get(member.technician.as_str()).copied();
            last.is_none_or(|last| at.now_ms.saturating_sub(last) > SILENT_MS).then_some(last)
        });
        if let Some(forgotten) = &made.1 {
            tracing::warn!(technician = %forgotten, "a member was forgotten: the crew has no more room");
        }
        made.0
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
    use crate::hub::crew::CrewOptions;
    use crate::hub::crew::book::MOST_MEMBERS;

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

    #[test]
    fn a_thousand_made_up_members_keep_nobody_out_and_send_nobody_away() {
        let dir = tempfile::tempdir().unwrap();
        let crew = Crew::open(CrewOptions {
            dir: dir.path().to_owned(),
            signing_key: None,
            lifetime_ms: 30 * 86_400_000,
            random: |bytes| getrandom::fill(bytes).map_err(std::io::Error::other),
            dated: || "20250101".to_owned(),
        })
        .unwrap();
        let start = 1_780_000_000_000;
        let at = |ms: u64| {
            let now_ms = start + ms;
            QualifiedTime {
                now_ms,
                steady: SteadyTime { ms: now_ms, since_ms: start, quality: Quality::Synchronised },
            }
        };
        let (technician, lead) = {
            let book = &crew.read().book;
            let of = |which| RecognisedCode { which, id: book.code(which).id };
            (of(WhichCode::Crew), of(WhichCode::Lead))
        };
        let come = |code, device: String, ms| {
            let device = DeviceId::parse(device).unwrap();
            crew.admit(code, JoinRequest { code: "", name: "N".to_owned(), device, proof: None }, at(ms))
        };
        let working = come(technician, "dev_working".to_owned(), 0).unwrap();
        let asleep = come(lead, "dev_lead".to_owned(), 0).unwrap();
        // Book and disk as they would be: one by one would take a second.
        crew.change(|book, _| {
            let one = book.members[0].clone();
            for n in book.members.len()..MOST_MEMBERS {
                let technician = TechnicianId::parse(format!("tech_junk{n}")).unwrap();
                let device = DeviceId::parse(format!("dev_junk{n}")).unwrap();
                book.members.push(Member { technician, device, joined_ms: at(1_000).now_ms, ..one.clone() });
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
        let hour = 3_600_000;
        crew.check(&working.token, at(9 * hour)).unwrap();
        for n in 0..3 {
            let late = come(technician, format!("dev_late{n}"), 9 * hour + 1_000).unwrap();
            crew.check(&late.token, at(9 * hour + 1_000)).unwrap();
        }
        crew.check(&working.token, at(9 * hour + 2_000)).unwrap();
        crew.check(&asleep.token, at(9 * hour + 2_000)).unwrap();
        assert_eq!(crew.members().len(), MOST_MEMBERS);
        // All of them at work: then there is no room, and nobody is sent away.
        for (member, _) in crew.members() {
            crew.heard.lock().insert(member.technician, at(9 * hour).now_ms);
        }
        let full = come(technician, "dev_last".to_owned(), 9 * hour + 3_000);
        assert!(matches!(full, Err(JoinError::Full)), "{full:?}");
    }
}
