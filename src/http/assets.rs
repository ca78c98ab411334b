//! The page, out of the binary.
//!
//! Files under `assets/` carry a hash in their name and never change; everything else is asked
//! for again each time, by its ETag.

use std::fmt::Write;

use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::ApiError;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web/dist"]
struct Page;

/// Whether the build has it.
pub fn has(name: &str) -> bool {
    Page::get(name).is_some()
}

pub fn serve(method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return ApiError::not_found("there is nothing at this address; see /api/openapi.json")
            .into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return ApiError::method_not_allowed().into_response();
    }
    let name = if path.is_empty() { "index.html" } else { path };
    let Some(file) = Page::get(name) else {
        return ApiError::not_found("there is no such page; the audits are at /").into_response();
    };
    let mut tag = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..12] {
        // Writing to a String does not fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
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
    if known {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    (head, file.data).into_response()
}
