//! Persistence of credentials: what the hub keeps about its crew, two files in the data directory.
//!
//! Read and written by `crew` alone, over `store`'s private files.
//!
//! - `fieldhub.secrets`: the signing key, and the codes in clear, because the hub must show them.
//! - `fieldhub.crew`: who is in, and each code's Argon2 hash, which is what joining is checked against.
//!
//! Neither is in the database, so neither gets into backups and snapshots, and a restored or damaged
//! database changes nothing about who gets in. See docs/decisions/0007.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::WhichCode;
use crate::domain::Token;
use crate::domain::crew::{JoinCode, Role};
use crate::domain::id::{DeviceId, TechnicianId};

pub const SECRETS: &str = "fieldhub.secrets";
pub const BOOK: &str = "fieldhub.crew";

/// More than any crew; a hub that is joined by a program in a loop must not grow for ever.
pub const MOST_MEMBERS: usize = 1_000;

/// A code in clear. `id` tells which hash in the book is its own: power may be lost between the two files. The default is none, and
/// lets nobody in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ShownCode {
    pub id: Uuid,
    pub code: JoinCode,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    /// Hexadecimal.
    pub signing_key: String,
    pub crew_code: ShownCode,
    pub lead_code: ShownCode,
    /// Files from before there was one have none; `kept` makes it.
    #[serde(default)]
    pub viewer_code: ShownCode,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashedCode {
    pub id: Uuid,
    /// Argon2id, as a PHC string.
    pub hash: String,
}

/// Somebody who has joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub technician: TechnicianId,
    pub name: String,
    pub role: Role,
    /// The tablet that joined, or one made up where that is somebody else's; operations count as this one's.
    pub device: DeviceId,
    pub joined_ms: u64,
    pub revoked: bool,
    /// See [`crate::domain::crew::Expiry`].
    pub anchored_ms: Option<u64>,
    /// They came by the viewers' code, and no lead has said otherwise since: the crew's code makes a technician of them. Whom a lead
    /// made a viewer it does not.
    #[serde(default)]
    pub by_viewer_code: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Who signs: in every token, so that another hub's are told from this one's.
    pub hub: Uuid,
    pub crew_code: HashedCode,
    pub lead_code: HashedCode,
    #[serde(default)]
    pub viewer_code: HashedCode,
    pub members: Vec<Member>,
    /// Audits that v3.3 clients may use without having joined.
    pub open_v33: Vec<Token>,
}

impl Secrets {
    pub fn code(&self, which: WhichCode) -> &ShownCode {
        match which {
            WhichCode::Viewer => &self.viewer_code,
            WhichCode::Crew => &self.crew_code,
            WhichCode::Lead => &self.lead_code,
        }
    }

    pub fn code_mut(&mut self, which: WhichCode) -> &mut ShownCode {
        match which {
            WhichCode::Viewer => &mut self.viewer_code,
            WhichCode::Crew => &mut self.crew_code,
            WhichCode::Lead => &mut self.lead_code,
        }
    }
}

impl Book {
    pub fn code(&self, which: WhichCode) -> &HashedCode {
        match which {
            WhichCode::Viewer => &self.viewer_code,
            WhichCode::Crew => &self.crew_code,
            WhichCode::Lead => &self.lead_code,
        }
    }

    pub fn code_mut(&mut self, which: WhichCode) -> &mut HashedCode {
        match which {
            WhichCode::Viewer => &mut self.viewer_code,
            WhichCode::Crew => &mut self.crew_code,
            WhichCode::Lead => &mut self.lead_code,
        }
    }

    pub fn member(&self, technician: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.technician.as_str() == technician)
    }

    pub fn member_mut(&mut self, technician: &str) -> Option<&mut Member> {
        self.members.iter_mut().find(|m| m.technician.as_str() == technician)
    }

    /// Whether somebody else who is in counts as this tablet. Marks of one tablet never conflict: two people
    /// who count as one would overwrite each other unnoticed.
    pub fn is_taken(&self, device: &DeviceId, by: Option<&TechnicianId>) -> bool {
        self.members.iter().any(|m| !m.revoked && m.device == *device && Some(&m.technician) != by)
    }

    /// Make room for one more. Somebody who was sent away is forgotten first: a technician that the book
    /// does not know is as unwelcome. Then one of whom `silent` says since when, the longest first, and never a lead. Whether there
    /// is room, and who was forgotten though welcome.
    pub fn make_room(
        &mut self,
        silent: impl Fn(&Member) -> Option<Option<u64>>,
    ) -> (bool, Option<TechnicianId>) {
        if self.members.len() < MOST_MEMBERS {
            return (true, None);
        }
        let away = self.members.iter().enumerate().filter(|(_, m)| m.revoked);
        if let Some((at, _)) = away.min_by_key(|(_, m)| m.joined_ms) {
            self.members.remove(at);
            return (true, None);
        }
        let idle = self.members.iter().enumerate().filter(|(_, m)| m.role < Role::Lead);
        let idle = idle.filter_map(|(at, m)| Some((at, silent(m)?, m.joined_ms)));
        let longest = idle.min_by_key(|(_, heard, joined_ms)| (*heard, *joined_ms));
        let forgotten = longest.map(|(at, ..)| self.members.remove(at).technician);
        (forgotten.is_some(), forgotten)
    }
}
