//! WorkProgress (watchdog, heartbeat of long work): a thread that opens, restores or writes the database says that it goes on, for as
//! long as bytes come and go. So whoever watches over the hub tells work that takes long from a hub that is stuck.
//!
//! `engine`, `recovery`, `backup` and `worker` say what they are at; `backend` counts each read, write and flush that is
//! done, `file` and `migrate` the parts of an opening. The thread that works tells it itself: one that hangs in a call is
//! silent. Calls what `Options` has for it.

use std::cell::RefCell;
use std::time::{Duration, Instant};

/// Between two words.
const EVERY: Duration = Duration::from_millis(250);
/// What takes longer than this goes round in circles, however many bytes come and go.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// A word of how something goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WorkProgress {
    /// What is done, in words; how much of it, from 0 to 1, where that is known; and the bytes that it has moved, but at once
    /// when a part is done.
    Goes { what: &'static str, part: Option<f64>, bytes: Option<u64> },
    /// Something that is not worth a word goes on.
    Alive,
    /// What was told of last is done, or has failed.
    Over,
}

#[derive(Clone, Copy)]
struct Work {
    tell: fn(WorkProgress),
    what: Option<&'static str>,
    part: Option<f64>,
    bytes: u64,
    began: Instant,
    told: Instant,
    has_said: bool,
}

thread_local! {
    static WORK: RefCell<Option<Work>> = const { RefCell::new(None) };
}

/// Ends the work that it stands for, also by a panic, and goes on with the one around it.
struct WorkScope(Option<Work>);

impl Drop for WorkScope {
    fn drop(&mut self) {
        let done = WORK.replace(self.0.take());
        if let Some(done) = done.filter(|done| done.has_said && done.what.is_some()) {
            (done.tell)(WorkProgress::Over);
        }
    }
}

/// `work` is done by this thread, which may take long. What is told of already is told of by that name.
pub(super) fn during<T>(tell: fn(WorkProgress), what: Option<&'static str>, work: impl FnOnce() -> T) -> T {
    let around = WORK.with_borrow(|work| *work);
    if around.is_some_and(|around| around.what.is_some() || what.is_none()) {
        return work();
    }
    let now = Instant::now();
    let begun = Work { tell, what, part: None, bytes: 0, began: now, told: now, has_said: false };
    let _scope = WorkScope(WORK.replace(Some(begun)));
    work()
}

/// A reading, a writing or a flush is done.
pub(super) fn moved(bytes: usize) {
    let word = WORK.with_borrow_mut(|work| {
        let work = work.as_mut()?;
        work.bytes += bytes as u64;
        let now = Instant::now();
        if now.duration_since(work.told) < EVERY || now.duration_since(work.began) > LONGEST {
            return None;
        }
        (work.told, work.has_said) = (now, true);
        let word = match work.what {
            Some(what) => WorkProgress::Goes { what, part: work.part, bytes: Some(work.bytes) },
            None => WorkProgress::Alive,
        };
        Some((work.tell, word))
    });
    // Not while it is borrowed: who is told may read or write.
    if let Some((tell, word)) = word {
        tell(word);
    }
}

/// So much of it, from 0 to 1, is done.
pub(super) fn part(done: f64) {
    let word = WORK.with_borrow_mut(|work| {
        let work = work.as_mut()?;
        (work.part, work.told, work.has_said) = (Some(done), Instant::now(), true);
        Some((work.tell, WorkProgress::Goes { what: work.what?, part: Some(done), bytes: None }))
    });
    if let Some((tell, word)) = word {
        tell(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static TOLD: RefCell<Vec<WorkProgress>> = const { RefCell::new(Vec::new()) };
    }

    fn tell(word: WorkProgress) {
        TOLD.with_borrow_mut(|told| told.push(word));
    }

    /// As if this thread had last said something so long ago.
    fn later(than_told: Duration, than_begun: Duration) {
        WORK.with_borrow_mut(|work| {
            let work = work.as_mut().unwrap();
            work.told = work.told.checked_sub(than_told).unwrap();
            work.began = work.began.checked_sub(than_begun).unwrap();
        });
    }

    #[test]
    fn who_works_is_heard_as_long_as_bytes_move_and_by_the_first_name_it_has() {
        moved(1);
        part(0.5);
        during(tell, None, || {
            moved(1);
            later(EVERY, Duration::ZERO);
            moved(1);
            during(tell, Some("Restoring"), || {
                during(tell, Some("Opening"), || {
                    later(EVERY, Duration::ZERO);
                    moved(7);
                    moved(7);
                    part(0.5);
                });
            });
            during(tell, None, || moved(1));
        });
        let told = TOLD.take();
        let goes = |part, bytes| WorkProgress::Goes { what: "Restoring", part, bytes };
        assert_eq!(
            told,
            [WorkProgress::Alive, goes(None, Some(7)), goes(Some(0.5), None), WorkProgress::Over]
        );
        assert!(WORK.with_borrow(Option::is_none));
    }

    #[test]
    fn what_goes_round_in_circles_is_heard_no_more_and_a_panic_ends_it() {
        let work = || {
            during(tell, Some("Restoring"), || {
                later(EVERY, LONGEST);
                moved(1);
                panic!("redb gave up");
            })
        };
        assert!(std::panic::catch_unwind(work).is_err());
        assert!(TOLD.take().is_empty() && WORK.with_borrow(Option::is_none));
    }
}
