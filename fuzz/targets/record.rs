//! Rows of all tables, as a damaged card or another version may hold them: first as they are, then
//! past the checksum, sealed as the store itself would.

#![no_main]

use fieldhub::domain::{AuditState, Digest, Entry};
use fieldhub::store::record::{AuditRow, ClockRow, Fold, decode_op, encode_op, open, seal};
use libfuzzer_sys::fuzz_target;
use serde::de::DeserializeOwned;
use serde::ser::SerializeTuple;
use serde::{Serialize, Serializer};

/// Bytes as they are: postcard writes a tuple without its length.
struct Raw<'a>(&'a [u8]);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        self.0.iter().try_for_each(|byte| tuple.serialize_element(byte))?;
        tuple.end()
    }
}

const KEY: &[u8] = b"key";
/// Audit 3, operation 7.
const LOG_KEY: &[u8] = &[0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 7];

fuzz_target!(|data: &[u8]| {
    let Some((table, data)) = data.split_first() else { return };
    match table % 5 {
        0 => operation(data),
        1 => row::<AuditRow>(data),
        2 => row::<Fold>(data),
        3 => row::<ClockRow>(data),
        _ => row::<Entry>(data),
    }
});

fn operation(data: &[u8]) {
    // As it is: nothing to hold but that it does no harm. The fuzzer finds checksums by itself.
    let _ = decode_op(3, 7, data);
    let sealed = seal(LOG_KEY, &Raw(data)).expect("it is sealed");
    assert_eq!(&sealed[4..], data);
    let Ok(row) = decode_op(3, 7, &sealed) else { return };
    let (written, digest) =
        encode_op(3, &row.op, row.clock.hlc, Digest::EMPTY).expect("what was read can be written");
    let added = if row.digest.is_some() { 0 } else { Digest::LEN };
    assert!(written.len() <= sealed.len() + added, "no longer than it came");
    let again = decode_op(3, 7, &written).expect("and read");
    assert_eq!((&again.op, again.clock, again.digest), (&row.op, row.clock, Some(digest)));
    assert_eq!(Digest::EMPTY.then(7, again.bytes), digest);
    assert!(decode_op(3, 8, &written).is_err(), "under another key it is damaged");
    let mut state = AuditState::default();
    state.fold(&row.op);
    assert_eq!(state.head, 7);
    assert_eq!(state.picture().len(), state.module_count());
}

fn row<T: Serialize + DeserializeOwned>(data: &[u8]) {
    let what = || "a row".to_owned();
    let _ = open::<T>(KEY, data, what);
    let sealed = seal(KEY, &Raw(data)).expect("it is sealed");
    let Ok(value) = open::<T>(KEY, &sealed, what) else { return };
    let written = seal(KEY, &value).expect("what was read can be written");
    assert!(written.len() <= sealed.len(), "no longer than it came");
    let again: T = open(KEY, &written, what).expect("and read");
    assert_eq!(seal(KEY, &again).ok(), Some(written));
}
