//! Device status (telemetry): a tablet says how many marks wait on it, which page it has, and its battery; leads read that in
//! `GET /api/v1/crew`. Kept in memory by `hub::crew`.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::join::session_of;
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::{self, Reads};
use crate::http::guard::body::JsonBody;
use crate::hub::crew::{TabletReport, ToldTablet};

#[derive(Debug, Deserialize, ToSchema)]
pub struct TabletBody {
    /// Marks and messages that this tablet alone has.
    #[serde(default)]
    unsent: Option<u32>,
    /// Photos that wait on it.
    #[serde(default)]
    unsent_photos: Option<u32>,
    /// Marks that the hub refused, and that wait on the tablet for somebody to decide.
    #[serde(default)]
    refused: Option<u32>,
    /// The version of its page.
    #[serde(default)]
    page: Option<String>,
    /// System and browser, in words; cut after 60 characters.
    #[serde(default)]
    system: Option<String>,
    #[serde(default)]
    battery_percent: Option<u8>,
    #[serde(default)]
    charging: Option<bool>,
}

/// What a tablet said; null is what it did not say.
#[derive(Debug, Serialize, ToSchema)]
pub struct TabletInfo {
    /// When, by the hub's clock.
    told_ms: u64,
    #[schema(required)]
    unsent: Option<u32>,
    /// Photos that wait on it.
    #[schema(required)]
    unsent_photos: Option<u32>,
    #[schema(required)]
    refused: Option<u32>,
    #[schema(required)]
    page: Option<String>,
    #[schema(required)]
    system: Option<String>,
    #[schema(required)]
    battery_percent: Option<u8>,
    #[schema(required)]
    charging: Option<bool>,
}

impl From<ToldTablet> for TabletInfo {
    fn from(told: ToldTablet) -> Self {
        let TabletReport { unsent, unsent_photos, refused, page, system, battery_percent, charging } =
            told.report;
        Self {
            told_ms: told.told_ms,
            unsent,
            unsent_photos,
            refused,
            page,
            system,
            battery_percent,
            charging,
        }
    }
}

/// How my tablet is: leads see it, until the hub is started anew
#[utoipa::path(put, path = "/api/v1/me/tablet", tag = "crew", request_body = TabletBody,
    responses((status = 204), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub async fn told(
    State(app): State<App>,
    Reads(caller): Reads,
    JsonBody(body): JsonBody<TabletBody>,
) -> Result<StatusCode, ApiError> {
    let technician = session_of(&caller)?.member.technician.clone();
    let TabletBody { unsent, unsent_photos, refused, page, system, battery_percent, charging } = body;
    let report = TabletReport { unsent, unsent_photos, refused, page, system, battery_percent, charging };
    access::crew(&app)?.tablet_told(&technician, report, app.hub.moment().now_ms);
    Ok(StatusCode::NO_CONTENT)
}
