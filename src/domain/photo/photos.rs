//! Photos of an audit (last-writer-wins registers): what their operations come to.
//!
//! Called by `audit`, by `store` for what a batch changes and for the fold's row; calls nothing but `layout_edit`'s registers. A photo
//! never changes but for what it belongs to, its caption and whether it was taken out: each a register of its own, in which the
//! greatest stamp wins. So the result depends on the set of operations alone, also where an edit comes before its photo.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{BlobHash, MAX_PHOTOS, Photo, PhotoEdit, PhotoPlace, PhotoVariant};
use crate::domain::id::{Author, DeviceId, ModuleId, OpId};
use crate::domain::layout_edit::{Stamped, about, put};
use crate::domain::op::{Body, Op, shown_ms};
use crate::domain::register::{Register, Source, set};
use crate::domain::stamp::Stamp;

/// What its own operation says for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoTaken {
    pub variants: Vec<PhotoVariant>,
    pub taken_ms: Option<u64>,
    pub name: Option<String>,
    pub picture_kind: String,
    pub by: Author,
    pub device: DeviceId,
    pub marked_ms: u64,
    pub stamp: Stamp,
}

impl PhotoTaken {
    pub fn shown_ms(&self) -> u64 {
        shown_ms(self.marked_ms, self.stamp)
    }
}

/// One photo, merged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoState {
    /// `None`: its operation is not here yet.
    taken: Option<PhotoTaken>,
    at: Option<Stamped<PhotoPlace>>,
    caption: Option<Stamped<Option<String>>>,
    /// Who took it out or put it back stays.
    out: Option<Register<bool>>,
    /// Where it was last changed in the log of this hub.
    seq: u64,
}

impl PhotoState {
    /// Fold an operation that is of this photo. Whether something shows by it.
    pub fn apply(&mut self, op: &Op) -> bool {
        let source = (op.stamp, op.id);
        let shows = match &op.body {
            Body::Photo(photo) => self.take(photo, op),
            Body::PhotoEdit(edit) => {
                let mut shows = put(&mut self.at, edit.at.as_ref(), source);
                shows |= put(&mut self.caption, edit.caption.as_ref(), source);
                if let Some(out) = edit.taken_out {
                    let Op { stamp, id, marked_ms, .. } = *op;
                    shows |= set(&mut self.out, out, Source { stamp, op: id, by: &op.author, marked_ms });
                }
                shows
            }
            _ => false,
        };
        if shows {
            self.seq = self.seq.max(op.seq);
        }
        shows
    }

    fn take(&mut self, photo: &Photo, op: &Op) -> bool {
        let source = (op.stamp, op.id);
        put(&mut self.at, Some(&photo.at), source);
        put(&mut self.caption, Some(&photo.caption), source);
        if self.taken.is_some() {
            return false;
        }
        let Photo { variants, taken_ms, name, picture_kind, .. } = photo.clone();
        let (by, device) = (op.author.clone(), op.device.clone());
        let (marked_ms, stamp) = (op.marked_ms, op.stamp);
        self.taken =
            Some(PhotoTaken { variants, taken_ms, name, picture_kind, by, device, marked_ms, stamp });
        true
    }

    pub fn taken(&self) -> Option<&PhotoTaken> {
        self.taken.as_ref()
    }

    pub fn place(&self) -> PhotoPlace {
        self.at.as_ref().map(|at| at.value.clone()).unwrap_or_default()
    }

    pub fn caption(&self) -> Option<&str> {
        self.caption.as_ref()?.value.as_deref()
    }

    /// By whom and when, where it was.
    pub fn taken_out(&self) -> Option<&Register<bool>> {
        self.out.as_ref().filter(|out| out.value)
    }

    /// It is here, and nobody has taken it out.
    pub fn is_shown(&self) -> bool {
        self.taken.is_some() && self.taken_out().is_none()
    }

    pub fn seq(&self) -> u64 {
        self.seq
    }

    fn all(&self) -> impl Iterator<Item = (Stamp, OpId)> {
        let out = self.out.as_ref().map(|out| (out.stamp, out.op));
        [about(&self.at), about(&self.caption), out].into_iter().flatten()
    }

    /// What whoever sees this has seen of it.
    pub fn latest(&self) -> Option<Stamp> {
        self.all().map(|(stamp, _)| stamp).max()
    }

    /// The last change by `actor`: the next one comes after it, whatever its clock says.
    pub fn last_of(&self, actor: u64) -> Option<Stamp> {
        self.all().map(|(stamp, _)| stamp).filter(|stamp| stamp.actor == actor).max()
    }

    fn module(&self) -> Option<&ModuleId> {
        self.at.as_ref()?.value.module.as_ref().filter(|_| self.is_shown())
    }
}

/// The photo that an operation is of.
pub fn photo_of(id: OpId, body: &Body) -> Option<OpId> {
    match body {
        Body::Photo(_) => Some(id),
        Body::PhotoEdit(edit) => Some(edit.photo),
        _ => None,
    }
}

/// Photos that show of each module, by the name that they came with.
pub type PhotoCounts = HashMap<ModuleId, u32>;

/// All of an audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Photos {
    all: BTreeMap<OpId, Arc<PhotoState>>,
    /// In the order of their last changes.
    by_seq: BTreeMap<(u64, OpId), ()>,
    counts: Arc<PhotoCounts>,
    /// Which photo names a blob; of several, one.
    named: HashMap<BlobHash, OpId>,
    shown: usize,
}

impl Photos {
    pub fn get(&self, photo: OpId) -> Option<&PhotoState> {
        self.all.get(&photo).map(|state| &**state)
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether so many more have their place.
    pub fn has_room_for(&self, more: usize) -> bool {
        self.all.len() + more <= MAX_PHOTOS
    }

    /// Those that show.
    pub fn shown(&self) -> usize {
        self.shown
    }

    pub fn counts(&self) -> &Arc<PhotoCounts> {
        &self.counts
    }

    pub fn iter(&self) -> impl Iterator<Item = (OpId, &PhotoState)> {
        self.all.iter().map(|(id, state)| (*id, &**state))
    }

    pub fn naming(&self, hash: BlobHash) -> Option<OpId> {
        self.named.get(&hash).copied()
    }

    /// All blobs that they name, also those of photos that were taken out.
    pub fn hashes(&self) -> impl Iterator<Item = BlobHash> {
        self.named.keys().copied()
    }

    /// Those whose last change is after `after`, in that order.
    pub fn after(&self, after: u64) -> impl Iterator<Item = (OpId, &Arc<PhotoState>)> {
        let from = (after.saturating_add(1), OpId::nil());
        self.by_seq.range(from..).filter_map(|((_, id), ())| Some((*id, self.all.get(id)?)))
    }

    /// Where one was last changed; 0: there is none.
    pub fn last_change(&self) -> u64 {
        self.by_seq.last_key_value().map_or(0, |((seq, _), ())| *seq)
    }

    pub fn publish(&mut self, id: OpId, state: PhotoState) {
        if let Some(old) = self.all.remove(&id) {
            self.by_seq.remove(&(old.seq, id));
            self.shown -= usize::from(old.is_shown());
            self.count(old.module(), false);
        }
        // One whose operation is not here is told to nobody.
        if let Some(taken) = &state.taken {
            self.by_seq.insert((state.seq, id), ());
            for variant in &taken.variants {
                // In whatever order they come, the same one.
                let named = self.named.entry(variant.hash).or_insert(id);
                *named = (*named).max(id);
            }
        }
        self.shown += usize::from(state.is_shown());
        self.count(state.module(), true);
        self.all.insert(id, Arc::new(state));
    }

    fn count(&mut self, module: Option<&ModuleId>, more: bool) {
        let Some(module) = module else { return };
        let counts = Arc::make_mut(&mut self.counts);
        let count = counts.entry(module.clone()).or_default();
        *count = if more { *count + 1 } else { count.saturating_sub(1) };
        if *count == 0 {
            counts.remove(module);
        }
    }

    /// The photo that an operation is of, as it is before that; a new one where it is not here.
    pub fn found(&self, id: OpId, body: &Body) -> Option<(OpId, PhotoState)> {
        let id = photo_of(id, body)?;
        Some((id, self.get(id).cloned().unwrap_or_default()))
    }

    /// Bytes of memory, roughly.
    pub fn bytes(&self) -> usize {
        const PHOTO: usize = 1_100;
        self.all.len() * PHOTO
    }
}

impl FromIterator<(OpId, PhotoState)> for Photos {
    fn from_iter<I: IntoIterator<Item = (OpId, PhotoState)>>(all: I) -> Self {
        let mut photos = Self::default();
        all.into_iter().for_each(|(id, state)| photos.publish(id, state));
        photos
    }
}

impl PhotoEdit {
    /// Of this photo, with nothing changed yet.
    pub fn of(photo: OpId) -> Self {
        Self { photo, at: None, caption: None, taken_out: None, later: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Outcome, Seen};
    use proptest::prelude::*;
    use proptest::sample::Index;

    fn op(n: u128, ms: u64, actor: u64, body: Body) -> Op {
        Op {
            seq: 0,
            id: OpId::from_u128(n),
            author: Author::new(format!("tech_{actor}"), None).unwrap(),
            device: DeviceId::parse(format!("dev_{actor}")).unwrap(),
            marked_ms: ms,
            received_ms: ms,
            stamp: Stamp { ms, counter: 0, actor },
            base: Seen::default(),
            outcome: Outcome::Applied,
            body,
        }
    }

    fn place(n: usize) -> PhotoPlace {
        match n {
            0 => PhotoPlace::default(),
            1 => PhotoPlace { module: None, string: Some(3) },
            n => PhotoPlace { module: ModuleId::parse(format!("M00{n}")).ok(), string: None },
        }
    }

    fn photo(n: usize, caption: Option<String>) -> Body {
        let variant = PhotoVariant {
            class: "thumb".into(),
            hash: BlobHash::of(&[n as u8]),
            bytes: 9,
            media_type: "image/jpeg".into(),
            size: None,
        };
        let photo = Photo { at: place(n), variants: vec![variant], caption, ..Photo::default() };
        Body::Photo(Box::new(photo))
    }

    fn fold<'a>(ops: impl IntoIterator<Item = &'a Op>) -> Photos {
        let mut photos = Photos::default();
        for op in ops {
            let (id, mut photo) = photos.found(op.id, &op.body).unwrap();
            photo.apply(op);
            photos.publish(id, photo);
        }
        photos
    }

    /// Photos by three tablets whose clocks may say the same, and what was changed of them, perhaps before they are there.
    fn a_night() -> impl Strategy<Value = Vec<Op>> {
        let caption = || prop::option::of("[a-c]{1,2}");
        let edit = (
            0..3_usize,
            prop::option::of(0..5_usize),
            prop::option::of(caption()),
            prop::option::of(any::<bool>()),
        );
        let edits = prop::collection::vec((edit, 0..5_u64, 0..3_u64), 0..16);
        let photos = prop::collection::vec((0..5_usize, caption(), 0..5_u64, 0..3_u64), 0..3);
        (photos, edits).prop_map(|(photos, edits)| {
            let photos = photos
                .into_iter()
                .enumerate()
                .map(|(n, (at, caption, ms, actor))| op(n as u128, ms, actor, photo(at, caption)));
            let edits =
                edits.into_iter().zip(100_u128..).map(|(((of, at, caption, taken_out), ms, actor), n)| {
                    let edit = PhotoEdit {
                        at: at.map(place),
                        caption,
                        taken_out,
                        ..PhotoEdit::of(OpId::from_u128(of as u128))
                    };
                    op(n, ms, actor, Body::PhotoEdit(Box::new(edit)))
                });
            photos.chain(edits).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn any_order_with_any_repeats_gives_the_same_photos(
            night in a_night(), order in prop::collection::vec(any::<Index>(), 0..40),
        ) {
            let straight = fold(&night);
            prop_assert_eq!(&straight, &fold(night.iter().rev()));
            prop_assume!(!night.is_empty());
            let mixed: Vec<&Op> = order.iter().map(|at| at.get(&night)).chain(&night).collect();
            prop_assert_eq!(&straight, &fold(mixed));
        }

        #[test]
        fn two_hubs_that_were_apart_hold_the_same_photos_when_they_meet(
            night in a_night(), side in prop::collection::vec(any::<bool>(), 20),
        ) {
            let (east, west): (Vec<_>, Vec<_>) = night.iter().zip(side).partition(|(_, side)| *side);
            let first = fold(east.iter().chain(&west).map(|(op, _)| *op));
            let second = fold(west.iter().chain(&east).map(|(op, _)| *op));
            prop_assert_eq!(first, second);
        }

        #[test]
        fn counts_are_those_of_the_photos_that_show(night in a_night()) {
            let photos = fold(&night);
            let shown: Vec<_> = photos.iter().filter(|(_, state)| state.is_shown()).collect();
            prop_assert_eq!(photos.shown(), shown.len());
            let mut counts = PhotoCounts::new();
            for module in shown.iter().filter_map(|(_, state)| state.place().module) {
                *counts.entry(module).or_default() += 1;
            }
            prop_assert_eq!(&counts, &**photos.counts());
            let read: Photos = photos.iter().map(|(id, state)| {
                let bytes = postcard::to_stdvec(state).unwrap();
                (id, postcard::from_bytes(&bytes).unwrap())
            }).collect();
            prop_assert_eq!(&read, &photos, "as the fold's row has them");
        }
    }

    #[test]
    fn who_took_it_out_and_when_stays_and_others_go_on() {
        let taken = op(1, 10, 1, photo(2, None));
        let out = |n, ms, actor, taken_out| {
            op(n, ms, actor, Body::PhotoEdit(Box::new(PhotoEdit { taken_out, ..PhotoEdit::of(taken.id) })))
        };
        let removed = out(2, 20, 2, Some(true));
        let photos = fold([&removed, &taken]);
        let state = photos.get(taken.id).unwrap();
        let by = state.taken_out().unwrap();
        assert_eq!(
            (by.by.id.as_str(), by.shown_ms(), state.is_shown(), photos.shown()),
            ("tech_2", 20, false, 0)
        );
        assert_eq!(fold([&taken, &removed, &out(3, 30, 1, Some(false))]).shown(), 1);
    }

    #[test]
    fn what_has_changed_since_is_told_in_the_order_of_the_log() {
        let numbered = |seq, op: Op| Op { seq, ..op };
        let caption = PhotoEdit { caption: Some(Some("busbar".into())), ..PhotoEdit::of(OpId::from_u128(1)) };
        let photos = fold(&[
            numbered(4, op(1, 10, 1, photo(2, None))),
            numbered(5, op(2, 11, 1, photo(3, None))),
            numbered(9, op(3, 20, 2, Body::PhotoEdit(Box::new(caption.clone())))),
            // It lost: nothing has changed by it.
            numbered(12, op(4, 15, 2, Body::PhotoEdit(Box::new(caption)))),
        ]);
        let after =
            |seq| photos.after(seq).map(|(id, state)| (id.as_u128(), state.seq())).collect::<Vec<_>>();
        assert_eq!(after(0), [(2, 5), (1, 9)]);
        assert_eq!((after(5), after(9)), (vec![(1, 9)], vec![]));
    }
}
