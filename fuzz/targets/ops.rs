//! The body of native operations, and each operation in it: read, written, taken in.

#![no_main]

use fieldhub::domain::{Body, NewOp};
use fieldhub::http::fuzz;
use fieldhub_fuzz::{Site, check_operation};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(read) = fuzz::operations(data) else { return };
    let mut ops = Vec::new();
    for op in read {
        match op {
            Ok(op) if ops.iter().any(|other: &NewOp| other.id == op.id) || !goes(&op, ops.last()) => {}
            Ok(op) => {
                check_operation(&op);
                ops.push(op);
            }
            Err(reason) => assert!(reason.len() <= 12 * data.len() + 1_000, "a refusal stays in proportion"),
        }
    }
    if !ops.is_empty() {
        let site = Site::new(Vec::new());
        let taken = site.take(ops.clone());
        site.check(&ops, &taken);
    }
});

/// An undo goes with the mark before it, and with no other of that id.
fn goes(op: &NewOp, before: Option<&NewOp>) -> bool {
    let Body::Restore(undo) = &op.body else { return true };
    before.is_some_and(|before| {
        before.id == undo.of && before.body.mark() == Some(&undo.mark) && before.device == op.device
    })
}
