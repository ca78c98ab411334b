//! Closing of an audit: what is open before its report is made final, and what has come since the last version.
//!
//! Called by the router, and read by `fieldhub report`; calls the hub.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::closing::{ClosingCheck, OpenPlace};
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::Reads;
use crate::http::guard::path::AuditPath;
use crate::hub::{ClosingList, TabletWord};

/// Before the report is final.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosingInfo {
    /// Nothing that this hub knows of is open.
    clean: bool,
    checks: Vec<ClosingPoint>,
    /// Pictures that are known and have not come to this hub.
    pictures_missing: usize,
    /// Of everybody who marked here or was heard since the hub started, what their tablet last said. Null: this hub keeps no crew, and
    /// nothing is known.
    #[schema(required)]
    tablets: Option<Vec<ClosingTablet>>,
    /// The last version of the report; null: none yet.
    #[schema(required)]
    version: Option<u32>,
    /// That one is final.
    r#final: bool,
    /// Marks, photos and what else was changed since that version, or in all.
    changes_since: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ClosingPoint {
    /// `pending`, `conflicts`, `no_session`, `no_severity` or `no_picture`.
    check: &'static str,
    count: usize,
    /// False: nobody in this audit uses it, so that nothing is missing.
    used: bool,
    /// The first places, at most five.
    first: Vec<ClosingPlace>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ClosingPlace {
    /// 0: none.
    string: u16,
    /// Null: the string itself.
    #[schema(required)]
    module_id: Option<String>,
}

/// What a tablet last said; null is what it did not say, as v3.3 tablets and old pages do not.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosingTablet {
    technician_id: String,
    name: String,
    /// Marks and messages that it alone has.
    #[schema(required)]
    unsent: Option<u32>,
    #[schema(required)]
    unsent_photos: Option<u32>,
    #[schema(required)]
    told_ms: Option<u64>,
}

impl From<OpenPlace> for ClosingPlace {
    fn from(place: OpenPlace) -> Self {
        Self { string: place.string, module_id: place.module.map(|module| module.to_string()) }
    }
}

impl From<ClosingCheck> for ClosingPoint {
    fn from(check: ClosingCheck) -> Self {
        let ClosingCheck { kind, count, first, used } = check;
        Self { check: kind.as_str(), count, used, first: first.into_iter().map(Into::into).collect() }
    }
}

impl From<TabletWord> for ClosingTablet {
    fn from(word: TabletWord) -> Self {
        let TabletWord { id, name, unsent, unsent_photos, told_ms } = word;
        Self { technician_id: id.to_string(), name, unsent, unsent_photos, told_ms }
    }
}

impl From<ClosingList> for ClosingInfo {
    fn from(list: ClosingList) -> Self {
        let clean = list.is_clean();
        let ClosingList { checks, pictures_missing, tablets, last, changes_since } = list;
        Self {
            clean,
            checks: checks.into_iter().map(Into::into).collect(),
            pictures_missing,
            tablets: tablets.map(|words| words.into_iter().map(Into::into).collect()),
            version: last.as_ref().map(|one| one.version.number),
            r#final: last.is_some_and(|one| one.version.is_final()),
            changes_since,
        }
    }
}

/// What is open before the report is made final
#[utoipa::path(get, path = "/api/v1/audits/{token}/closing", tag = "reports", params(("token" = String, Path)),
    responses((status = 200, body = ClosingInfo), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn show(
    State(app): State<App>,
    _: Reads,
    AuditPath(token): AuditPath,
) -> Result<Json<ClosingInfo>, ApiError> {
    let hub = Arc::clone(&app.hub);
    let list = app.aside.run(move || hub.closing(&token)).await?;
    Ok(Json(list.into()))
}
