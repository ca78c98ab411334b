//! One step of one picture, up or down: what it came to, by the answer.
//!
//! Called by `pictures`; calls the link and the hub's blobs, aside. What is wrong with one picture is said of that one; what is wrong
//! with all of them holds them all up, and no mark.

use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use tokio::time::Instant;

use super::picture_wire;
use super::step_size::StepSize;
use crate::domain::Token;
use crate::hub::{LinkReason, PictureGap, ReasonCode};
use crate::store::{BlobError, Have};
use crate::upstream::link::{Stop, UpstreamLink, said};

/// A picture that is refused is offered again after this long, and sooner when somebody asks.
pub const PARKED: Duration = Duration::from_secs(3_600);
/// While another one sends it, or something passing is in its way.
const SOON: Duration = Duration::from_secs(5);
/// Where there is no room it is looked again after this long.
const FULL: Duration = Duration::from_secs(300);

/// What came of a step.
#[derive(Debug)]
pub enum PictureStep {
    /// It is whole on the other side.
    Whole,
    /// So much of it is there.
    Upto(u64),
    /// It is not to be had where it would come from.
    Lacking,
    /// This one alone waits, for so long. With a reason it is refused.
    Parked(Duration, Option<LinkReason>),
    /// All of them wait.
    Held(LinkReason, Duration),
    /// The link broke off: all of them wait, as long as it says.
    Broke(LinkReason),
}

fn held(code: ReasonCode, words: &str, after: Duration) -> PictureStep {
    PictureStep::Held(LinkReason::new(code, words), after)
}

/// The next bytes of it, to the other hub.
pub async fn up(
    link: &UpstreamLink,
    token: &Token,
    (class, left): (usize, u64),
    gap: PictureGap,
    size: &mut StepSize,
) -> Result<PictureStep, Stop> {
    let PictureGap { hash, have, .. } = gap;
    let Have::Whole(whole) = link.hub.blobs().have(hash) else { return Ok(PictureStep::Lacking) };
    let have = if have > whole { 0 } else { have };
    let take = usize::try_from(size.bytes(left).min(whole - have)).unwrap_or(usize::MAX);
    let blobs = Arc::clone(link.hub.blobs());
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = vec![0; take];
        let read = blobs.read(hash, have, &mut bytes)?;
        if read < bytes.len() { Err(std::io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
    });
    let bytes = match read.await.map_err(std::io::Error::other).flatten() {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::warn!(%error, ?hash, "a picture cannot be read on this hub");
            return Ok(damaged(link, hash).await);
        }
    };
    let last = have + take as u64 == whole;
    let started = Instant::now();
    let request = picture_wire::step(token, hash, have, bytes, last);
    let answer = match link.call_for_picture(class, request).await {
        Ok(answer) => answer,
        Err(Stop::Retry { why, .. }) => {
            size.broke();
            return Ok(PictureStep::Broke(why));
        }
        Err(stop) => return Err(stop),
    };
    let offset = picture_wire::offset(&answer);
    let patience = |least: Duration| answer.retry_after().unwrap_or(least).max(least).min(PARKED);
    Ok(match (answer.status, offset) {
        (StatusCode::OK, Some(_)) => {
            link.answered();
            size.passed(take as u64, started.elapsed());
            PictureStep::Whole
        }
        (StatusCode::NO_CONTENT, Some(upto)) => {
            link.answered();
            size.passed(take as u64, started.elapsed());
            PictureStep::Upto(upto)
        }
        // Somebody else is sending it there; or it is there up to another byte.
        (StatusCode::CONFLICT, _) if answer.retry_after().is_some() => PictureStep::Parked(SOON, None),
        (StatusCode::CONFLICT, Some(upto)) if upto != have => PictureStep::Upto(upto),
        (StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE, _) => {
            let why = said(&answer.body).unwrap_or_else(|| "it is not what it is called".to_owned());
            match damaged(link, hash).await {
                PictureStep::Lacking => PictureStep::Lacking,
                _ => PictureStep::Parked(PARKED, Some(LinkReason::new(ReasonCode::BadAnswer, why))),
            }
        }
        (StatusCode::INSUFFICIENT_STORAGE, _) => {
            held(ReasonCode::PhotosFull, "the other hub has no room for photos; marks go on", patience(FULL))
        }
        (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, _) => {
            held(ReasonCode::AsksToWait, "it asked pictures to wait", patience(SOON))
        }
        (status, _) if status.is_client_error() => {
            let why = said(&answer.body).unwrap_or_else(|| "no reason given".to_owned());
            let why = format!("it does not take a picture ({}: {why})", status.as_u16());
            PictureStep::Parked(PARKED, Some(LinkReason::new(ReasonCode::BadAnswer, why)))
        }
        (status, _) => {
            let why = format!("it failed over a picture ({})", status.as_u16());
            held(ReasonCode::InTrouble, &why, patience(SOON * 6))
        }
    })
}

/// A picture of ours that is refused or cannot be read: is it what it is called? What is not goes, and is fetched again from whoever
/// has it.
async fn damaged(link: &UpstreamLink, hash: crate::domain::BlobHash) -> PictureStep {
    let blobs = Arc::clone(link.hub.blobs());
    match tokio::task::spawn_blocking(move || blobs.drop_unsound(hash)).await {
        Ok(Ok(true)) => {
            tracing::warn!(
                ?hash,
                "a picture on this hub was damaged: it is fetched again from whoever has it"
            );
            PictureStep::Lacking
        }
        _ => PictureStep::Parked(PARKED, None),
    }
}

/// The next bytes of it, from the other hub.
pub async fn down(
    link: &UpstreamLink,
    token: &Token,
    (class, left): (usize, u64),
    gap: PictureGap,
    size: &mut StepSize,
) -> Result<PictureStep, Stop> {
    let hash = gap.hash;
    let Have::Partial(have) = link.hub.blobs().have(hash) else { return Ok(PictureStep::Whole) };
    let take = size.bytes(left).min(gap.bytes.saturating_sub(have)).max(1);
    let started = Instant::now();
    // All that it has may be here, but for its end.
    let (bytes, last) = if have >= gap.bytes {
        (hyper::body::Bytes::new(), true)
    } else {
        let answer = match link.call_for_picture(class, picture_wire::range(token, hash, have, take)).await {
            Ok(answer) => answer,
            Err(Stop::Retry { why, .. }) => {
                size.broke();
                return Ok(PictureStep::Broke(why));
            }
            Err(stop) => return Err(stop),
        };
        let Some(whole) = picture_wire::whole_of(&answer, have) else {
            return Ok(match answer.status {
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    let after = answer.retry_after().unwrap_or(SOON).clamp(SOON, PARKED);
                    held(ReasonCode::AsksToWait, "it asked pictures to wait", after)
                }
                _ => PictureStep::Lacking,
            });
        };
        link.answered();
        size.passed(answer.body.len() as u64, started.elapsed());
        let last = have + answer.body.len() as u64 == whole;
        (answer.body, last)
    };
    let blobs = Arc::clone(link.hub.blobs());
    let put = tokio::task::spawn_blocking(move || blobs.append(hash, have, &bytes, last)).await;
    Ok(match put {
        Ok(Ok(Have::Whole(_))) => {
            link.hub.picture_came(token, hash);
            PictureStep::Whole
        }
        Ok(Ok(Have::Partial(upto))) => PictureStep::Upto(upto),
        Ok(Err(BlobError::WrongOffset { .. })) => PictureStep::Parked(SOON, None),
        Ok(Err(BlobError::Full(_))) => held(
            ReasonCode::PhotosFullHere,
            "this hub has no room for pictures of the upstream; marks go on",
            FULL,
        ),
        // What came is something else: not tried again and again.
        Ok(Err(error)) => {
            tracing::warn!(%error, ?hash, "a picture of an upstream is not taken");
            PictureStep::Lacking
        }
        Err(_) => PictureStep::Parked(PARKED, None),
    })
}
