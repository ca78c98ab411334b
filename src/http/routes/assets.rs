//! Static files: the page, out of the binary.
//!
//! They lie there packed (gzip), by build.rs, and are sent as they lie. Files under `assets/` carry a hash in their name and never
//! change; icons change with a version at
//! most; everything else is asked for again each time, by its ETag. That holds for the service worker
//! above all: an old one would keep an old page. Pages may see whether the hub's HTTPS is trusted.

use std::borrow::Cow;
use std::io::Read;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::read::GzDecoder;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::domain::hex::hex;
use crate::http::conn::answer_memory::Lasting;
use crate::http::conn::listener::Listeners;
use crate::http::error::ApiError;
use crate::http::guard::headers;
use crate::http::guard::packing::{say_packed, takes_gzip};

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/page"]
struct PageFiles;

/// A file, and whether it is packed.
fn find(name: &str) -> Option<(EmbeddedFile, bool)> {
    match PageFiles::get(&format!("{name}.gz")) {
        Some(file) => Some((file, true)),
        None => PageFiles::get(name).map(|file| (file, false)),
    }
}

/// By the ends of the names that the page has.
fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ends)| ends) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// What the program carries packed, as its client takes it.
pub fn packed(headers: &HeaderMap, data: Cow<'static, [u8]>) -> Response {
    if takes_gzip(headers) {
        let mut response = lasting(data);
        say_packed(response.headers_mut(), true);
        return response;
    }
    let mut plain = Vec::new();
    if let Err(error) = GzDecoder::new(&data[..]).read_to_end(&mut plain) {
        return ApiError::internal(error).into_response();
    }
    let mut response = plain.into_response();
    say_packed(response.headers_mut(), false);
    response
}

fn lasting(data: Cow<'static, [u8]>) -> Response {
    let bytes = match data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    let mut response = Response::new(Body::from(bytes));
    response.extensions_mut().insert(Lasting);
    response
}

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
        "verify" => "verify.html",
        path => path,
    };
    let Some((file, is_packed)) = find(name) else {
        return ApiError::not_found("there is no such page; the audits are at /").into_response();
    };
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12]));
    let cache = match name.split_once('/') {
        Some(("assets", _)) => "public, max-age=31536000, immutable",
        Some(("icons", _)) => "public, max-age=86400",
        _ => "no-cache",
    };
    // One tag for what is sent packed and not: a weak one. Compare what is inside.
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|t| t.trim().trim_start_matches("W/") == tag));
    let tag = if is_packed { format!("W/{tag}") } else { tag };
    let head = [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::CONTENT_TYPE, kind(name).to_owned()),
    ];
    let mut response = match (known, is_packed) {
        (true, _) => (StatusCode::NOT_MODIFIED, head).into_response(),
        (false, true) => (head, packed(headers, file.data)).into_response(),
        (false, false) => (head, lasting(file.data)).into_response(),
    };
    // Storage belongs to an address: the plain page offers to go on with HTTPS, once it has seen that this works.
    if let Some((port, _)) = listeners.https().filter(|_| name.ends_with(".html"))
        && let Some(policy) = headers::with_https_of(headers, request.uri(), *port)
    {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
