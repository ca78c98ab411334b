//! Service account: another hub as a member, made by the administrator without a code, with a token for years.
//!
//! Called by `http::routes::crew`; calls `session` for the token, then writes the book. It pushes and reads as a lead
//! does, and ends like any member: revoked, or with the signing key.

use super::book::Member;
use super::error::JoinError;
use super::session::Joined;
use super::{Crew, QualifiedTime};
use crate::domain::crew::Role;

/// Nobody stands beside a hub on a mast to renew its session.
const LIFETIME_MS: u64 = 10 * 365 * 86_400_000;

/// What the ids of hubs begin with.
pub const HUB: &str = "hub_";

impl Member {
    /// Another hub: it has no tablet.
    pub fn is_hub(&self) -> bool {
        self.technician.as_str().starts_with(HUB)
    }
}

impl Crew {
    pub fn admit_hub(&self, name: &str, at: QualifiedTime) -> Result<Joined, JoinError> {
        let technician = self.change(|book, _| {
            if !self.make_room(book, at) {
                return Err(JoinError::Full);
            }
            let technician = self.new_technician(book, HUB)?;
            book.members.push(Member {
                technician: technician.clone(),
                name: name.to_owned(),
                role: Role::Lead,
                // What it sends has authors and devices of its own.
                device: technician.clone().into(),
                joined_ms: at.now_ms,
                revoked: false,
                anchored_ms: None,
                by_viewer_code: false,
            });
            Ok(technician)
        })?;
        tracing::info!(%technician, name, "another hub was let in");
        Ok(self.welcome(&technician, at, LIFETIME_MS)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::DeviceId;
    use crate::domain::site_clock::{Quality, SteadyTime};
    use crate::hub::crew::{CrewOptions, JoinRequest, NotIn, WhichCode};

    const DAY: u64 = 86_400_000;
    const NOW: u64 = 1_780_000_000_000;

    fn at(day: u64, quality: Quality) -> QualifiedTime {
        let now_ms = NOW + day * DAY;
        // Known from the first day of these tests on.
        let since_ms = if quality == Quality::Unknown { 0 } else { NOW };
        QualifiedTime { now_ms, steady: SteadyTime { ms: now_ms, since_ms, quality } }
    }

    fn crew(dir: &tempfile::TempDir) -> Crew {
        Crew::open(CrewOptions {
            dir: dir.path().to_owned(),
            signing_key: None,
            lifetime_ms: 30 * DAY,
            random: |bytes| getrandom::fill(bytes).map_err(std::io::Error::other),
            dated: || "20250101".to_owned(),
        })
        .unwrap()
    }

    #[test]
    fn its_token_outlives_sessions_and_ends_like_them() {
        let dir = tempfile::tempdir().unwrap();
        let crew = crew(&dir);
        let known = Quality::Synchronised;
        let office = crew.admit_hub("Office", at(0, known)).unwrap();
        assert_eq!(office.member.role, Role::Lead);
        assert_eq!(office.expires_ms, NOW + LIFETIME_MS);
        let device = DeviceId::parse("dev_1").unwrap();
        let code = crew.code(WhichCode::Lead).as_str().to_owned();
        let request = JoinRequest { code: &code, name: "Léa".to_owned(), device, proof: None };
        let lea = crew.join(request, at(0, known)).unwrap();

        assert_eq!(crew.check(&lea.token, at(40, known)).unwrap_err(), NotIn::Expired);
        assert!(crew.check(&office.token, at(9 * 365, known)).is_ok());
        assert_eq!(crew.check(&office.token, at(11 * 365, known)).unwrap_err(), NotIn::Expired);

        crew.set(office.member.technician.as_str(), None, Some(true)).unwrap();
        assert_eq!(crew.check(&office.token, at(1, known)).unwrap_err(), NotIn::Revoked);
        crew.set(office.member.technician.as_str(), None, Some(false)).unwrap();
        assert!(crew.check(&office.token, at(1, known)).is_ok());
        crew.rotate_key().unwrap();
        assert_eq!(crew.check(&office.token, at(1, known)).unwrap_err(), NotIn::Bad);
    }

    #[test]
    fn one_that_was_made_without_knowing_the_time_lasts_as_long_from_when_it_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let crew = crew(&dir);
        // A hub that woke up twenty years ago.
        let then = NOW - 20 * 365 * DAY;
        let steady = SteadyTime { ms: then, since_ms: then, quality: Quality::Unknown };
        let long_ago = QualifiedTime { now_ms: then, steady };
        let office = crew.admit_hub("Office", long_ago).unwrap();
        let known = Quality::Synchronised;
        let session = crew.check(&office.token, at(0, known)).unwrap();
        assert!(crew.needs_anchor(&session, at(0, known)));
        crew.anchor(&office.member.technician, at(0, known)).unwrap();
        assert!(crew.check(&office.token, at(9 * 365, known)).is_ok());
        assert_eq!(crew.check(&office.token, at(11 * 365, known)).unwrap_err(), NotIn::Expired);
    }
}
