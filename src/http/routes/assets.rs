//! Static files: the page, out of the binary.
//!
//! Files under `assets/` carry a hash in their name and never change; icons change with a version at
//! most; everything else is asked for again each time, by its ETag. That holds for the service worker
//! above all: an old one would keep an old page. Pages may see whether the hub's HTTPS is trusted.

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::domain::hex::hex;
use crate::http::conn::listener::Listeners;
use crate::http::error::ApiError;
use crate::http::guard::headers;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web/dist"]
struct PageFiles;

pub fn serve(listeners: &Listeners, request: &Request) -> Response {
    let (method, headers) = (request.method(), request.headers());
    let path = request.uri().path().trim_start_matches('/');
    if path.starts_with("api/") {
        return ApiError::not_found("there is nothing at this address; see /api/openapi.json")
            .into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return ApiError::method_not_allowed().into_response();
    }
    let name = match path {
        "" => "index.html",
        "trust" => "trust.html",
        path => path,
    };
    let Some(file) = PageFiles::get(name) else {
        return ApiError::not_found("there is no such page; the audits are at /").into_response();
    };
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12]));
    let cache = match name.split_once('/') {
        Some(("assets", _)) => "public, max-age=31536000, immutable",
        Some(("icons", _)) => "public, max-age=86400",
        _ => "no-cache",
    };
    // Compression makes a weak tag of ours; compare what is inside.
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|t| t.trim().trim_start_matches("W/") == tag));
    let mut kind = file.metadata.mimetype().to_owned();
    if kind.starts_with("text/") {
        kind.push_str("; charset=utf-8");
    }
    let head = [(header::ETAG, tag), (header::CACHE_CONTROL, cache.to_owned()), (header::CONTENT_TYPE, kind)];
    let mut response = if known {
        (StatusCode::NOT_MODIFIED, head).into_response()
    } else {
        (head, file.data).into_response()
    };
    // Storage belongs to an address: the plain page offers to go on with HTTPS, once it has seen that this works.
    if let Some((port, _)) = listeners.https().filter(|_| name.ends_with(".html"))
        && let Some(policy) = headers::with_https_of(headers, request.uri(), *port)
    {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
