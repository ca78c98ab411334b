//! Middleware: what is done around every handler, whichever it is.
//!
//! `table` puts it around the router, as one layer: axum copies each layer for every request, and all that is within it. Calls
//! `probes`, `health`, and what guards every request.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{health, probes};
use crate::http::app::App;
use crate::http::guard::{headers, host, origin, packing};

pub async fn every_handler(State(app): State<App>, request: Request, next: Next) -> Response {
    // Before all else: these are the makers' answers, with no header of ours.
    if let Some(answer) = probes::stand_in(&app, &request) {
        return answer;
    }
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let mut response = match host::check(&app.hub, &request).and_then(|()| origin::check(&request)) {
        Ok(()) => {
            let takes_gzip = packing::takes_gzip(request.headers());
            packing::pack(&app.aside, takes_gzip, next.run(request).await).await
        }
        Err(refused) => refused.into_response(),
    };
    headers::complete(response.headers_mut());
    health::count(&app, &method, path.as_ref(), response.status());
    response
}
