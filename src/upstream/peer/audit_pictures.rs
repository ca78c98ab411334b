//! Pictures of one audit with another fieldhub, up and down: what the other hub lacks, and what this one does.
//!
//! Called by `picture_round`; calls `picture_steps`. What the other hub lacks it says itself, with how much of each it has: so nothing
//! is remembered here, and whatever either side loses is sent again. What comes down is what this hub lacks and the other one does not.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use hyper::StatusCode;
use tokio::time::Instant;
use uuid::Uuid;

use super::picture_steps::{self, PARKED, PictureStep};
use super::picture_turns::{BROKE_AT_MOST, PictureTurns};
use super::picture_wire::{self, GapsTold};
use crate::domain::Token;
use crate::domain::photo::BlobHash;
use crate::hub::{ByClass, LinkReason, PhotoProgress, PictureGap, PictureSum, ReasonCode};
use crate::upstream::link::{PictureLeave, Stop, UpstreamLink};

/// What the other hub lacks is asked again after this long, though nothing has changed here ...
pub const ASKED: Duration = Duration::from_secs(3_600);
/// ... and where this hub lacks something that may come to the other one from elsewhere.
const LACKING: Duration = Duration::from_secs(600);
/// Steps in a row that bring a picture no further, after which another one has its turn.
const STUCK: u32 = 3;
/// Of one class, gaps of this hub that are looked at together.
const SOME: usize = 64;

/// Pictures of one audit.
#[derive(Debug, Default)]
pub struct AuditPictures {
    /// The other hub's log that all this is of.
    of: Option<Uuid>,
    /// What it lacks of each class, by its own word; `None`: it has not said.
    there: Option<ByClass<PictureSum>>,
    classes: ByClass<ClassTurn>,
    parked: HashMap<BlobHash, (Instant, Option<LinkReason>)>,
}

#[derive(Debug)]
enum Asking {
    /// From there on.
    After(u64),
    /// All was told, at that moment.
    Done(Instant),
}

#[derive(Debug)]
struct ClassTurn {
    asking: Asking,
    /// The last photo of our log when it was asked.
    last: u64,
    /// Something that passes was in a picture's way: asked again then.
    soon: Option<Instant>,
    up: VecDeque<PictureGap>,
    down: VecDeque<PictureGap>,
    /// Where our own gaps are looked at further; `None`: no further.
    down_after: Option<u64>,
    /// Neither of the two has it.
    neither: HashSet<BlobHash>,
    stuck: u32,
}

impl Default for ClassTurn {
    fn default() -> Self {
        Self {
            asking: Asking::After(0),
            last: 0,
            soon: None,
            up: VecDeque::new(),
            down: VecDeque::new(),
            down_after: None,
            neither: HashSet::new(),
            stuck: 0,
        }
    }
}

/// What came of an audit's turn.
#[derive(Debug)]
pub enum PictureTurn {
    Worked,
    /// Nothing to do for so long.
    Rests(Duration),
    Held(LinkReason, Duration),
    Broke(LinkReason),
}

impl AuditPictures {
    /// What is known of the other side may no longer be so.
    pub fn ask_anew(&mut self) {
        for class in &mut self.classes {
            *class = ClassTurn { last: class.last, ..ClassTurn::default() };
        }
    }

    /// For the board: what is not there, with what our log has not told it yet.
    pub fn progress(&self, link: &UpstreamLink, token: &Token, acked: u64) -> Option<PhotoProgress> {
        let last = link.hub.last_photo(token).ok()?;
        if last == 0 {
            return None;
        }
        let told = self.there.is_some();
        let unsent = if !told || last > acked {
            link.hub.pictures_after(token, if told { acked } else { 0 }).ok()?
        } else {
            ByClass::default()
        };
        let there = self.there.unwrap_or_default();
        let mut waits = ByClass::default();
        for (waits, (there, unsent)) in waits.iter_mut().zip(there.into_iter().zip(unsent)) {
            *waits = there.and(unsent);
        }
        let refused = self.parked.values().filter(|(_, why)| why.is_some()).count();
        let why = self.parked.values().find_map(|(_, why)| why.clone());
        Some(PhotoProgress { known: told, waits, refused: refused as u64, why })
    }

    pub async fn turn(
        &mut self,
        link: &UpstreamLink,
        token: &Token,
        leave: PictureLeave,
        acked: u64,
        turns: &mut PictureTurns,
    ) -> Result<PictureTurn, Stop> {
        let PictureLeave { class, left, only_lost } = leave;
        loop {
            if let Some(gap) = self.next_up(link, leave) {
                let step = picture_steps::up(link, token, (class, left), gap, &mut turns.size).await?;
                return Ok(self.upwards(class, gap, step));
            }
            match self.classes[class].asking {
                Asking::After(after) => return self.ask(link, token, leave, after).await,
                Asking::Done(at) => {
                    let last = link.hub.last_photo(token)?;
                    let state = &mut self.classes[class];
                    // Of what is new nothing is lost.
                    if last != state.last && acked >= last && !only_lost {
                        state.asking = Asking::After(0);
                        continue;
                    }
                    let full = turns.full_here.is_some_and(|until| until > Instant::now());
                    let gap = if full { None } else { self.next_down(link, token, leave)? };
                    if let Some(gap) = gap {
                        let step =
                            picture_steps::down(link, token, (class, left), gap, &mut turns.size).await?;
                        return Ok(self.downwards(class, gap, step, turns));
                    }
                    let state = &mut self.classes[class];
                    let every = if state.neither.is_empty() { ASKED } else { LACKING };
                    let soon = state.soon.map(|soon| soon.saturating_duration_since(Instant::now()));
                    let left = every.saturating_sub(at.elapsed()).min(soon.unwrap_or(every));
                    if !left.is_zero() {
                        return Ok(PictureTurn::Rests(left));
                    }
                    state.asking = Asking::After(0);
                }
            }
        }
    }

    /// Whether anything of that class is not there, as far as is known.
    pub fn waits(&self, class: usize) -> bool {
        self.there.is_some_and(|there| there[class].blobs > 0)
    }

    /// The next one that we have and that is not refused.
    fn next_up(&mut self, link: &UpstreamLink, leave: PictureLeave) -> Option<PictureGap> {
        let PictureLeave { class, only_lost, .. } = leave;
        let state = &mut self.classes[class];
        while let Some(gap) = state.up.front().copied() {
            let parked = self.parked.get(&gap.hash).is_some_and(|(until, _)| *until > Instant::now());
            if only_lost && !gap.lost {
                // It was never there.
                state.up.pop_front();
                continue;
            }
            if !matches!(link.hub.blobs().have(gap.hash), crate::store::Have::Whole(_)) {
                state.neither.insert(gap.hash);
            } else if !parked {
                return Some(gap);
            }
            state.up.pop_front();
        }
        None
    }

    fn next_down(
        &mut self,
        link: &UpstreamLink,
        token: &Token,
        PictureLeave { class, only_lost, .. }: PictureLeave,
    ) -> Result<Option<PictureGap>, Stop> {
        let state = &mut self.classes[class];
        loop {
            while let Some(gap) = state.down.front().copied() {
                let parked = self.parked.get(&gap.hash).is_some_and(|(until, _)| *until > Instant::now());
                if !parked && !state.neither.contains(&gap.hash) {
                    return Ok(Some(gap));
                }
                state.down.pop_front();
            }
            let Some(after) = state.down_after else { return Ok(None) };
            let gaps = link.hub.picture_gaps(token, class, (after, SOME), only_lost)?;
            state.down_after = gaps.next;
            state.down = gaps.some.into();
        }
    }

    async fn ask(
        &mut self,
        link: &UpstreamLink,
        token: &Token,
        PictureLeave { class, only_lost, .. }: PictureLeave,
        after: u64,
    ) -> Result<PictureTurn, Stop> {
        let last = link.hub.last_photo(token)?;
        if last == 0 {
            self.classes[class].asking = Asking::Done(Instant::now());
            return Ok(PictureTurn::Rests(ASKED));
        }
        let answer =
            match link.call_for_picture(class, picture_wire::lacking(token, class, after, only_lost)).await {
                Ok(answer) => answer,
                Err(Stop::Retry { why, .. }) => return Ok(PictureTurn::Broke(why)),
                Err(stop) => return Err(stop),
            };
        let Some(told) = GapsTold::read(&answer).filter(|_| answer.status == StatusCode::OK) else {
            let why = match answer.status {
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    LinkReason::new(ReasonCode::AsksToWait, "it asked pictures to wait")
                }
                _ => LinkReason::new(
                    ReasonCode::NoPhotos,
                    "it is of a version that takes no pictures from other hubs: they stay on this one",
                ),
            };
            return Ok(PictureTurn::Held(why, answer.retry_after().unwrap_or(LACKING)));
        };
        link.answered();
        if self.of != Some(told.log_id) {
            // Restored, or another one: what was asked of the log before is asked again.
            let known = self.of.replace(told.log_id).is_some();
            if known && after > 0 {
                self.ask_anew();
                return Ok(PictureTurn::Worked);
            }
        }
        self.there = Some(told.sums);
        let state = &mut self.classes[class];
        if after == 0 {
            // What it had no part in the last time, it may have now.
            state.neither.clear();
            (state.last, state.soon) = (last, None);
        }
        // A hub of before names all that it lacks, and does not say what it had.
        let of_before = only_lost && told.some.iter().any(|gap| !gap.lost);
        state.up = told.some.into();
        (state.down, state.down_after) = (VecDeque::new(), None);
        state.asking = match told.next {
            Some(next) if !of_before => Asking::After(next),
            _ => {
                state.down_after = Some(0);
                Asking::Done(Instant::now())
            }
        };
        Ok(PictureTurn::Worked)
    }

    fn upwards(&mut self, class: usize, gap: PictureGap, step: PictureStep) -> PictureTurn {
        let state = &mut self.classes[class];
        match step {
            PictureStep::Whole => {
                state.up.pop_front();
                self.parked.remove(&gap.hash);
                if let Some(there) = &mut self.there {
                    there[class].take(gap.bytes);
                }
            }
            PictureStep::Upto(have) => {
                state.stuck = if have > gap.have { 0 } else { state.stuck + 1 };
                if let Some(front) = state.up.front_mut() {
                    front.have = have;
                }
                if state.stuck >= STUCK {
                    state.stuck = 0;
                    state.up.pop_front();
                    self.parked.insert(gap.hash, (Instant::now() + BROKE_AT_MOST, None));
                }
            }
            PictureStep::Lacking => {
                state.neither.insert(gap.hash);
                state.up.pop_front();
            }
            PictureStep::Parked(after, why) => {
                state.up.pop_front();
                self.parked.insert(gap.hash, (Instant::now() + after, why));
                if after < PARKED {
                    state.soon = Some(Instant::now() + after);
                }
            }
            PictureStep::Held(why, after) => return PictureTurn::Held(why, after),
            PictureStep::Broke(why) => {
                // How much of the step has come, the other side says: none of that is sent again.
                state.up.clear();
                state.asking = Asking::After(0);
                return PictureTurn::Broke(why);
            }
        }
        PictureTurn::Worked
    }

    fn downwards(
        &mut self,
        class: usize,
        gap: PictureGap,
        step: PictureStep,
        turns: &mut PictureTurns,
    ) -> PictureTurn {
        let state = &mut self.classes[class];
        match step {
            PictureStep::Whole => {
                state.down.pop_front();
            }
            PictureStep::Upto(_) => {}
            PictureStep::Lacking => {
                state.neither.insert(gap.hash);
                state.down.pop_front();
            }
            PictureStep::Parked(after, why) => {
                state.down.pop_front();
                self.parked.insert(gap.hash, (Instant::now() + after, why));
            }
            PictureStep::Held(why, after) if why.code == ReasonCode::PhotosFullHere => {
                turns.full_here = Some(Instant::now() + after);
                tracing::warn!(%why, "pictures of an upstream wait");
            }
            PictureStep::Held(why, after) => return PictureTurn::Held(why, after),
            PictureStep::Broke(why) => return PictureTurn::Broke(why),
        }
        PictureTurn::Worked
    }
}
