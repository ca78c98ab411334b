//! The hub's clock: what time it is there, who has set it, and setting it by hand.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::site_clock::{Quality, TimeSource};
use crate::http::app::App;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::Keeps;
use crate::http::guard::body::JsonBody;
use crate::http::guard::caller::Caller;
use crate::hub::ClockState;

#[derive(Debug, Serialize, ToSchema)]
pub struct ClockInfo {
    time_ms: u64,
    /// `synchronised`, `learnt` or `unknown`.
    #[schema(value_type = String)]
    time_quality: Quality,
    /// Who has set it: `network`, `upstream`, `person`, `tablets`, `machine` (its own clock, unconfirmed) or `kept` (what
    /// the hub knew last).
    #[schema(value_type = String)]
    time_source: TimeSource,
    /// What tablets say that agree with each other, and not with the hub.
    #[schema(required)]
    contradicted_ms: Option<u64>,
    /// What the machine's own clock says.
    machine_ms: u64,
}

impl From<ClockState> for ClockInfo {
    fn from(state: ClockState) -> Self {
        Self {
            time_ms: state.now_ms,
            time_quality: state.source.quality(),
            time_source: state.source,
            contradicted_ms: state.contradicted_ms,
            machine_ms: state.machine_ms,
        }
    }
}

/// What time it is, and who says so
#[utoipa::path(get, path = "/api/v1/clock", tag = "administration", responses((status = 200, body = ClockInfo)))]
pub async fn show(State(app): State<App>, _: Keeps) -> Json<ClockInfo> {
    Json(app.hub.clock().state().into())
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct SetClockBody {
    /// The time now: not before the program was built, nor decades after.
    #[schema(minimum = 1_763_769_600_000_u64, maximum = 2_500_000_000_000_u64)]
    time_ms: u64,
}

/// Set the clock, forward or back
///
/// Tablets do not change it after that; a synchronised machine clock does. Refused while there is one.
#[utoipa::path(put, path = "/api/v1/clock", tag = "administration", request_body = SetClockBody, responses(
    (status = 200, body = ClockInfo), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody, description = "`synchronised`"),
    (status = 507, body = ErrorBody)))]
pub async fn set(
    State(app): State<App>,
    Keeps(caller): Keeps,
    JsonBody(body): JsonBody<SetClockBody>,
) -> Result<Json<ClockInfo>, ApiError> {
    let by = match &caller {
        Caller::Member(session) => session.member.technician.to_string(),
        _ => "the administrator".to_owned(),
    };
    tracing::warn!(by, "somebody sets the clock");
    let hub = Arc::clone(&app.hub);
    // It is written down before the answer.
    let set = tokio::task::spawn_blocking(move || hub.clock().set(body.time_ms)).await;
    set.map_err(ApiError::internal)??;
    Ok(Json(app.hub.clock().state().into()))
}
