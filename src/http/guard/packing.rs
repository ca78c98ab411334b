//! Compression (gzip) of answers: who takes it, and whole answers at once, so that no client that reads slowly has a compressor for
//! itself: that takes 300 KiB.
//!
//! `routes::around` has it done to every answer; `routes::pieces` packs what it makes while it is sent, and files of the page are packed
//! when the program is built.

use std::io::Write;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::BodyExt;
use hyper::body::Body as _;

use crate::http::aside::Aside;
use crate::http::error::ApiError;

/// Smaller ones are as small as they are in one packet.
const LEAST: u64 = 512;
/// Larger ones are packed aside, as that takes its time.
const AT_ONCE: u64 = 32 << 10;
/// The fast level takes half of the time and makes of a state two thirds more, and all who ask get the same copy.
pub const LEVEL: Compression = Compression::new(6);

/// Whether a client takes gzip.
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let (mut named, mut any) = (None, None);
    for coding in accepted.flat_map(|value| value.split(',')) {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let wanted = Some(weight > 0.0);
        match name {
            "*" => any = wanted,
            name if name.eq_ignore_ascii_case("gzip") => named = wanted,
            _ => {}
        }
    }
    named.or(any).unwrap_or(false)
}

/// Says that an answer is packed where that is taken, and that this is so.
pub fn say_packed(headers: &mut HeaderMap, packed: bool) {
    let named = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("accept-encoding"));
    if !headers.get_all(header::VARY).iter().any(named) {
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        headers.remove(header::CONTENT_LENGTH);
    }
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), LEVEL);
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Pictures and pages of operations are packed as they are.
fn packs(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let text = kind.starts_with("text/") && !kind.starts_with("text/event-stream");
    text || kind.starts_with("application/json") || kind.starts_with("image/svg")
}

/// An answer to whoever takes gzip, or does not.
pub async fn pack(aside: &Aside, takes: bool, mut response: Response) -> Response {
    let whole = response.body().size_hint().exact().filter(|bytes| *bytes >= LEAST);
    let headers = response.headers();
    let (Some(bytes), true) = (whole, packs(headers) && !headers.contains_key(header::CONTENT_ENCODING))
    else {
        return response;
    };
    say_packed(response.headers_mut(), takes);
    if !takes {
        return response;
    }
    let (head, body) = response.into_parts();
    let Ok(body) = body.collect().await else { return Response::from_parts(head, Body::empty()) };
    let body = body.to_bytes();
    let packed = match bytes > AT_ONCE {
        false => gzip(&body).map_err(ApiError::internal),
        true => aside.run(move || gzip(&body).map_err(ApiError::internal)).await,
    };
    match packed {
        Ok(packed) => Response::from_parts(head, Body::from(packed)),
        Err(error) => axum::response::IntoResponse::into_response(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_for_those_who_take_it() {
        let takes = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            }
            takes_gzip(&headers)
        };
        for good in ["gzip", "deflate, GZIP;q=0.5", "*", "br, *;q=0.1"] {
            assert!(takes(&[good]), "{good}");
        }
        assert!(takes(&["br", "gzip"]));
        for bad in ["", "identity", "gzip;q=0", "*, gzip; q=0", "gzip;q=x", "x-gzip"] {
            assert!(!takes(&[bad]), "{bad}");
        }
        assert!(!takes(&[]));
    }
}
