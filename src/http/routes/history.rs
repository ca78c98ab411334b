//! History of one module: every mark of it, and what was set of it, that this hub has taken in.
//!
//! Called by the router; calls `hub`, page by page: a module may have been marked any number of times.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::pieces::{self, json_headers, json_list};
use super::wire::LoggedOp;
use crate::domain::Op;
use crate::http::app::App;
use crate::http::conn::answer_memory::AnswerAccount;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::Reads;
use crate::http::guard::path::ModulePath;
use crate::store::StoreError;

/// For the document alone: `history` sends its entries one by one.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read by its derive")]
pub struct History {
    module_id: String,
    conflict: bool,
    /// Oldest first, as this hub took them in.
    entries: Vec<LoggedOp>,
}

#[derive(Serialize)]
struct HistoryHead {
    module_id: String,
    conflict: bool,
}

/// Every mark of one module, and what was set of it
#[utoipa::path(get, path = "/api/v1/audits/{token}/modules/{module_id}/history", tag = "operations",
    params(("token" = String, Path), ("module_id" = String, Path)),
    responses((status = 200, body = History), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn history(
    State(app): State<App>,
    _: Reads,
    ModulePath(token, module): ModulePath,
    account: AnswerAccount,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let (known, state, set, module, log_id) = app.hub.view(&token, |loaded, facts| {
        let (state, entry) = (&loaded.state, loaded.state.entry(&module));
        let (marks, set) =
            (entry.map(|entry| entry.state.clone()), state.property_of_module(&module).cloned());
        (state.has(&module), marks, set, state.name_of(&module), facts.log_id)
    })?;
    if !known {
        return Err(ApiError::not_found(format!("audit {token} has no module {module}")));
    }
    let head = HistoryHead {
        module_id: module.to_string(),
        conflict: state.as_ref().is_some_and(|state| state.conflict()),
    };
    let hub = std::sync::Arc::clone(&app.hub);
    let mut read = std::collections::VecDeque::<Op>::new();
    let mut after = Some(0);
    let mut next = move || -> Result<Option<LoggedOp>, StoreError> {
        loop {
            if let Some(op) = read.pop_front() {
                let stands = match op.body.property() {
                    Some(_) => set.as_ref().is_some_and(|set| set.stands(op.stamp)),
                    None => state.as_ref().is_some_and(|state| state.stands(op.stamp)),
                };
                // However the mark wrote its name.
                let module_id = Some(module.to_string());
                return Ok(Some(LoggedOp { stands, module_id, ..LoggedOp::from(&op) }));
            }
            let Some(from) = after else { return Ok(None) };
            let (ops, on) = hub.history_after(&token, &module, from)?;
            if hub.identity().log_id != log_id {
                // Positions of another log.
                return Err(StoreError::Replaced);
            }
            read.extend(ops);
            after = on;
        }
    };
    let portions = json_list(&head, "entries", move || next().transpose())?;
    pieces::answer(&app.aside, &account, &asked, json_headers(), portions, false).await
}
