//! One photo as JSON: what its operations come to, and what of it this hub holds.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::photo::{PhotoState, PhotoVariant};
use crate::domain::{AuditState, OpId};
use crate::store::{Blobs, Have};

/// What a photo belongs to: a module, a string, or with neither the audit itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhotoAtJson {
    /// As the module is called here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string: Option<u16>,
}

/// The same picture in one size.
#[derive(Debug, Serialize, ToSchema)]
pub struct VariantJson {
    /// `thumb`, `preview`, `original`, or what a later version knows.
    pub class: String,
    pub sha256: String,
    pub bytes: u64,
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    pub media_type: String,
    /// As it is looked at: after it was turned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// It is on this hub.
    pub held: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TakenOut {
    pub technician_id: String,
    pub technician_name: String,
    pub at_ms: u64,
}

/// A photo, merged.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Photo)]
pub struct PhotoJson {
    pub photo_id: Uuid,
    /// Where it was last changed in this hub's log.
    pub seq: u64,
    pub at: PhotoAtJson,
    /// `visible`, `el`, or another word.
    pub picture_kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Of the file that it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By the camera.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_at_ms: Option<u64>,
    pub variants: Vec<VariantJson>,
    pub technician_id: String,
    pub technician_name: String,
    pub device_id: String,
    /// When its author says that it was made a photo of this audit.
    pub marked_at_ms: u64,
    /// The same, as people are told.
    pub at_ms: u64,
    /// What a reader of this has seen: the `base` of their change of it.
    pub stamp: String,
    /// Somebody took it out: who, and when. It is shown nowhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_out: Option<TakenOut>,
}

impl VariantJson {
    pub fn of(variant: &PhotoVariant, held: bool) -> Self {
        let (width, height) = variant.size.unzip();
        Self {
            class: variant.class.clone(),
            sha256: variant.hash.to_string(),
            bytes: variant.bytes,
            media_type: variant.media_type.clone(),
            width,
            height,
            held,
        }
    }
}

impl PhotoJson {
    /// `None`: its operation is not here yet.
    pub fn of(blobs: &Blobs, state: &AuditState, id: OpId, photo: &PhotoState) -> Option<Self> {
        let taken = photo.taken()?;
        let place = photo.place();
        let held = |variant: &PhotoVariant| matches!(blobs.have(variant.hash), Have::Whole(_));
        let variants = taken.variants.iter().map(|variant| VariantJson::of(variant, held(variant)));
        Some(Self {
            photo_id: id,
            seq: photo.seq(),
            at: PhotoAtJson {
                module_id: place.module.map(|id| state.name_of(&id).to_string()),
                string: place.string,
            },
            picture_kind: taken.picture_kind.clone(),
            caption: photo.caption().map(str::to_owned),
            name: taken.name.clone(),
            taken_at_ms: taken.taken_ms,
            variants: variants.collect(),
            technician_id: taken.by.id.to_string(),
            technician_name: taken.by.name.to_string(),
            device_id: taken.device.to_string(),
            marked_at_ms: taken.marked_ms,
            at_ms: taken.shown_ms(),
            stamp: photo.latest().map_or_else(String::new, |stamp| stamp.to_string()),
            taken_out: photo.taken_out().map(|out| TakenOut {
                technician_id: out.by.id.to_string(),
                technician_name: out.by.name.to_string(),
                at_ms: out.shown_ms(),
            }),
        })
    }
}
