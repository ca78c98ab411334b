//! Second look (retry with fresh handles): whether a database that does not open is damaged, or was only read badly.
//!
//! Called by `open` and `backup` around everything that opens a file. A cable, a card or memory that fails for a moment
//! must not cost a hub its marks.

use std::time::Duration;

use redb::StorageBackend;

use super::StoreError;
use super::medium::Medium;

/// Between one look and the next.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(400), Duration::from_millis(1_600)];

/// Blocks that are read to see whether the rest of a file can be, and how large they are.
const PROBES: u64 = 16;
const PROBE: u64 = 4_096;

/// Opens until it opens. It is damaged when two looks in a row say so, or when all of them fail to read at one and the same
/// place: a bad sector. Whatever else fails all the time is the medium, and says nothing of the file. `open` is told whether the
/// look before has found the last commit torn: after a power cut it is, and one bad page must not undo an acknowledged one.
pub fn again<T>(
    medium: &dyn Medium,
    name: &str,
    open: impl Fn(bool) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut places = Vec::new();
    let (mut was_damaged, mut was_torn) = (false, false);
    let mut pauses = PAUSES.iter();
    loop {
        let error = match open(was_torn) {
            Ok(opened) => {
                if pauses.len() < PAUSES.len() {
                    tracing::warn!(
                        file = name,
                        "what did not open at first is whole: the card may be failing"
                    );
                }
                return Ok(opened);
            }
            Err(error) => error,
        };
        match &error {
            StoreError::Damaged { .. } if was_damaged => return Err(error),
            StoreError::Unreadable { at, .. } => places.push(*at),
            StoreError::Damaged { .. }
            | StoreError::Torn { .. }
            | StoreError::Failed(_)
            | StoreError::Reopening => {}
            _ => return Err(error),
        }
        was_damaged = matches!(error, StoreError::Damaged { .. });
        was_torn = matches!(error, StoreError::Torn { .. });
        let Some(pause) = pauses.next() else { return Err(verdict(medium, name, &places, error)) };
        tracing::info!(%error, file = name, "this did not open: it is looked at once more");
        medium.pause(*pause);
        if let Err(error) = medium.forget(name) {
            tracing::debug!(%error, file = name, "the next look may be one at memory");
        }
    }
}

fn verdict(medium: &dyn Medium, name: &str, places: &[u64], last: StoreError) -> StoreError {
    match places.first() {
        Some(at)
            if places.len() > PAUSES.len()
                && places.iter().all(|place| place == at)
                && (reads_elsewhere(medium, name, *at) || only_this_does_not_open(medium, name)) =>
        {
            let problem = format!("byte {at} cannot be read, after {} looks", places.len());
            StoreError::Damaged { record: name.to_owned(), problem }
        }
        _ => last,
    }
}

/// Whether others can be opened and written beside it.
fn only_this_does_not_open(medium: &dyn Medium, name: &str) -> bool {
    medium.open(name).is_err() && medium.probe().is_ok()
}

/// Whether it is this place, and not the cable or the whole card.
fn reads_elsewhere(medium: &dyn Medium, name: &str, at: u64) -> bool {
    let (Ok(len), Ok(file)) = (medium.len(name), medium.open(name)) else { return false };
    let mut probe = [0; PROBE as usize];
    let blocks = len / PROBE;
    let places = (0..PROBES).map(|n| n * blocks / PROBES * PROBE);
    // Far enough from it to be no part of the same erase block.
    let elsewhere = places.filter(|place| place.abs_diff(at) >= PROBE * 4 && place + PROBE <= len);
    let read = elsewhere.map(|place| file.read(place, &mut probe).is_ok());
    let (good, all) = read.fold((0, 0), |(good, all), ok| (good + u32::from(ok), all + 1));
    good > 0 && good * 4 >= all * 3
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::fs::File;
    use std::io;

    use super::super::backend::Backend;
    use super::*;

    /// One that counts how often it was waited for; its file reads well, unless it is `gone`.
    #[derive(Debug, Default)]
    struct Waited(parking_lot::Mutex<Vec<Duration>>, bool);

    impl Medium for Waited {
        fn names(&self) -> io::Result<Vec<String>> {
            Ok(Vec::new())
        }
        fn len(&self, _: &str) -> io::Result<u64> {
            Ok(1 << 20)
        }
        fn open(&self, _: &str) -> io::Result<Backend> {
            let file = redb::backends::InMemoryBackend::new();
            // Nothing reads beyond the end.
            file.set_len(if self.1 { 0 } else { 1 << 20 })?;
            Ok(Backend::new(file))
        }
        fn rename(&self, _: &str, _: &str) -> io::Result<()> {
            Ok(())
        }
        fn remove(&self, _: &str) -> io::Result<()> {
            Ok(())
        }
        fn free_bytes(&self) -> io::Result<u64> {
            Ok(0)
        }
        fn probe(&self) -> io::Result<()> {
            Ok(())
        }
        fn unnamed(&self) -> io::Result<(Backend, File)> {
            Err(io::ErrorKind::Unsupported.into())
        }
        fn pause(&self, time: Duration) {
            self.0.lock().push(time);
        }
    }

    fn damaged() -> StoreError {
        StoreError::Damaged { record: "f".to_owned(), problem: "a sum".to_owned() }
    }

    fn unread(at: u64) -> StoreError {
        StoreError::Unreadable { record: "f".to_owned(), at, problem: "EIO".to_owned() }
    }

    /// What comes of these looks, `Ok` after the last, and how many there were.
    fn looks(says: Vec<StoreError>) -> (Result<(), StoreError>, usize) {
        let medium = Waited::default();
        let says = RefCell::new(says.into_iter());
        let end = again(&medium, "f", |_| says.borrow_mut().next().map_or(Ok(()), Err));
        let count = medium.0.lock().len() + 1;
        (end, count)
    }

    #[test]
    fn one_bad_look_is_none_and_two_that_agree_are_damage() {
        for once in [damaged(), unread(7), StoreError::Failed("the power".to_owned())] {
            let (end, count) = looks(vec![once]);
            assert!(end.is_ok() && count == 2);
        }
        assert!(matches!(looks(vec![damaged(), damaged()]), (Err(StoreError::Damaged { .. }), 2)));
        let (end, count) = looks(vec![damaged(), unread(7), damaged()]);
        assert!(end.is_ok() && count == 4, "none confirms the other");
        assert!(
            matches!(looks(vec![StoreError::InUse]), (Err(StoreError::InUse), 1)),
            "this is not of the bytes"
        );
    }

    #[test]
    fn a_torn_commit_is_undone_when_the_look_before_has_found_it_too() {
        let told = RefCell::new(Vec::new());
        let torn = || StoreError::Torn { record: "f".to_owned() };
        let says = RefCell::new(vec![torn(), unread(1), torn()].into_iter());
        let end = again(&Waited::default(), "f", |was_torn| {
            told.borrow_mut().push(was_torn);
            says.borrow_mut().next().map_or(Ok(()), Err)
        });
        assert!(end.is_ok());
        assert_eq!(told.into_inner(), [false, true, false, true]);
    }

    #[test]
    fn a_place_that_never_reads_is_damage_and_a_medium_that_fails_anywhere_is_not() {
        let bad_sector = std::iter::repeat_with(|| unread(7)).take(4).collect();
        assert!(
            matches!(looks(bad_sector), (Err(StoreError::Damaged { problem, .. }), 4) if problem.contains("byte 7"))
        );
        let gone = Waited(Default::default(), true);
        let whole_card = again(&gone, "f", |_| Err::<(), _>(unread(7)));
        assert!(matches!(whole_card, Err(StoreError::Unreadable { .. })), "nothing of it can be read");
        let anywhere = [7, 7, 7, 8].map(unread).to_vec();
        assert!(matches!(looks(anywhere), (Err(StoreError::Unreadable { at: 8, .. }), 4)));
        let gone = std::iter::repeat_with(|| StoreError::Failed("pulled out".to_owned())).take(4).collect();
        assert!(matches!(looks(gone), (Err(StoreError::Failed(_)), 4)));
    }
}
