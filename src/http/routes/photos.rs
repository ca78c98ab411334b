//! Photos of an audit, in the order of their changes (pagination by a cursor), and what photos take of the hub.
//!
//! Called by the router; calls `hub`. The pictures themselves: `photo_blobs`.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::PhotoJson;
use crate::domain::BlobHash;
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::{Keeps, Reads};
use crate::http::guard::body::JsonBody;
use crate::http::guard::path::{AuditPath, Params};
use crate::hub::{Hub, MissingVariant, PhotoReport};

/// Photos in one answer, when nobody says; and the most.
const PAGE: u64 = 200;
const MOST: u64 = 500;
/// Of those that are missing, so many are named.
const SOME: usize = 100;
/// Pictures that are read in one request.
const VERIFIED: usize = 20;

#[derive(Debug, Serialize, ToSchema)]
pub struct PhotoPage {
    pub log_id: Uuid,
    /// In the order of their last changes; with those that were taken out.
    pub photos: Vec<PhotoJson>,
    /// Go on after it.
    pub upto: u64,
    /// There are others.
    pub more: bool,
}

/// Photos that have changed after a position in the log
#[utoipa::path(get, path = "/api/v1/audits/{token}/photos", tag = "photos",
    params(("token" = String, Path), ("after" = Option<u64>, Query), ("limit" = Option<u64>, Query, minimum = 1, maximum = 500, description = "1 to 500; 200 when missing")),
    responses((status = 200, body = PhotoPage), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(
    State(app): State<App>,
    _: Reads,
    AuditPath(token): AuditPath,
    params: Params,
) -> Result<Json<PhotoPage>, ApiError> {
    let after = params.number("after")?.unwrap_or(0);
    let limit = params.number("limit")?.unwrap_or(PAGE);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::field("limit", format!("1 to {MOST}")));
    }
    let limit = usize::try_from(limit).unwrap_or(SOME);
    let blobs = app.hub.blobs();
    let page = app.hub.view(&token, |loaded, facts| {
        let state = &loaded.state;
        let mut all = state.photos().after(after);
        let photos = all.by_ref().take(limit);
        let photos =
            photos.filter_map(|(id, photo)| PhotoJson::of(blobs, state, id, photo)).collect::<Vec<_>>();
        let more = all.next().is_some();
        let upto = match photos.last() {
            Some(last) if more => last.seq,
            _ => state.head.max(after),
        };
        PhotoPage { log_id: facts.log_id, photos, upto, more }
    })?;
    Ok(Json(page))
}

/// Pictures that are to be looked at.
#[derive(Debug, Deserialize, ToSchema)]
pub struct VerifyBody {
    /// 64 digits each, no capitals; 20 at most.
    sha256: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct VerifiedPictures {
    /// Those of them that were here, and not what they are called.
    damaged: Vec<String>,
}

/// Read some pictures, compare them with their hashes, and lay aside what is damaged
///
/// What was laid aside counts as missing, and is fetched again from whoever has it.
#[utoipa::path(post, path = "/api/v1/photos/verify", tag = "photos", request_body = VerifyBody,
    responses((status = 200, body = VerifiedPictures), (status = 400, body = ErrorBody)))]
pub async fn verify(
    State(app): State<App>,
    _: Keeps,
    JsonBody(body): JsonBody<VerifyBody>,
) -> Result<Json<VerifiedPictures>, ApiError> {
    let wrong = || ApiError::field("sha256", format!("{VERIFIED} at most, each of 64 digits 0-9 a-f"));
    if body.sha256.len() > VERIFIED {
        return Err(wrong());
    }
    let hashes: Result<Vec<BlobHash>, _> = body.sha256.iter().map(|hash| hash.parse()).collect();
    let hashes = hashes.map_err(|()| wrong())?;
    let blobs = std::sync::Arc::clone(app.hub.blobs());
    let look = move || {
        let mut damaged = Vec::new();
        for hash in hashes {
            if blobs.drop_unsound(hash).map_err(ApiError::internal)? {
                damaged.push(hash.to_string());
            }
        }
        Ok::<_, ApiError>(damaged)
    };
    let damaged = app.aside.run(look).await?;
    if !damaged.is_empty() {
        tracing::info!(count = damaged.len(), "damaged photos were laid aside: they are fetched again");
        // Upstreams are asked for it now.
        app.hub.status_board().sync_now(None);
    }
    Ok(Json(VerifiedPictures { damaged }))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BlobSum {
    pub blobs: usize,
    pub bytes: u64,
}

/// A picture that an audit names, and that is not on this hub.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingBlob {
    pub token: String,
    pub photo_id: Uuid,
    pub class: String,
    pub sha256: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MissingBlobs {
    pub blobs: usize,
    pub bytes: u64,
    /// 100 of them at most.
    pub some: Vec<MissingBlob>,
}

/// What photos take of the hub.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhotosOfHub {
    pub blobs: usize,
    pub bytes: u64,
    /// Bytes that all of them may have.
    pub quota: u64,
    pub free_bytes: u64,
    /// Free bytes that photos must leave.
    pub keep_free: u64,
    /// Why the next photo would be refused: `quota` or `floor`. Marks go on.
    #[schema(required)]
    pub refused: Option<&'static str>,
    /// What has not come wholly.
    pub partial: BlobSum,
    pub missing: MissingBlobs,
    /// Cut short, or longer than they were sent. What is damaged and of its old size only `fieldhub photos verify` finds.
    pub damaged: BlobSum,
    /// What no audit names: pictures whose photo has not come yet, or what a restore has left.
    pub orphaned: BlobSum,
    /// Those of them that nobody has sent for a day.
    pub left_over: BlobSum,
    /// What only photos name that were taken out: it goes after 30 days.
    pub taken_out: BlobSum,
    /// What one of the last nights with pictures took, on average of so many; absent where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub night_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nights: Option<usize>,
    /// Audits that cannot be read: what they name is not known.
    pub unread: usize,
}

/// What photos take of the hub, and whether all are there
#[utoipa::path(get, path = "/api/v1/photos", tag = "photos", responses((status = 200, body = PhotosOfHub)))]
pub async fn of_hub(State(app): State<App>, _: Keeps) -> Result<Json<PhotosOfHub>, ApiError> {
    let hub = std::sync::Arc::clone(&app.hub);
    app.aside.run(move || Ok::<_, ApiError>(Json(PhotosOfHub::read(&hub)))).await
}

/// Remove the pictures that no audit names
///
/// Those that nobody has sent for a day. After a restore, wait until all tablets have been in reach: what they send again may name them.
#[utoipa::path(delete, path = "/api/v1/photos/orphaned", tag = "photos",
    responses((status = 200, body = BlobSum, description = "what is gone"), (status = 500, body = ErrorBody, description = "an audit cannot be read, and what it names is not known: nothing is gone")))]
pub async fn remove_orphaned(State(app): State<App>, _: Keeps) -> Result<Json<BlobSum>, ApiError> {
    let hub = std::sync::Arc::clone(&app.hub);
    let freed = move || hub.free_orphans().map_err(ApiError::internal);
    let (blobs, bytes) = app.aside.run(freed).await?;
    Ok(Json(BlobSum { blobs, bytes }))
}

impl PhotosOfHub {
    fn read(hub: &Hub) -> Self {
        let PhotoReport { facts, missing, damaged, orphaned, left_over, taken_out, night, unread } =
            hub.photo_report();
        let sum = |(blobs, bytes): (usize, u64)| BlobSum { blobs, bytes };
        let some =
            missing.iter().take(SOME).map(|MissingVariant { token, photo, class, hash, .. }| MissingBlob {
                token: token.to_string(),
                photo_id: *photo,
                class: class.clone(),
                sha256: hash.to_string(),
            });
        Self {
            blobs: facts.blobs,
            bytes: facts.bytes,
            quota: facts.quota,
            free_bytes: facts.free_bytes,
            keep_free: facts.keep_free,
            refused: facts.refused.map(|why| why.as_str()),
            partial: BlobSum { blobs: facts.partial_blobs, bytes: facts.partial_bytes },
            missing: MissingBlobs {
                blobs: missing.len(),
                bytes: missing.iter().map(|missing| missing.bytes).sum(),
                some: some.collect(),
            },
            damaged: sum(damaged),
            orphaned: sum(orphaned),
            left_over: sum(left_over),
            taken_out: sum(taken_out),
            night_bytes: night.map(|night| night.bytes),
            nights: night.map(|night| night.nights),
            unread,
        }
    }
}
