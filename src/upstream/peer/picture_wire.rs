//! Wire format of pictures between two fieldhubs: what the other one lacks, a step of one (as tablets send it), a range of one.
//!
//! Called by `pictures`; mirrors `http::routes::peer_photos` and `photo_blobs`, which may not be imported from here.

use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use serde::Deserialize;
use uuid::Uuid;

use crate::domain::Token;
use crate::domain::photo::{BlobHash, CLASSES};
use crate::hub::{ByClass, PictureGap, PictureSum, class_at};
use crate::upstream::client::{Request, UpstreamResponse};

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
/// Pictures that are asked for at a time: they are sent before more are asked for.
const SOME: usize = 64;

#[derive(Debug, Deserialize)]
struct GapReply {
    sha256: String,
    bytes: u64,
    #[serde(default)]
    have: u64,
    #[serde(default)]
    lost: bool,
}

#[derive(Debug, Deserialize)]
struct ClassReply {
    class: String,
    pictures: u64,
    bytes: u64,
}

#[derive(Debug, Deserialize)]
struct GapsReply {
    log_id: Uuid,
    lacking: Vec<GapReply>,
    #[serde(default)]
    next: Option<u64>,
    classes: Vec<ClassReply>,
}

/// What the other hub lacks.
#[derive(Debug)]
pub struct GapsTold {
    pub log_id: Uuid,
    pub some: Vec<PictureGap>,
    pub next: Option<u64>,
    pub sums: ByClass<PictureSum>,
}

impl GapsTold {
    pub fn read(answer: &UpstreamResponse) -> Option<Self> {
        let reply: GapsReply = serde_json::from_slice(&answer.body).ok()?;
        let gap = |lacking: GapReply| {
            let hash = lacking.sha256.parse().ok()?;
            Some(PictureGap { hash, bytes: lacking.bytes, have: lacking.have, lost: lacking.lost })
        };
        let mut sums = <ByClass<PictureSum>>::default();
        for ClassReply { class, pictures, bytes } in reply.classes {
            let sum = &mut sums[class_at(&class)];
            *sum = sum.and(PictureSum { blobs: pictures, bytes });
        }
        let some = reply.lacking.into_iter().filter_map(gap).collect();
        Some(Self { log_id: reply.log_id, some, next: reply.next, sums })
    }
}

pub fn lacking(token: &Token, class: usize, after: u64, only_lost: bool) -> Request {
    let class = CLASSES[class].0;
    let lost = if only_lost { "&lost=true" } else { "" };
    let path = format!("/api/v1/peer/{token}/photos?class={class}&after={after}&limit={SOME}{lost}");
    Request::new(Method::GET, path)
}

fn path(token: &Token, hash: BlobHash) -> String {
    format!("/api/v1/audits/{token}/photos/{hash}")
}

/// The next bytes of a picture; `last`: these end it.
pub fn step(token: &Token, hash: BlobHash, at: u64, bytes: Vec<u8>, last: bool) -> Request {
    let mut request =
        Request::new(Method::PATCH, path(token, hash)).with_body("application/partial-upload", bytes);
    let last = HeaderValue::from_static(if last { "?1" } else { "?0" });
    request.headers.extend([(OFFSET, HeaderValue::from(at)), (COMPLETE, last)]);
    request
}

/// How far the other hub says that it has it.
pub fn offset(answer: &UpstreamResponse) -> Option<u64> {
    answer.headers.get(OFFSET)?.to_str().ok()?.parse().ok()
}

/// Some bytes of a picture.
pub fn range(token: &Token, hash: BlobHash, from: u64, bytes: u64) -> Request {
    let mut request = Request::new(Method::GET, path(token, hash));
    let range = format!("bytes={from}-{}", from + bytes.max(1) - 1);
    // Digits and a hyphen.
    request.headers.extend(HeaderValue::try_from(range).ok().map(|range| (header::RANGE, range)));
    request
}

/// Of how many bytes it is, if these are the ones from there on.
pub fn whole_of(answer: &UpstreamResponse, from: u64) -> Option<u64> {
    if answer.status != StatusCode::PARTIAL_CONTENT {
        return None;
    }
    let said = answer.headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
    let (range, whole) = said.strip_prefix("bytes ")?.split_once('/')?;
    let (begins, ends) = range.split_once('-')?;
    let (begins, ends): (u64, u64) = (begins.parse().ok()?, ends.parse().ok()?);
    let whole = whole.parse().ok()?;
    let is_so = begins == from && ends < whole && ends + 1 - begins == answer.body.len() as u64;
    is_so.then_some(whole)
}
