//! The OpenAPI document: what the handlers say of themselves, and what is true of all of them.
//!
//! Called by `table`, which gathers the handlers' own parts.

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{OpenApi as Document, Ref, ResponseBuilder};

use super::assets::packed;
use super::openapi_limits;
use crate::http::error::ErrorBody;

#[derive(OpenApi)]
#[openapi(
    info(title = "fieldhub", description = "Site-local hub for solar audits. Prose: docs/api.md."),
    components(schemas(ErrorBody)),
    tags(
        (name = "v3.3", description = "The contract of existing clients"),
        (name = "audits"), (name = "operations"), (name = "hub"),
        (name = "crew", description = "Joining, and who may do what"),
        (name = "trust", description = "How devices come to trust the hub's own CA"),
        (name = "upstream", description = "What goes up, and how far it has got"),
        (name = "peers", description = "Other fieldhubs: over a link, and by bundle"),
        (name = "administration", description = "For a lead, or over the Unix socket only"),
    )
)]
struct DocumentHead;

/// What a stranger may call.
const PUBLIC: &[&str] = &[
    "/api/v1/hub",
    "/api/v1/join",
    "/healthz",
    "/api/openapi.json",
    "/trust",
    "/trust/fieldhub-ca.crt",
    "/trust/fieldhub-ca.pem",
    "/trust/fieldhub.mobileconfig",
    "/trust/check",
];

/// Any call may meet these.
const LIMITS: &[(&str, &str)] = &[
    ("408", "the request did not arrive in time"),
    ("413", "the request is too large"),
    ("429", "too many at once; `Retry-After` says when to come back"),
    ("431", "the request's head is too large"),
    ("503", "the hub is stopping, or has no room for another connection"),
];

/// Any call that is not public may meet these, unless the hub is open.
const REFUSALS: &[(&str, &str)] = &[
    ("401", "no session: `no_session`, `bad_token`, `expired` or `revoked`"),
    ("403", "the caller may not do this"),
];

/// This API, as an OpenAPI document
#[utoipa::path(get, path = "/api/openapi.json", tag = "hub", responses((status = 200, content_type = "application/json")))]
pub async fn finished(asked: HeaderMap) -> Response {
    const DOCUMENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));
    ([(header::CONTENT_TYPE, "application/json")], packed(&asked, DOCUMENT.into())).into_response()
}

/// The whole document, from the parts of the handlers.
pub fn put_together(parts: impl IntoIterator<Item = Document>) -> Document {
    let mut document = DocumentHead::openapi();
    for part in parts {
        document.merge(part);
    }
    for (path, item) in &mut document.paths.paths {
        let public = PUBLIC.contains(&path.as_str());
        let operations =
            [&mut item.get, &mut item.head, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            finish(operation, public);
        }
    }
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("fieldhub-ID")));
    let components = document.components.get_or_insert_default();
    openapi_limits::of_bodies(components);
    components.add_security_scheme("session", bearer);
    components.add_security_scheme("cookie", cookie);
    document
}

fn finish(operation: &mut Operation, public: bool) {
    openapi_limits::of_parameters(operation);
    let refusals = if public { &[] } else { REFUSALS };
    for (status, description) in LIMITS.iter().chain(refusals) {
        operation.responses.responses.entry((*status).to_owned()).or_insert_with(|| {
            let error = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
            ResponseBuilder::new().description(*description).content("application/json", error).build().into()
        });
    }
    if !public {
        let none: [&str; 0] = [];
        operation.security =
            Some(vec![SecurityRequirement::new("session", none), SecurityRequirement::new("cookie", none)]);
    }
}
