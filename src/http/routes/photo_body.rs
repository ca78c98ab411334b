//! Operations of photos as JSON (request body, parser), as tablets send them: a photo, and what is changed of one.
//!
//! Read by `op_body`, one by one; made into the domain's operations. Whether its blobs are here `photo_ops` looks.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::op_fields::{operation, seen};
use super::wire::given;
use crate::domain::photo::{PhotoPlace, PhotoVariant};
use crate::domain::{Body as OpBody, Invalid, ModuleId, NewOp, Photo, PhotoEdit, Seen};
use crate::http::guard::caller::Caller;

/// What a photo belongs to: a module, a string, or with neither the audit itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhotoAt {
    #[serde(default)]
    module_id: Option<String>,
    #[serde(default)]
    string: Option<u16>,
}

/// The same picture in one size: a blob that the hub has whole.
#[derive(Debug, Deserialize, ToSchema)]
pub struct VariantBody {
    /// `thumb` (at most 64 KiB), `preview` (at most 2 MiB) or `original`.
    class: String,
    /// 64 digits, no capitals.
    sha256: String,
    bytes: u64,
    /// `image/jpeg`, `image/png`, `image/tiff`, `image/heic` or `image/webp`.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    media_type: String,
    #[serde(default)]
    width: Option<u32>,
    #[serde(default)]
    height: Option<u32>,
}

operation!(
    /// A photo. It is taken when all variants that it names are whole on the hub.
    PhotoOp {
        /// `photo`
        #[serde(rename = "kind")]
        #[schema(rename = "kind")]
        _kind: String,
        at: PhotoAt,
        /// 1 to 8, each class once.
        variants: Vec<VariantBody>,
        /// `visible`, `el`, or another word; `visible` when absent.
        #[serde(default)]
        picture_kind: Option<String>,
        /// By the camera.
        #[serde(default)]
        taken_at_ms: Option<u64>,
        /// Of the file that it was.
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        caption: Option<String>,
    }
);

operation!(
    /// A change of a photo. What is absent is untouched; one of the three must be there.
    PhotoEditOp {
        /// `photo_edit`
        #[serde(rename = "kind")]
        #[schema(rename = "kind")]
        _kind: String,
        photo_id: Uuid,
        #[serde(default)]
        at: Option<PhotoAt>,
        /// Null: taken away.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<String>)]
        caption: Option<Option<String>>,
        /// False: put back.
        #[serde(default)]
        taken_out: Option<bool>,
        /// The photo's `stamp` as the author saw it.
        #[serde(default)]
        base: Option<String>,
    }
);

impl PhotoAt {
    pub fn read(self) -> Result<PhotoPlace, Invalid> {
        let module = self.module_id.map(ModuleId::parse).transpose()?;
        Ok(PhotoPlace { module, string: self.string })
    }
}

impl VariantBody {
    fn read(self) -> Result<PhotoVariant, Invalid> {
        let hash = self.sha256.parse().map_err(|()| Invalid::new("sha256", "64 digits 0-9 a-f"))?;
        let size = self.width.zip(self.height);
        Ok(PhotoVariant { class: self.class, hash, bytes: self.bytes, media_type: self.media_type, size })
    }
}

impl PhotoOp {
    pub fn read(mut self, caller: &Caller) -> Result<NewOp, Invalid> {
        let envelope = self.envelope();
        let photo = Photo {
            at: self.at.read()?,
            variants: self.variants.into_iter().map(VariantBody::read).collect::<Result<_, _>>()?,
            taken_ms: self.taken_at_ms,
            name: self.name,
            picture_kind: self.picture_kind.unwrap_or_else(|| "visible".to_owned()),
            caption: self.caption,
            later: Vec::new(),
        };
        let photo = photo.checked()?;
        photo.is_known()?;
        envelope.close(caller, Seen::default(), OpBody::Photo(Box::new(photo)))
    }
}

impl PhotoEditOp {
    pub fn read(mut self, caller: &Caller) -> Result<NewOp, Invalid> {
        let envelope = self.envelope();
        let edit = PhotoEdit {
            at: self.at.map(PhotoAt::read).transpose()?,
            caption: self.caption,
            taken_out: self.taken_out,
            ..PhotoEdit::of(self.photo_id)
        };
        let base = seen("base", self.base.as_deref(), "send the photo's stamp as the hub gave it")?;
        envelope.close(caller, base, OpBody::PhotoEdit(Box::new(edit.checked()?)))
    }
}
