//! What pictures this hub lacks, told to another fieldhub that may have them: it sends them as tablets do (`photo_blobs`).
//!
//! Called by `upstream::peer` of another hub; calls the hub's gaps, aside: it looks at all photos of the audit.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::photo::CLASSES;
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::Leads;
use crate::http::guard::path::{AuditPath, Params};
use crate::hub::{PictureGap, PictureGaps};

/// Pictures in one answer, when nobody says; and the most.
const SOME: u64 = 64;
const MOST: u64 = 1_000;

/// A picture that is not here wholly.
#[derive(Debug, Serialize, ToSchema)]
pub struct LackingPicture {
    sha256: String,
    /// As its photo says.
    bytes: u64,
    /// So much of it is here: go on from there.
    have: u64,
    /// It was here whole, and was found damaged: wanted also where its class does not travel.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    lost: bool,
}

/// How many pictures of a class are not here, and their bytes.
#[derive(Debug, Serialize, ToSchema)]
pub struct LackingClass {
    class: &'static str,
    pictures: u64,
    bytes: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LackingPictures {
    /// Of the hub that answers, which `next` counts in.
    log_id: Uuid,
    /// Of the class that was asked for, in the order in which their photos changed here. Without photos that were taken out.
    lacking: Vec<LackingPicture>,
    /// There are others: go on with `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
    /// All that are not here, of each class.
    classes: Vec<LackingClass>,
}

/// Pictures that an audit names and that are not on this hub
#[utoipa::path(get, path = "/api/v1/peer/{token}/photos", tag = "peers",
    params(("token" = String, Path), ("class" = Option<String>, Query, description = "`thumb` (when missing), `preview` or `original`"),
        ("lost" = Option<bool>, Query, description = "`true`: only those that were here whole, and were found damaged"), ("after" = Option<u64>, Query), ("limit" = Option<u64>, Query, minimum = 1, maximum = 1_000, description = "1 to 1,000; 64 when missing")),
    responses((status = 200, body = LackingPictures), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn lacking(
    State(app): State<App>,
    _: Leads,
    AuditPath(token): AuditPath,
    params: Params,
) -> Result<Json<LackingPictures>, ApiError> {
    let asked = params.get("class").unwrap_or(CLASSES[0].0);
    let class = CLASSES.iter().position(|(class, _)| *class == asked);
    let class = class.ok_or_else(|| ApiError::field("class", "thumb, preview or original"))?;
    let after = params.number("after")?.unwrap_or(0);
    let limit = params.number("limit")?.unwrap_or(SOME);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::field("limit", format!("1 to {MOST}")));
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let only_lost = params.get("lost") == Some("true");
    let hub = Arc::clone(&app.hub);
    let read = move || {
        hub.of_log(|log_id| Ok((log_id, hub.picture_gaps(&token, class, (after, limit), only_lost)?)))
    };
    let (log_id, PictureGaps { some, next, sums }) = app.aside.run(read).await?;
    let lacking = some.into_iter().map(|PictureGap { hash, bytes, have, lost }| LackingPicture {
        sha256: hash.to_string(),
        bytes,
        have,
        lost,
    });
    let classes = CLASSES.iter().zip(sums).map(|((class, _), sum)| LackingClass {
        class,
        pictures: sum.blobs,
        bytes: sum.bytes,
    });
    Ok(Json(LackingPictures { log_id, lacking: lacking.collect(), next, classes: classes.collect() }))
}
