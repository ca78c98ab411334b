//! A technician who is here, as JSON (presence).

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::TechnicianId;
use crate::hub::Present;

/// One technician who is here.
#[derive(Debug, Serialize, PartialEq, Eq, ToSchema)]
pub struct Technician {
    pub technician_id: String,
    pub technician_name: String,
    /// The module they are looking at.
    #[schema(required)]
    pub focus: Option<String>,
    /// The string that they are at.
    #[schema(required)]
    pub string: Option<u16>,
    pub last_seen_ms: u64,
    /// Present elsewhere: the upstream that told of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

impl Technician {
    pub fn list(present: Vec<(TechnicianId, Present)>) -> Vec<Self> {
        present
            .into_iter()
            .map(|(id, present)| Self {
                technician_id: id.to_string(),
                technician_name: present.name,
                focus: present.at.focus.map(|m| m.to_string()),
                string: present.at.string,
                last_seen_ms: present.last_seen_ms,
                via: present.via.map(|link| link.to_string()),
            })
            .collect()
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Technicians {
    pub technicians: Vec<Technician>,
}
