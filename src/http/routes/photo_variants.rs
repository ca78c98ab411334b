//! Thumbnail and preview on request: of an original that was uploaded, by a page that cannot draw it or by an import.
//!
//! Called by the router; calls the hub, which reads one image at a time. Whoever asked writes the photo's operation with what is answered.

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::photo_blobs;
use super::wire::VariantJson;
use crate::domain::iso8601;
use crate::domain::photo::MAX_BLOB;
use crate::http::app::App;
use crate::http::conn::door::Peer;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::Marks;
use crate::http::guard::costs::Kind;
use crate::http::guard::path::PhotoPath;
use crate::hub::{MadeVariants, VariantsError};
use crate::store::{BlobError, Have, StoreError};

/// Why there is neither thumbnail nor preview. The original may be a photo all the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotMade {
    /// `undecodable`, `too_many_pixels`, `too_much_memory`, `failed`, or a later one.
    pub code: &'static str,
    pub reason: String,
}

/// What the hub has made of a picture, all of it whole on its disk.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadePhoto {
    /// Thumbnail, preview and original; the original alone with `not_made`.
    pub variants: Vec<VariantJson>,
    /// What the camera's own clock showed, without a zone: `2026-11-30T02:13:45.250`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<String>,
    /// The same moment in UTC, where the camera has said its zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_at_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_made: Option<NotMade>,
}

impl From<MadeVariants> for MadePhoto {
    fn from(made: MadeVariants) -> Self {
        let local = |ms| iso8601::format(ms).trim_end_matches('Z').to_owned();
        Self {
            variants: made.variants.iter().map(|variant| VariantJson::of(variant, true)).collect(),
            taken_at: made.taken.map(|taken| local(taken.local_ms)),
            taken_at_ms: made.taken.and_then(|taken| taken.utc_ms()),
            not_made: made.not_made.map(|why| NotMade { code: why.code(), reason: why.to_string() }),
        }
    }
}

/// Have thumbnail and preview of an uploaded picture made
#[utoipa::path(post, path = "/api/v1/audits/{token}/photos/{sha256}/variants", tag = "photos",
    params(("token" = String, Path), ("sha256" = String, Path, description = "64 digits, no capitals")),
    responses(
        (status = 200, description = "they are on the disk: name them in the photo's operation", body = MadePhoto),
        (status = 400, body = ErrorBody),
        (status = 404, body = ErrorBody, description = "`photo_not_here`: not all of it is on this hub"),
        (status = 415, body = ErrorBody, description = "it is damaged, or no image"),
        (status = 503, body = ErrorBody, description = "several are being made: come again"),
        (status = 507, body = ErrorBody, description = "no room for photos; marks go on")))]
pub async fn make(
    State(app): State<App>,
    Marks(caller): Marks,
    peer: Option<Extension<Peer>>,
    PhotoPath(token, hash): PhotoPath,
) -> Result<Json<MadePhoto>, ApiError> {
    let have = app.hub.blobs().have(hash);
    let whole = if let Have::Whole(bytes) = have { Some(bytes) } else { None };
    // Like one step of it: it was paid for when it was sent. Asking for what is not here costs as well.
    let step = whole.unwrap_or(1).min(MAX_BLOB).min(photo_blobs::MOST as u64).div_ceil(1 << 10);
    let peer = peer.map(|Extension(peer)| peer);
    app.rates.take(Kind::Photo, &caller, peer, usize::try_from(step).unwrap_or(1).max(1))?;
    if !app.hub.exists(&token) {
        return Err(StoreError::UnknownAudit(token).into());
    }
    if whole.is_none() {
        return Err(ApiError::photo_not_here());
    }
    let made = app.hub.make_variants(hash).await.map_err(|error| match error {
        VariantsError::NotHere => ApiError::photo_not_here(),
        VariantsError::Busy | VariantsError::Blob(BlobError::WrongOffset { .. }) => {
            ApiError::unavailable("several pictures are being read: come again", 2)
        }
        VariantsError::Image(error) => ApiError::not_an_image(error.to_string()),
        VariantsError::Blob(error) => error.into(),
    })?;
    Ok(Json(made.into()))
}
