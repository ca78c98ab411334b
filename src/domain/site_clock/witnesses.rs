//! Majority vote of tablets about the time: one vote a person, of devices that the hub has known for long.
//!
//! Pure. Called by `site_clock`. How long the hub has known a device is counted in the hub's own running time, which
//! no word can move, and is kept over restarts.

use serde::{Deserialize, Serialize};

use super::{AGREE_MS, DAY_MS};
use crate::domain::composed::composed;

/// A device has a vote when the hub has known it for so long while it ran: who comes with two devices, or with ten,
/// waits among those who were there before.
const KNOWN_FOR_MS: u64 = 3_600_000;
/// How long a tablet's word is worth something.
const FRESH_MS: u64 = 10 * 60_000;
/// Who has not been heard for so long while the hub ran may be forgotten for a newcomer.
const GONE_MS: u64 = 30 * DAY_MS;
/// More than any crew has.
const MOST: usize = 256;

/// Whose word it is. What names one person or one device twice counts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// As the hub knows it: a member's id, or an address where nobody joins.
    pub device: String,
    /// Where it calls from.
    pub address: String,
    /// Whose it is, as they call themselves.
    pub name: Option<String>,
    /// A member is known from when they are first heard; elsewhere a mark comes first (`SiteClock::meet`).
    pub joined: bool,
}

/// Since when a device is known, and when it was last heard, by the hub's running time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownDevice {
    pub device: String,
    pub since_ms: u64,
    pub heard_ms: u64,
}

impl KnownDevice {
    fn has_vote(&self, at: RunningTime) -> bool {
        at.ran_ms.saturating_sub(self.since_ms) >= KNOWN_FOR_MS
    }
}

/// How long the hub has been running: since this start, and in all.
#[derive(Debug, Clone, Copy)]
pub struct RunningTime {
    pub mono_ms: u64,
    pub ran_ms: u64,
}

#[derive(Debug, Clone)]
struct Testimony {
    witness: Witness,
    /// Its time less our monotonic time: what the clock's offset would be if it were right.
    offset: u64,
    heard_ms: u64,
}

#[derive(Debug, Clone, Default)]
pub struct Witnesses {
    known: Vec<KnownDevice>,
    heard: Vec<Testimony>,
}

impl Witnesses {
    pub fn new(mut known: Vec<KnownDevice>) -> Self {
        known.truncate(MOST);
        Self { known, heard: Vec::new() }
    }

    pub fn known(&self) -> &[KnownDevice] {
        &self.known
    }

    pub fn meet(&mut self, device: &str, at: RunningTime) {
        if let Some(known) = self.known.iter_mut().find(|known| known.device == device) {
            known.heard_ms = at.ran_ms;
            return;
        }
        if self.known.len() == MOST {
            // A crowd of newcomers drives out nobody who has a vote.
            let gone = |known: &KnownDevice| {
                let quiet_ms = at.ran_ms.saturating_sub(known.heard_ms);
                quiet_ms > if known.has_vote(at) { GONE_MS } else { FRESH_MS }
            };
            let quietest = self
                .known
                .iter()
                .enumerate()
                .filter(|(_, known)| gone(known))
                .min_by_key(|(_, known)| known.heard_ms);
            let Some((place, _)) = quietest else { return };
            self.known.swap_remove(place);
        }
        self.known.push(KnownDevice { device: device.to_owned(), since_ms: at.ran_ms, heard_ms: at.ran_ms });
    }

    /// Takes a word down, of a device that is known.
    pub fn hear(&mut self, witness: &Witness, offset: u64, at: RunningTime) {
        let Some(known) = self.known.iter_mut().find(|known| known.device == witness.device) else { return };
        known.heard_ms = at.ran_ms;
        self.heard.retain(|heard| {
            heard.witness.device != witness.device && at.mono_ms.saturating_sub(heard.heard_ms) < FRESH_MS
        });
        // As many at most as are known, and a few that were forgotten since.
        if self.heard.len() < 2 * MOST {
            let mut witness = witness.clone();
            // As one of all ways to write it: names are compared at each word of anybody.
            witness.name = witness.name.map(|name| composed(&name).into_owned());
            self.heard.push(Testimony { witness, offset, heard_ms: at.mono_ms });
        }
    }

    /// What more than half of all who have a vote say; the middle one of those who agree.
    pub fn most(&self, at: RunningTime) -> Option<u64> {
        let votes = self.votes(at, |known, _| known.has_vote(at));
        let agreed = largest(&votes);
        (agreed.len() >= 2 && agreed.len() * 2 > votes.len()).then(|| middle(agreed)).flatten()
    }

    /// What members say who are all new, and all agree: the first night of a crew. `None` as soon as one is there who
    /// has a vote.
    pub fn newcomers(&self, at: RunningTime) -> Option<u64> {
        if !self.votes(at, |known, _| known.has_vote(at)).is_empty() {
            return None;
        }
        let votes = self.votes(at, |_, witness| witness.joined);
        (votes.len() >= 2 && largest(&votes).len() == votes.len()).then(|| middle(&votes)).flatten()
    }

    /// What two or more say that is not this.
    pub fn against(&self, offset: u64, at: RunningTime) -> Option<u64> {
        let mut votes = self.votes(at, |known, _| known.has_vote(at));
        votes.retain(|vote| vote.abs_diff(offset) > AGREE_MS);
        let agreed = largest(&votes);
        (agreed.len() >= 2).then(|| middle(agreed)).flatten()
    }

    /// One a person, in order of what they say, of those who may.
    fn votes(&self, at: RunningTime, may: impl Fn(&KnownDevice, &Witness) -> bool) -> Vec<u64> {
        let since = |heard: &Testimony| {
            let known = self.known.iter().find(|known| known.device == heard.witness.device)?;
            let fresh = at.mono_ms.saturating_sub(heard.heard_ms) < FRESH_MS;
            (fresh && may(known, &heard.witness)).then_some(known.since_ms)
        };
        let mut voters: Vec<_> = self.heard.iter().filter_map(|heard| Some((since(heard)?, heard))).collect();
        // Who was there first keeps the vote: nobody takes it by calling themselves the same.
        voters.sort_by(|(a, x), (b, y)| (a, &x.witness.device).cmp(&(b, &y.witness.device)));
        let mut counted: Vec<&Testimony> = Vec::new();
        for (_, voter) in voters {
            if !counted.iter().any(|other| is_one_person(&other.witness, &voter.witness)) {
                counted.push(voter);
            }
        }
        let mut votes: Vec<u64> = counted.iter().map(|vote| vote.offset).collect();
        votes.sort_unstable();
        votes
    }
}

fn is_one_person(a: &Witness, b: &Witness) -> bool {
    a.device == b.device || a.address == b.address || (a.name.is_some() && a.name == b.name)
}

/// The most that agree with each other, of sorted votes.
fn largest(votes: &[u64]) -> &[u64] {
    let mut best: &[u64] = &[];
    for (first, vote) in votes.iter().enumerate() {
        let end = votes.partition_point(|other| other.saturating_sub(*vote) <= AGREE_MS);
        if end - first > best.len() {
            best = &votes[first..end];
        }
    }
    best
}

/// Of two the earlier: being a little behind is harmless, being ahead is not.
fn middle(votes: &[u64]) -> Option<u64> {
    votes.get(votes.len().saturating_sub(1) / 2).copied()
}
