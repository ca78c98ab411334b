//! Streaming (chunked transfer): a large answer is made piece by piece while it is sent, so that no more of it is in memory than
//! its client has room for.
//!
//! Called by every handler whose answer grows with what is stored. What there is to tell comes from a picture of the audit or
//! from the log, in portions; the work is done aside, one portion at a time for all (`Aside`). An answer that fits into
//! one piece is sent whole, with its length.

use std::io::Write;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::write::GzEncoder;
use futures_util::stream::{StreamExt, iter, unfold};
use serde::Serialize;

use crate::http::aside::Aside;
use crate::http::conn::answer_memory::AnswerAccount;
use crate::http::error::ApiError;
use crate::http::guard::packing::{LEVEL, say_packed, takes_gzip};
use crate::store::StoreError;

/// Bytes made at a time.
pub const PIECE: usize = 64 << 10;
/// What an answer that is being made has in hand: a piece or two, and the compressor.
pub const IN_HAND: usize = 512 << 10;

/// What there is to tell, in portions. An error breaks the answer off.
pub trait Portions: Send + 'static {
    /// Some more of it into `out`; false when that was the last.
    fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, StoreError>;
}

impl<F: FnMut(&mut Vec<u8>) -> Result<bool, StoreError> + Send + 'static> Portions for F {
    fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, StoreError> {
        self(out)
    }
}

/// Portions made into pieces, packed or not.
pub struct PieceMaker {
    portions: Box<dyn Portions>,
    packer: Option<GzEncoder<Vec<u8>>>,
    ended: bool,
}

impl PieceMaker {
    pub fn new(portions: impl Portions, packed: bool) -> Self {
        let packer = packed.then(|| GzEncoder::new(Vec::new(), LEVEL));
        Self { portions: Box::new(portions), packer, ended: false }
    }

    fn plain(&mut self) -> Result<Vec<u8>, StoreError> {
        let mut piece = Vec::with_capacity(PIECE + (PIECE >> 3));
        while !self.ended && piece.len() < PIECE {
            self.ended = !self.portions.next(&mut piece)?;
        }
        Ok(piece)
    }

    /// The next one; nothing when there is none.
    pub fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        while !self.ended {
            let piece = self.plain()?;
            if let Some(packed) = self.pack(piece)? {
                return Ok(Some(packed));
            }
        }
        Ok(None)
    }

    /// As it is sent; nothing where the packer keeps it until there is more.
    fn pack(&mut self, piece: Vec<u8>) -> Result<Option<Bytes>, StoreError> {
        let packed = match &mut self.packer {
            None => piece,
            Some(packer) => {
                packer.write_all(&piece).map_err(StoreError::failed)?;
                std::mem::take(packer.get_mut())
            }
        };
        let packed = match self.packer.take_if(|_| self.ended) {
            None => packed,
            Some(packer) => {
                let mut all = packed;
                all.extend(packer.finish().map_err(StoreError::failed)?);
                all
            }
        };
        Ok((!packed.is_empty()).then(|| packed.into()))
    }
}

/// An answer of these portions; `small`: there is so little to tell that it is told at once.
pub async fn answer(
    aside: &Arc<Aside>,
    account: &AnswerAccount,
    asked: &HeaderMap,
    said: HeaderMap,
    portions: impl Portions,
    small: bool,
) -> Result<Response, ApiError> {
    let mut pieces = PieceMaker::new(portions, takes_gzip(asked));
    let stranger = account.is_stranger();
    let (first, mut pieces) = if small {
        (pieces.plain()?, pieces)
    } else {
        aside.run_for(stranger, move || Ok::<_, ApiError>((pieces.plain()?, pieces))).await?
    };
    if pieces.ended {
        // Packed on its way out, as any whole answer.
        return Ok((said, first).into_response());
    }
    let taken = account.take(IN_HAND)?;
    let packed = pieces.packer.is_some();
    let first = pieces.pack(first)?;
    let aside = Arc::clone(aside);
    let rest = unfold(Some((pieces, taken)), move |state| {
        let aside = Arc::clone(&aside);
        async move {
            let (mut pieces, taken) = state?;
            let made = aside.run_for(stranger, move || Ok::<_, StoreError>((pieces.next()?, pieces))).await;
            match made {
                Ok((Some(piece), pieces)) => Some((Ok(piece), Some((pieces, taken)))),
                Ok((None, _)) => None,
                Err(error) => {
                    tracing::warn!(%error, "an answer was broken off");
                    Some((Err(error), None))
                }
            }
        }
    });
    let first = iter(first.map(Ok));
    Ok(streamed(said, Body::from_stream(first.chain(rest)), packed))
}

/// One that is sent as it comes.
pub fn streamed(said: HeaderMap, body: Body, packed: bool) -> Response {
    let mut response = (said, body).into_response();
    say_packed(response.headers_mut(), packed);
    response
}

pub fn json_headers() -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}

pub fn json(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), StoreError> {
    serde_json::to_writer(out, value).map_err(StoreError::failed)
}

/// A JSON object that ends with a list: `head` has its other fields, each item of the list comes when it is asked for.
pub fn json_list<H, T, I>(
    head: &H,
    list: &str,
    mut items: I,
) -> Result<impl Portions + use<H, T, I>, StoreError>
where
    H: Serialize,
    T: Serialize,
    I: FnMut() -> Option<Result<T, StoreError>> + Send + 'static,
{
    let mut begin = Vec::new();
    json(&mut begin, head)?;
    begin.pop();
    if begin.len() > 1 {
        begin.push(b',');
    }
    begin.extend_from_slice(format!("\"{list}\":[").as_bytes());
    let mut first = true;
    Ok(move |out: &mut Vec<u8>| {
        out.append(&mut begin);
        match items() {
            Some(item) => {
                if !std::mem::take(&mut first) {
                    out.push(b',');
                }
                json(out, &item?)?;
                Ok(true)
            }
            None => {
                out.extend_from_slice(b"]}");
                Ok(false)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn all(mut pieces: PieceMaker) -> (Vec<u8>, usize) {
        let (mut bytes, mut largest) = (Vec::new(), 0);
        while let Some(piece) = pieces.next().unwrap() {
            largest = largest.max(piece.len());
            bytes.extend_from_slice(&piece);
        }
        (bytes, largest)
    }

    fn portions(count: usize) -> impl Portions {
        let mut items = (0..count).map(|n| Ok(format!("{n}{}", "x".repeat(n % 100))));
        json_list(&serde_json::json!({ "a": 1 }), "items", move || items.next()).unwrap()
    }

    #[test]
    fn what_is_made_in_pieces_is_the_same_packed_and_not() {
        for count in [0, 1, 5_000, 50_000] {
            let (plain, largest) = all(PieceMaker::new(portions(count), false));
            let value: serde_json::Value = serde_json::from_slice(&plain).unwrap();
            assert_eq!((value["a"].as_u64(), value["items"].as_array().unwrap().len()), (Some(1), count));
            assert!(largest <= PIECE + 200);
            let (packed, _) = all(PieceMaker::new(portions(count), true));
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).unwrap();
            assert_eq!(unpacked, plain);
        }
    }

    #[test]
    fn an_error_ends_it() {
        let mut left = 3;
        let failing = move |out: &mut Vec<u8>| {
            left -= 1;
            out.extend_from_slice(&[b'x'; PIECE]);
            if left == 0 { Err(StoreError::Replaced) } else { Ok(true) }
        };
        let mut pieces = PieceMaker::new(failing, false);
        assert!(pieces.next().unwrap().is_some() && pieces.next().unwrap().is_some());
        assert!(pieces.next().is_err());
    }
}
