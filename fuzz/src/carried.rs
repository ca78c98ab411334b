//! What must hold of operations of another hub that were let in.
//!
//! Called by `page` and `bundle`; calls the page's own writer, the merge and the store.

use std::collections::HashSet;

use fieldhub::domain::page::{self, Encoder, Header};
use fieldhub::domain::{AuditState, Body, Carried, Op, Outcome, Token};
use uuid::Uuid;

use crate::{Site, check_author, check_mark, check_note};

/// Operations that are taken into a store: more would leave the fuzzer time for nothing else.
const ENOUGH: usize = 64;

/// They are within all limits, written again they read as the same, and they come to the same in any order.
pub fn check_carried(ops: &[Carried]) {
    for op in ops {
        check_author(&op.author);
        match &op.body {
            Body::Mark(mark) => check_mark(mark),
            Body::Restore(restore) => check_mark(&restore.mark),
            Body::Note(note) => check_note(note),
            Body::Photo(photo) => {
                assert_eq!((**photo).clone().checked().as_ref(), Ok(&**photo), "it is within its limits");
            }
            Body::PhotoEdit(edit) => {
                assert_eq!((**edit).clone().checked().as_ref(), Ok(&**edit), "it is within its limits");
            }
            Body::Property(property) => {
                assert_eq!(
                    (**property).clone().checked().as_ref(),
                    Ok(&**property),
                    "it is within its limits"
                );
            }
            Body::Report(version) => {
                assert_eq!((**version).clone().checked().as_ref(), Ok(&**version), "it is within its limits");
            }
            Body::Details(_) | Body::Layout(_) | Body::LayoutEdit(_) | Body::Unknown { .. } => {}
        }
    }
    let mut encoder = Encoder::default();
    let mut again = Vec::new();
    for op in ops {
        if !encoder.push(op).expect("what was read can be written") {
            again.extend(written(std::mem::take(&mut encoder)));
            assert!(encoder.push(op).expect("and in the next page too"));
        }
    }
    again.extend(written(encoder));
    assert!(again == ops, "written again they read as the same");

    // One id twice is one operation: the store keeps the first.
    let mut ids = HashSet::new();
    let each: Vec<&Carried> = ops.iter().filter(|op| ids.insert(op.id)).take(ENOUGH).collect();
    let forth = fold(each.iter().copied());
    let back = fold(each.iter().rev().copied());
    assert!(forth == back, "{each:#?}");
    let without_notes = each.iter().filter(|op| !matches!(op.body, Body::Note(_)));
    assert!(fold(without_notes.copied()) == forth, "a note changes nothing: {each:#?}");
    if !each.is_empty() {
        let site = Site::new(Vec::new());
        site.check_carried(&each.into_iter().cloned().collect::<Vec<_>>());
    }
}

fn written(encoder: Encoder) -> Vec<Carried> {
    let count = encoder.count();
    let token = Token::parse("a").expect("a token");
    let header = Header {
        hub_id: Uuid::nil(),
        log_id: Uuid::nil(),
        token,
        after: 0,
        upto: 1,
        head: 2,
        partial: false,
    };
    let bytes = encoder.finish(header.clone()).expect("a page can be written");
    assert!(bytes.len() <= page::MAX_BYTES, "a page is no larger than what is let in");
    let read = page::decode(&bytes).expect("and read");
    assert_eq!((read.header, read.ops.len()), (header, count));
    read.ops
}

/// What shows, and is contested, whatever came first; where it lies in a log is not of it.
fn fold<'o>(ops: impl Iterator<Item = &'o Carried>) -> Vec<String> {
    let mut state = AuditState::default();
    for (op, seq) in ops.zip(1..) {
        let Carried { id, author, device, marked_ms, stamp, base, body } = op.clone();
        let outcome = Outcome::Applied;
        state.fold(&Op { seq, id, author, device, marked_ms, received_ms: 0, stamp, base, outcome, body });
    }
    let mut all: Vec<_> =
        state.modules().iter().map(|(id, entry)| format!("{id} {:?}", entry.state)).collect();
    all.extend(state.photos().iter().map(|(id, photo)| {
        format!("{id} {:?} {:?} {:?} {:?}", photo.taken(), photo.place(), photo.caption(), photo.taken_out())
    }));
    all.push(format!("{:?}", state.details()));
    all.sort();
    all
}
