//! Twins: two hubs of one id, such as two vans with copies of one card. Whoever comes second is refused, aloud: operations
//! that come from the one would be left out of what is given to the other.
//!
//! Called by `http` for each call of another hub; asks the store who told of a log before. A hub that wakes on another
//! machine takes another id by itself, so these are copies of what an earlier version wrote, or of a whole machine.

use std::collections::HashMap;

use parking_lot::Mutex;
use uuid::Uuid;

use super::{Hub, PageBearer};
use crate::domain::Token;
use crate::store::StoreError;

/// Hubs that call here: a fleet is smaller.
const MOST: usize = 1_024;
/// A refused hub tries again every five minutes.
const SHOWN_MS: u64 = 15 * 60_000;
/// One that was not heard of for so long has left its id to the other.
const GONE_MS: u64 = 3_600_000;

/// A hub that calls.
#[derive(Debug, Clone)]
pub struct PeerCall {
    pub hub_id: Uuid,
    pub log_id: Uuid,
    pub bearer: PageBearer,
    /// For people.
    pub who: String,
    /// It brings operations of its log.
    pub brings: bool,
}

/// There is another hub of the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SameHub;

#[derive(Debug, Default)]
pub struct Twins {
    known: Mutex<HashMap<Uuid, KnownHub>>,
}

#[derive(Debug)]
struct KnownHub {
    who: String,
    instance: Option<Uuid>,
    heard_ms: u64,
    /// The log that it brought last, and those before.
    log_id: Uuid,
    left: Vec<Uuid>,
    /// How often it came back to one of those.
    returns: u32,
    /// Who was refused for it, and when.
    refused: Option<(String, u64)>,
}

impl Twins {
    /// `established`: the instance that told of this very log before, by the same credential.
    fn meet(&self, call: &PeerCall, established: Option<Uuid>, now_ms: u64) -> Result<(), SameHub> {
        let mut known = self.known.lock();
        if known.len() >= MOST && !known.contains_key(&call.hub_id) {
            // Whoever has been silent for longest is forgotten.
            let oldest = known.iter().min_by_key(|(_, hub)| hub.heard_ms).map(|(id, _)| *id);
            oldest.and_then(|id| known.remove(&id));
        }
        let instance = call.bearer.instance;
        let hub = known.entry(call.hub_id).or_insert_with(|| KnownHub {
            who: call.who.clone(),
            instance: established.or(instance),
            heard_ms: now_ms,
            log_id: call.log_id,
            left: Vec::new(),
            returns: 0,
            refused: None,
        });
        if established.is_some() {
            // Whatever somebody else has said of this id meanwhile.
            hub.instance = established;
        }
        let differs =
            |one: Option<Uuid>, other: Option<Uuid>| matches!((one, other), (Some(a), Some(b)) if a != b);
        if differs(hub.instance, instance) || hub.alternates(call, now_ms) {
            let news = hub.refused.as_ref().is_none_or(|(who, _)| *who != call.who);
            if news {
                tracing::warn!(hub = %call.hub_id, refused = call.who, known = hub.who, "two hubs have one id");
            }
            hub.refused = Some((call.who.clone(), now_ms));
            return Err(SameHub);
        }
        hub.instance = hub.instance.or(instance);
        hub.heard_ms = now_ms;
        hub.who.clone_from(&call.who);
        Ok(())
    }

    fn notices(&self, now_ms: u64) -> Vec<String> {
        let known = self.known.lock();
        let mut notices: Vec<String> = known
            .iter()
            .filter_map(|(id, hub)| {
                let (refused, at_ms) = hub.refused.as_ref()?;
                let id = &id.simple().to_string()[..8];
                (now_ms.saturating_sub(*at_ms) < SHOWN_MS).then(|| {
                    format!(
                        "Two hubs have the id {id}, as after a card was copied: {} and {refused}. The latter is \
                         refused, and its marks wait. Type `fieldhub identity new` on it: it then sends \
                         everything again.",
                        hub.who
                    )
                })
            })
            .collect();
        notices.sort();
        notices
    }
}

impl KnownHub {
    /// A log that was put back from an older copy comes back once. Two that take turns are of two hubs.
    fn alternates(&mut self, call: &PeerCall, now_ms: u64) -> bool {
        if !call.brings || call.log_id == self.log_id {
            return false;
        }
        let again = self.left.contains(&call.log_id);
        if again && self.returns > 0 && now_ms.saturating_sub(self.heard_ms) < GONE_MS {
            return true;
        }
        self.returns = if again { self.returns + 1 } else { self.returns };
        if !self.left.contains(&self.log_id) {
            self.left.push(self.log_id);
        }
        self.log_id = call.log_id;
        false
    }
}

impl Hub {
    /// Another hub calls about an audit: whether it is the one that has its id.
    pub fn meet(&self, token: &Token, call: &PeerCall) -> Result<Result<(), SameHub>, StoreError> {
        let marks = match self.high_waters(token, call.log_id) {
            Ok(marks) => marks,
            // It is made by what comes.
            Err(StoreError::UnknownAudit(_)) => Default::default(),
            Err(error) => return Err(error),
        };
        let established = marks.instance_of(&call.bearer.by);
        Ok(self.twins.meet(call, established, self.clock.monotonic_ms()))
    }

    pub(super) fn twin_notices(&self) -> Vec<String> {
        self.twins.notices(self.clock.monotonic_ms())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Teller;

    const HUB: Uuid = Uuid::from_u128(1);

    fn call(who: &str, instance: u128, log: u128) -> PeerCall {
        let instance = (instance > 0).then_some(Uuid::from_u128(instance));
        PeerCall {
            hub_id: HUB,
            log_id: Uuid::from_u128(log),
            bearer: PageBearer { by: Teller::Member(who.to_owned()), instance },
            who: who.to_owned(),
            brings: true,
        }
    }

    #[test]
    fn the_second_instance_of_a_hub_is_refused_and_told_of_until_it_stops() {
        let twins = Twins::default();
        assert_eq!(twins.meet(&call("Van 1", 1, 7), None, 0), Ok(()));
        assert_eq!(twins.meet(&call("Van 2", 2, 7), None, 1), Err(SameHub));
        assert_eq!(twins.meet(&call("Van 1", 1, 7), None, 2), Ok(()));
        let told = twins.notices(3);
        assert!(
            told[0]
                .starts_with("Two hubs have the id 00000000, as after a card was copied: Van 1 and Van 2.")
        );
        assert!(told[0].contains("`fieldhub identity new`"), "{told:?}");
        let renewed = PeerCall { hub_id: Uuid::from_u128(2), ..call("Van 2", 3, 8) };
        assert_eq!(twins.meet(&renewed, None, 4), Ok(()));
        assert_eq!(twins.notices(1 + SHOWN_MS), [] as [String; 0]);
    }

    #[test]
    fn nobody_takes_the_place_of_a_hub_that_has_told_of_its_log_before() {
        let twins = Twins::default();
        let (one, two) = (Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2)));
        // After a start of this hub somebody else comes first, and says that it is that hub.
        assert_eq!(twins.meet(&call("Liar", 9, 7), None, 0), Ok(()));
        assert_eq!(twins.meet(&call("Van 1", 1, 7), one, 1), Ok(()));
        assert_eq!(twins.meet(&call("Liar", 9, 7), None, 2), Err(SameHub));
        // And the copy of one, with the same credential.
        assert_eq!(twins.meet(&call("Van 1", 2, 7), one, 3), Err(SameHub));
        assert_eq!(Twins::default().meet(&call("Van 1", 1, 7), two, 3), Err(SameHub));
    }

    #[test]
    fn two_logs_that_take_turns_are_two_hubs_and_one_that_was_put_back_is_one() {
        let twins = Twins::default();
        let turn = |log, at| twins.meet(&call("Van", 0, log), None, at);
        for (log, at) in [(7, 0), (8, 1), (7, 2), (9, 3)] {
            assert_eq!(turn(log, at), Ok(()), "restored, put back, found out");
        }
        assert_eq!(turn(7, 4), Err(SameHub));
        assert_eq!(turn(9, 5), Ok(()));
        assert_eq!(turn(7, 6), Err(SameHub));
        let asks = PeerCall { brings: false, ..call("Van", 0, 7) };
        assert_eq!(twins.meet(&asks, None, 7), Ok(()), "asking harms nobody");
        assert_eq!(turn(7, 7 + GONE_MS), Ok(()), "the other one is gone");
    }

    #[test]
    fn hubs_are_counted_and_the_silent_one_is_forgotten() {
        let twins = Twins::default();
        for n in 0..=MOST as u64 {
            let call = PeerCall { hub_id: Uuid::from_u128(n.into()), ..call("Van", 1, 7) };
            assert_eq!(twins.meet(&call, None, n), Ok(()));
        }
        let known = twins.known.lock();
        assert!(known.len() == MOST && !known.contains_key(&Uuid::nil()));
    }
}
