//! Cache of whole states: one copy of an audit's state, as it is sent, for all who ask for it at the same position in its log. A crew
//! that reloads at the same time costs what one tablet costs.
//!
//! Called by `audits` for `GET /audits/TOKEN`. A copy is made aside in pieces, and sent as it grows; the last ones are kept. What
//! is too large for its room in the answers' memory is made for each by itself, in pieces that nobody keeps.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use axum::body::Body;
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::unfold;
use parking_lot::Mutex;
use tokio::sync::watch;

use super::pieces::{self, PieceMaker, json_headers, json_list, streamed};
use super::wire::{AuditHead, ModuleJson};
use crate::domain::{Picture, Token};
use crate::http::aside::Aside;
use crate::http::conn::answer_memory::{AnswerAccount, RoomTaken};
use crate::http::error::ApiError;
use crate::http::guard::packing::takes_gzip;
use crate::hub::Hub;
use crate::store::StoreError;

/// Bytes of copies that are kept when they have been sent.
const KEPT: usize = 2 << 20;
/// Modules that are told of at once.
const SMALL: usize = 64;

/// What has been made, and is being made.
#[derive(Debug)]
pub struct States {
    aside: Arc<Aside>,
    all: Mutex<Vec<Weak<StateCopy>>>,
    kept: Mutex<VecDeque<Arc<StateCopy>>>,
}

/// A state as it is sent, as far as it has been made.
#[derive(Debug)]
struct StateCopy {
    key: StateKey,
    made: Mutex<MadePieces>,
    news: watch::Sender<()>,
}

/// All that it says depends on: its position, and what its head says beside that.
#[derive(Debug, PartialEq, Eq)]
struct StateKey {
    token: Token,
    head: Vec<u8>,
    packed: bool,
}

#[derive(Debug, Default)]
struct MadePieces {
    pieces: Vec<Bytes>,
    bytes: usize,
    end: Option<Result<(), StoreError>>,
    taken: RoomTaken,
}

fn modules(head: &AuditHead, picture: &Arc<Picture>) -> Result<impl pieces::Portions + use<>, StoreError> {
    let (picture, mut at) = (Arc::clone(picture), 0);
    json_list(head, "modules", move || {
        let ((place, entry), set) = (picture.row(at)?, picture.properties_at(at));
        at += 1;
        let photos = picture.photos_of(&place.module);
        Some(Ok(ModuleJson { photos, ..ModuleJson::of(&picture.layout, place, entry, set) }))
    })
}

/// Bytes that the whole state may have, as it is sent.
fn estimate(picture: &Picture, packed: bool) -> usize {
    let (text, stamps) = picture.weight();
    match packed {
        true => picture.len() * 128 + text + stamps * 40,
        // Each character may be escaped.
        false => picture.len() * 400 + text * 6 + stamps * 40,
    }
}

impl States {
    pub fn new(aside: Arc<Aside>) -> Arc<Self> {
        Arc::new(Self { aside, all: Mutex::default(), kept: Mutex::default() })
    }

    /// The state of an audit.
    pub async fn state(
        self: &Arc<Self>,
        hub: &Hub,
        account: &AnswerAccount,
        asked: &HeaderMap,
        token: &Token,
    ) -> Result<Response, ApiError> {
        let (picture, digest, facts) = hub.picture(token)?;
        let head = AuditHead::of(hub, token, &picture, digest, facts);
        let packed = takes_gzip(asked);
        let room = estimate(&picture, packed);
        if picture.len() > SMALL {
            let key = StateKey {
                token: token.clone(),
                head: serde_json::to_vec(&head).map_err(ApiError::internal)?,
                packed,
            };
            let make = || Some((account.try_take(room)?, modules(&head, &picture)));
            if let Some(copy) = self.copy(key, make) {
                return Ok(streamed(json_headers(), Body::from_stream(copy.read()), packed));
            }
        }
        let portions = modules(&head, &picture)?;
        let small = picture.len() <= SMALL && picture.weight().0 <= pieces::PIECE;
        pieces::answer(&self.aside, account, asked, json_headers(), portions, small).await
    }

    /// The copy of this key: the one that there is, or one that is made from now on, if it gets its room.
    fn copy<P: pieces::Portions>(
        self: &Arc<Self>,
        key: StateKey,
        make: impl FnOnce() -> Option<(RoomTaken, Result<P, StoreError>)>,
    ) -> Option<Arc<StateCopy>> {
        let mut all = self.all.lock();
        all.retain(|copy| copy.strong_count() > 0);
        let known = all.iter().filter_map(Weak::upgrade).find(|copy| copy.key == key && copy.is_good());
        if known.is_some() {
            return known;
        }
        // What was kept of an earlier position is of no use, and makes room.
        self.kept.lock().retain(|kept| kept.key.token != key.token || kept.key.packed != key.packed);
        let (taken, portions) = make()?;
        let maker = PieceMaker::new(portions.ok()?, key.packed);
        let made = Mutex::new(MadePieces { taken, ..MadePieces::default() });
        let copy = Arc::new(StateCopy { key, made, news: watch::channel(()).0 });
        all.push(Arc::downgrade(&copy));
        tokio::spawn(make_all(Arc::clone(self), maker, Arc::clone(&copy)));
        Some(copy)
    }

    fn keep(&self, copy: Arc<StateCopy>) {
        let mut kept = self.kept.lock();
        kept.push_back(copy);
        let bytes =
            |kept: &VecDeque<Arc<StateCopy>>| kept.iter().map(|copy| copy.made.lock().bytes).sum::<usize>();
        while bytes(&kept) > KEPT {
            kept.pop_front();
        }
    }
}

async fn make_all(states: Arc<States>, mut maker: PieceMaker, copy: Arc<StateCopy>) {
    loop {
        let made = states.aside.run(move || Ok::<_, StoreError>((maker.next()?, maker))).await;
        let end = match made {
            Ok((Some(piece), again)) => {
                copy.more(piece);
                maker = again;
                continue;
            }
            Ok((None, _)) => Ok(()),
            Err(error) => Err(error),
        };
        let good = end.is_ok();
        copy.ended(end);
        if good {
            states.keep(copy);
        }
        return;
    }
}

impl StateCopy {
    fn more(&self, piece: Bytes) {
        let mut made = self.made.lock();
        made.bytes += piece.len();
        made.pieces.push(piece);
        self.news.send_replace(());
    }

    fn ended(&self, end: Result<(), StoreError>) {
        let mut made = self.made.lock();
        let bytes = made.bytes;
        made.taken.keep(bytes);
        made.end = Some(end);
        self.news.send_replace(());
    }

    fn is_good(&self) -> bool {
        !matches!(self.made.lock().end, Some(Err(_)))
    }

    /// From its beginning, as it grows.
    fn read(self: Arc<Self>) -> impl futures_util::Stream<Item = Result<Bytes, StoreError>> + Send + 'static {
        let news = self.news.subscribe();
        unfold(Some((self, news, 0)), |state| async move {
            let (copy, mut news, at) = state?;
            loop {
                let next = {
                    let made = copy.made.lock();
                    match (made.pieces.get(at), &made.end) {
                        (Some(piece), _) => Some(Ok(piece.clone())),
                        (None, Some(Ok(()))) => return None,
                        (None, Some(Err(error))) => Some(Err(error.clone())),
                        (None, None) => None,
                    }
                };
                match next {
                    Some(Ok(piece)) => return Some((Ok(piece), Some((copy, news, at + 1)))),
                    Some(Err(error)) => return Some((Err(error), None)),
                    // An error means that it is gone, which it is not while we have it.
                    None => drop(news.changed().await),
                }
            }
        })
    }
}
