//! What the pictures of one upstream share (backoff): how large a step is, and until when all of them wait. Marks do not.
//!
//! Kept with the batching of its round; used by `picture_round` and `audit_pictures`.

use std::time::Duration;

use tokio::time::Instant;

use super::step_size::StepSize;
use crate::hub::LinkReason;
use crate::upstream::link::UpstreamLink;

/// After a call that broke off; twice as long each time.
const BROKE: Duration = Duration::from_secs(2);
pub const BROKE_AT_MOST: Duration = Duration::from_secs(300);

/// What all audits share.
#[derive(Debug, Default)]
pub struct PictureTurns {
    pub(super) size: StepSize,
    pub(super) held: Option<HeldUp>,
    /// This hub has no room: nothing comes down until then.
    pub(super) full_here: Option<Instant>,
    /// How often in a row the link broke off.
    pub(super) broke: u32,
    pub(super) turn: usize,
}

#[derive(Debug)]
pub struct HeldUp {
    until: Instant,
    pub(super) why: LinkReason,
    /// When it broke off: other answers since then mean that the link is back.
    answers: Option<u64>,
}

impl PictureTurns {
    /// Somebody wants to know now.
    pub fn begin_anew(&mut self) {
        (self.held, self.full_here, self.broke) = (None, None, 0);
    }

    /// For how long nothing is to be tried. A link that broke off is back when anything else was answered.
    pub fn held_for(&mut self, link: &UpstreamLink) -> Option<Duration> {
        let held = self.held.as_ref()?;
        let left = held.until.saturating_duration_since(Instant::now());
        if left.is_zero() || held.answers.is_some_and(|answers| link.answers() > answers) {
            self.held = None;
            return None;
        }
        Some(left)
    }

    pub fn hold(&mut self, why: LinkReason, after: Duration, answers: Option<u64>) -> Duration {
        tracing::info!(%why, seconds = after.as_secs(), "pictures wait");
        self.held = Some(HeldUp { until: Instant::now() + after, why, answers });
        after
    }

    /// A call broke off: for how long all of them wait.
    pub fn hold_broken(&mut self, why: LinkReason, answers: u64) -> Duration {
        let after = (BROKE * (1 << self.broke.min(16))).min(BROKE_AT_MOST);
        self.broke += 1;
        self.hold(why, after, Some(answers))
    }
}
