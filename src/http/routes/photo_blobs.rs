//! Pictures in and out: resumable uploads (the semantics of draft-ietf-httpbis-resumable-upload, of blobs that are named beforehand),
//! and downloads by hash with ranges.
//!
//! Called by the router; calls the hub's blobs, aside from the tasks that serve connections. What a picture is, its first bytes say:
//! a page or a script that calls itself one is neither kept nor served.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::unfold;

use super::byte_range::{ByteRange, asked_range};
use crate::domain::photo::{BlobHash, MAX_BLOB, PictureType};
use crate::http::app::App;
use crate::http::conn::answer_memory::{AnswerAccount, RoomTaken};
use crate::http::conn::door::Peer;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::{Marks, Reads};
use crate::http::guard::body::Step;
use crate::http::guard::costs::Kind;
use crate::http::guard::path::PhotoPath;
use crate::store::{Blobs, Have, StoreError};

/// Bytes of a step.
pub const MOST: usize = 1 << 20;
/// Bytes of a picture that are read at a time.
const PIECE: usize = 64 << 10;
/// What a picture has in hand while it is sent.
const IN_HAND: usize = 2 * PIECE;

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
const LIMIT: HeaderName = HeaderName::from_static("upload-limit");
/// What the draft calls the bytes of a step.
const PARTIAL: &str = "application/partial-upload";
/// Beside what every answer has: nothing in a picture is run, wherever it is opened.
const POLICY: &str = "default-src 'none'; sandbox";

/// How far a blob is here, as headers.
fn said(have: Have) -> HeaderMap {
    let (offset, complete) = match have {
        Have::Whole(bytes) => (bytes, "?1"),
        Have::Partial(bytes) => (bytes, "?0"),
    };
    HeaderMap::from_iter([
        (OFFSET, HeaderValue::from(offset)),
        (COMPLETE, HeaderValue::from_static(complete)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ])
}

fn status(have: Have) -> StatusCode {
    match have {
        Have::Whole(_) => StatusCode::OK,
        Have::Partial(_) => StatusCode::NO_CONTENT,
    }
}

/// How far a picture is on this hub
#[utoipa::path(head, path = "/api/v1/audits/{token}/photos/{sha256}", tag = "photos",
    params(("token" = String, Path), ("sha256" = String, Path, description = "64 digits, no capitals")),
    responses(
        (status = 200, description = "it is whole", headers(("Upload-Offset" = u64), ("Upload-Complete" = String), ("Upload-Limit" = String))),
        (status = 204, description = "so much of it is here; 0: nothing", headers(("Upload-Offset" = u64), ("Upload-Complete" = String), ("Upload-Limit" = String))),
        (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn offset(
    State(app): State<App>,
    _: Marks,
    PhotoPath(token, hash): PhotoPath,
) -> Result<Response, ApiError> {
    if !app.hub.exists(&token) {
        return Err(StoreError::UnknownAudit(token).into());
    }
    let have = app.hub.blobs().have(hash);
    let mut headers = said(have);
    let limit = format!("max-size={MAX_BLOB}, max-append-size={MOST}");
    headers.insert(LIMIT, HeaderValue::try_from(limit).map_err(ApiError::internal)?);
    Ok((status(have), headers).into_response())
}

/// Send the next bytes of a picture
#[utoipa::path(patch, path = "/api/v1/audits/{token}/photos/{sha256}", tag = "photos",
    params(("token" = String, Path), ("sha256" = String, Path, description = "64 digits, no capitals"),
        ("Upload-Offset" = u64, Header, description = "where these bytes begin"),
        ("Upload-Complete" = Option<String>, Header, description = "`?1`: these are the last ones")),
    request_body(content = String, content_type = "application/partial-upload", description = "at most 1 MiB"),
    responses(
        (status = 200, description = "it is whole, on the disk, and what it is called", headers(("Upload-Offset" = u64), ("Upload-Complete" = String))),
        (status = 204, description = "these bytes are on the disk", headers(("Upload-Offset" = u64), ("Upload-Complete" = String))),
        (status = 400, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "it is here up to another byte, or somebody else is sending it", headers(("Upload-Offset" = u64))),
        (status = 415, body = ErrorBody), (status = 507, body = ErrorBody, description = "no room for photos; marks go on")))]
pub async fn append(
    State(app): State<App>,
    Marks(caller): Marks,
    peer: Option<Extension<Peer>>,
    PhotoPath(token, hash): PhotoPath,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ApiError> {
    let peer = peer.map(|Extension(peer)| peer);
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|len| len.to_str().ok()?.parse().ok());
    let announced: usize = announced.unwrap_or(MOST);
    app.rates.take(Kind::Photo, &caller, peer, announced.clamp(1, MOST).div_ceil(1 << 10))?;
    if !app.hub.exists(&token) {
        return Err(StoreError::UnknownAudit(token).into());
    }
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != PARTIAL) {
        return Err(ApiError::not_an_image(format!("send the bytes as {PARTIAL}")));
    }
    let at = headers.get(OFFSET).and_then(|at| at.to_str().ok()?.parse::<u64>().ok());
    let at = at.ok_or_else(|| ApiError::field("Upload-Offset", "where these bytes begin, from 0"))?;
    let last = match headers.get(COMPLETE).map(HeaderValue::as_bytes) {
        None | Some(b"?0") => false,
        Some(b"?1") => true,
        Some(_) => return Err(ApiError::field("Upload-Complete", "?0 or ?1")),
    };
    // Before the body is asked for: nobody sends a mebibyte to be told where to begin.
    let blobs = Arc::clone(app.hub.blobs());
    match blobs.have(hash) {
        have @ Have::Whole(_) => return Ok((status(have), said(have)).into_response()),
        Have::Partial(have) if have != at => return Ok(wrong_offset(have, false)),
        Have::Partial(_) => {}
    }
    let Step { bytes, broken } = Step::from_request(request, &app).await?;
    // What came of a step that broke off is kept: on a poor link that is most of it.
    let last = last && broken.is_none();
    let put = move || blobs.append(hash, at, &bytes, last);
    let turn = Arc::clone(&app.photo_writes);
    // A task of its own: whoever hangs up while it waits for its turn has sent these bytes all the same.
    let put = tokio::spawn(async move {
        // An error means that they are closed, which they never are.
        let _turn = turn.acquire().await.ok();
        tokio::task::spawn_blocking(put).await
    });
    let put = put.await.flatten().map_err(ApiError::internal)?;
    if let Some(error) = broken {
        return Err(error);
    }
    match put {
        Ok(have) => {
            if matches!(have, Have::Whole(_)) {
                app.hub.picture_came(&token, hash);
            }
            Ok((status(have), said(have)).into_response())
        }
        Err(crate::store::BlobError::WrongOffset { have, busy }) => Ok(wrong_offset(have, busy)),
        Err(error) => {
            let wrong =
                matches!(error, crate::store::BlobError::WrongHash | crate::store::BlobError::NoPicture);
            let mut answer = ApiError::from(error).into_response();
            if wrong {
                answer.headers_mut().insert(OFFSET, HeaderValue::from(0));
            }
            Ok(answer)
        }
    }
}

fn wrong_offset(have: u64, busy: bool) -> Response {
    let mut answer = ApiError::wrong_offset(have, busy).into_response();
    answer.headers_mut().extend(said(Have::Partial(have)));
    answer
}

/// One picture of an audit, whole or a range of it
#[utoipa::path(get, path = "/api/v1/audits/{token}/photos/{sha256}", tag = "photos",
    params(("token" = String, Path), ("sha256" = String, Path, description = "64 digits, no capitals"),
        ("Range" = Option<String>, Header), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "what its first bytes say that it is", content((String = "image/jpeg"), (String = "image/png"), (String = "image/tiff"), (String = "image/heic"), (String = "image/webp"))),
        (status = 206, description = "a part of it", content((String = "image/jpeg"), (String = "image/png"), (String = "image/tiff"), (String = "image/heic"), (String = "image/webp"))),
        (status = 304, description = "as it was"), (status = 400, body = ErrorBody),
        (status = 404, body = ErrorBody, description = "`photo_not_here`: the audit names it, and this hub does not hold it"),
        (status = 416, description = "no such part")))]
pub async fn picture(
    State(app): State<App>,
    _: Reads,
    PhotoPath(token, hash): PhotoPath,
    account: AnswerAccount,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    // What the audit does not name is not told of, be it here or not.
    let named = app.hub.named_blob(&token, hash)?;
    let named = named.ok_or_else(|| ApiError::not_found("this audit has no such photo"))?;
    let blobs = Arc::clone(app.hub.blobs());
    let Have::Whole(bytes) = blobs.have(hash) else { return Err(ApiError::photo_not_here()) };
    let tag = format!("\"{hash}\"");
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|value| value.split(',')).any(|t| t.trim().trim_start_matches("W/") == tag);
    let mut said = HeaderMap::from_iter([
        (header::ETAG, HeaderValue::try_from(&tag).map_err(ApiError::internal)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable")),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ]);
    if known {
        return Ok((StatusCode::NOT_MODIFIED, said).into_response());
    }
    let range = match asked_range(&asked, bytes, &tag) {
        ByteRange::Whole => None,
        ByteRange::Part(from, to) => Some((from, to)),
        ByteRange::None => {
            said.insert(header::CONTENT_RANGE, content_range(format!("bytes */{bytes}"))?);
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, said).into_response());
        }
    };
    let (from, to) = range.unwrap_or((0, bytes));
    let account = account.take(IN_HAND)?;
    let first = read(Arc::clone(&blobs), hash, from, to, true);
    let (kind, first) = first.await.map_err(|error| {
        tracing::error!(%error, "a photo that is here cannot be read");
        ApiError::photo_not_here()
    })?;
    // As it lay there it was a picture: now it is none, and nobody gets it.
    let kind = kind.ok_or_else(ApiError::photo_not_here)?;
    said.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.as_str()));
    said.insert(header::CONTENT_LENGTH, HeaderValue::from(to - from));
    if !kind.is_shown() {
        let name = file_name(named.file_name.as_deref(), hash, kind);
        said.insert(header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(ApiError::internal)?);
    }
    let status = match range {
        None => StatusCode::OK,
        Some(_) => {
            let part = format!("bytes {from}-{}/{bytes}", to.saturating_sub(1));
            said.insert(header::CONTENT_RANGE, content_range(part)?);
            StatusCode::PARTIAL_CONTENT
        }
    };
    Ok((status, said, streamed(blobs, hash, first, from, to, account)).into_response())
}

fn content_range(text: String) -> Result<HeaderValue, ApiError> {
    HeaderValue::try_from(text).map_err(ApiError::internal)
}

/// Some bytes of it; with `sniff` also what it is.
async fn read(
    blobs: Arc<Blobs>,
    hash: BlobHash,
    from: u64,
    to: u64,
    sniff: bool,
) -> std::io::Result<(Option<PictureType>, Bytes)> {
    let read = move || {
        let kind = if sniff { blobs.picture_type(hash)? } else { None };
        let mut piece = vec![0; usize::try_from(to - from).unwrap_or(PIECE).min(PIECE)];
        let read = blobs.read(hash, from, &mut piece)?;
        piece.truncate(read);
        Ok((kind, piece.into()))
    };
    tokio::task::spawn_blocking(read).await.map_err(std::io::Error::other)?
}

/// Piece by piece, so that no more of it is in memory than its client has room for.
fn streamed(blobs: Arc<Blobs>, hash: BlobHash, first: Bytes, from: u64, to: u64, taken: RoomTaken) -> Body {
    let state = Some((blobs, first, from, taken));
    Body::from_stream(unfold(state, move |state| async move {
        let (blobs, piece, at, taken) = state?;
        let next = at + piece.len() as u64;
        if next >= to {
            return (!piece.is_empty()).then_some((Ok(piece), None));
        }
        if piece.is_empty() {
            // Shorter than it was: better broken off than whole and wrong.
            return Some((Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof)), None));
        }
        match read(Arc::clone(&blobs), hash, next, to, false).await {
            Ok((_, more)) => Some((Ok(piece), Some((blobs, more, next, taken)))),
            Err(error) => {
                tracing::warn!(%error, "a photo was broken off");
                Some((Err(error), None))
            }
        }
    }))
}

/// To be saved under the name that it had.
fn file_name(name: Option<&str>, hash: BlobHash, kind: PictureType) -> String {
    let plain: String = name.unwrap_or_default().chars().filter(|c| c.is_ascii_graphic()).collect();
    let plain = plain.replace(['"', '\\', '/', ';', '%'], "_");
    let plain = match plain.trim_start_matches('.') {
        "" => format!("{}.{}", &hash.to_string()[..12], kind.ending()),
        plain => plain.to_owned(),
    };
    format!("attachment; filename=\"{plain}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_gets_out_of_no_header() {
        let hash = BlobHash::of(b"x");
        let name = |text| file_name(text, hash, PictureType::Tiff);
        assert_eq!(name(Some("IMG_0042.TIF")), "attachment; filename=\"IMG_0042.TIF\"");
        assert_eq!(name(Some("../a\"b\r\nX: y;.tif")), "attachment; filename=\"_a_bX:y_.tif\"");
        for none in [None, Some(""), Some("é"), Some("...")] {
            assert_eq!(name(none), "attachment; filename=\"2d711642b726.tif\"");
        }
    }
}
