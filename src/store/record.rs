//! Record format: how values lie in the tables. A CRC over key and bytes, then postcard; a row of the log ends with the
//! digest of the log up to there (hash chain).
//!
//! Called by everything in `store` that reads or writes a row; calls `domain` for the values.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};

use uuid::Uuid;

use super::StoreError;
use super::names_read::{NamesInRow, NamesRead};
use crate::domain::body::{KIND_RESTORE, KNOWN_KINDS};
use crate::domain::id::TechnicianId;
use crate::domain::layout_edit::LayoutEdits;
use crate::domain::photo::PhotoState;
use crate::domain::{
    Body, Details, Digest, Entry, Op, OpId, Outcome, PropertyOf, PropertyState, Seen, Stamp, Status, Token,
};

/// Bytes of the CRC that a value begins with.
const CRC: usize = 4;

/// One audit, living or removed. A removed one keeps its number and the end of its log, so that
/// sequence numbers go on and never back when the same token is made again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuditRow {
    pub no: u32,
    pub created_ms: u64,
    pub removed: bool,
    /// Sequence numbers of this audit begin after it. After a removal it is one more than the end
    /// of the log, so that whoever has read all that was erased can be told from a new reader.
    pub start: u64,
    /// Rows after it carry a digest. Those up to here were written by a version that knew none.
    pub chained_after: u64,
    /// The digest there.
    pub chain: Digest,
}

/// What the fold tables of one audit hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Fold {
    /// The last sequence number folded in.
    pub folded: u64,
    pub details: Details,
    /// Told behind the rest of the row: see [`seal_fold`].
    #[serde(skip)]
    pub photos: FoldedPhotos,
    /// So many things have properties, each in a row of its own; `None`: a version wrote it that knew none.
    #[serde(skip)]
    pub property_rows: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub enum FoldedPhotos {
    /// A version wrote it that knew none.
    #[default]
    Untold,
    /// In the fold's row: so the first version with photos had it.
    Within(Vec<(OpId, PhotoState)>),
    /// So many, each in a row of its own: see `photo_rows`.
    Rows(u64),
}

/// What lies after a fold in its row; and after that where the photos are. Versions that know neither write it back without.
#[derive(Serialize, Deserialize)]
struct FoldTail {
    /// The latest kind of operation that the version knew that folded: those of later ones are not in it.
    known: u16,
    edits: LayoutEdits,
}

/// How many photos have rows, and the latest kind of operation that the version knew that folded them. A fold without it says
/// that these rows are not of it.
#[derive(Serialize, Deserialize)]
struct PhotoRows {
    known: u16,
    rows: u64,
}

/// The row of a fold whose photos and properties are in so many rows of their own. The number of these lies behind all else: a version
/// that knows photos alone reads to there.
pub fn seal_fold(no: u32, fold: &Fold, photo_rows: u64, property_rows: u64) -> Result<Vec<u8>, StoreError> {
    // Of the kinds before photos: the first version with photos looks for them within, and reads its log then.
    let tail = FoldTail { known: KIND_RESTORE, edits: fold.details.edits.clone() };
    let within: Vec<()> = Vec::new();
    let photos = PhotoRows { known: KNOWN_KINDS, rows: photo_rows };
    seal(&no.to_be_bytes(), &(fold, tail, within, photos, property_rows))
}

/// The fold, and the latest kind of operation that is in it.
pub fn open_fold(no: u32, value: &[u8]) -> Result<(Fold, u16), StoreError> {
    let what = || format!("the fold of audit number {no}");
    let payload = payload(&no.to_be_bytes(), value, what)?;
    let (mut fold, rest): (Fold, _) =
        postcard::take_from_bytes(payload).map_err(|error| damaged(what(), error))?;
    if rest.is_empty() {
        return Ok((fold, KNOWN_BEFORE_TAILS));
    }
    let (tail, rest): (FoldTail, _) =
        postcard::take_from_bytes(rest).map_err(|error| damaged(what(), error))?;
    fold.details.edits = tail.edits;
    if rest.is_empty() {
        return Ok((fold, tail.known));
    }
    let (within, rest) = postcard::take_from_bytes(rest).map_err(|error| damaged(what(), error))?;
    if rest.is_empty() {
        fold.photos = FoldedPhotos::Within(within);
        return Ok((fold, tail.known));
    }
    let (PhotoRows { known, rows }, rest) =
        postcard::take_from_bytes(rest).map_err(|error| damaged(what(), error))?;
    fold.photos = FoldedPhotos::Rows(rows);
    if !rest.is_empty() {
        fold.property_rows = Some(postcard::from_bytes(rest).map_err(|error| damaged(what(), error))?);
    }
    Ok((fold, known))
}

/// The row of a module. Behind its entry lies what undos may put back, where there is such: versions that do not know
/// undos read the entry, and write it back without this.
pub fn seal_entry(module: &str, entry: &Entry) -> Result<Vec<u8>, StoreError> {
    match entry.state.told() {
        Some(told) => seal(module.as_bytes(), &(entry, told)),
        None => seal(module.as_bytes(), entry),
    }
}

pub fn open_entry(module: &str, value: &[u8], what: impl Fn() -> String) -> Result<Entry, StoreError> {
    let payload = payload(module.as_bytes(), value, &what)?;
    let (mut entry, rest): (Entry, _) =
        postcard::take_from_bytes(payload).map_err(|error| damaged(what(), error))?;
    if !rest.is_empty() {
        entry.state.remember(postcard::from_bytes(rest).map_err(|error| damaged(what(), error))?);
    }
    Ok(entry)
}

/// The row of what is set of one thing; what a later version writes behind it is not read.
pub fn open_property(no: u32, key: &str, value: &[u8]) -> Result<(PropertyOf, PropertyState), StoreError> {
    let what = || format!("what is set of {key} in audit number {no}");
    let of = PropertyOf::of_key(key);
    let of =
        of.ok_or_else(|| StoreError::Damaged { record: what(), problem: "there is no such thing".into() })?;
    let state: PropertyState = open(key.as_bytes(), value, what)?;
    Ok((of, state.shared()))
}

/// Marks, details, layouts and notes.
const KNOWN_BEFORE_TAILS: u16 = 4;

/// High-waters: the hybrid clock, and the latest time of receipt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRow {
    pub hlc: u64,
    pub received_ms: u64,
}

/// An audit's number, and where its log begins: an audit that is made again under the token of a removed one is
/// another one.
pub type Archived = (u32, u64);

/// How far an audit has got with one upstream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    /// Our log, which `acked` counts in. Another one now means: from the beginning.
    pub log_id: Uuid,
    /// The upstream has our log up to here.
    pub acked: u64,
    /// Of a fieldhub: its log, which `pulled` counts in.
    pub peer_log: Option<Uuid>,
    /// Up to where we have read it: a position in its log, or of a v3.3 cloud its own time.
    pub pulled: u64,
}

/// What a v3.3 cloud is known to hold of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shadow {
    pub status: Status,
    pub comment: Option<String>,
    pub technician: TechnicianId,
    /// The cloud's time of it; 0 when we sent it and have not seen it there.
    pub updated_ms: u64,
    /// It came from here, so the cloud's telling us of it is an echo.
    pub pushed: bool,
    /// What of the module whoever marks it there has seen.
    pub seen: Seen,
}

/// A module that an upstream does not take as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    pub reason: String,
    pub at_ms: u64,
    /// Its last mark then: a later one is tried anew.
    pub seq: u64,
    /// Somebody has said that it need not go up.
    pub dropped: bool,
}

#[derive(Serialize, Deserialize)]
struct OpRow<'v> {
    id: OpId,
    /// The author's id and name, and the device.
    #[serde(borrow)]
    by: NamesInRow<'v>,
    marked_ms: u64,
    received_ms: u64,
    stamp: Stamp,
    base: Seen,
    outcome: Outcome,
    hlc: u64,
    kind: u16,
    /// All at once and not byte by byte, as serde does of itself: half of the time of reading a row.
    #[serde(serialize_with = "as_bytes")]
    body: &'v [u8],
}

fn as_bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRow<'v> {
    pub op: Op,
    pub clock: ClockRow,
    /// Of the log up to here; earlier versions wrote none.
    pub digest: Option<Digest>,
    /// What the digest is taken of: the row without it.
    pub bytes: &'v [u8],
}

/// An operation as its row in the log, with the hybrid clock's high-water after it; and the digest of the log with it,
/// where `before` is that of the log without it.
pub fn encode_op(audit: u32, op: &Op, hlc: u64, before: Digest) -> Result<(Vec<u8>, Digest), StoreError> {
    let (kind, body) = op.body.to_bytes().map_err(StoreError::failed)?;
    let row = OpRow {
        id: op.id,
        by: NamesInRow::of(&op.author, &op.device),
        marked_ms: op.marked_ms,
        received_ms: op.received_ms,
        stamp: op.stamp,
        base: op.base.clone(),
        outcome: op.outcome,
        hlc,
        kind,
        body: &body,
    };
    let mut out = postcard::to_extend(&row, vec![0; CRC]).map_err(StoreError::failed)?;
    let digest = before.then(op.seq, &out[CRC..]);
    out.extend_from_slice(&digest.0);
    Ok((close(&log_key(audit, op.seq), out), digest))
}

pub fn decode_op(audit: u32, seq: u64, value: &[u8]) -> Result<LogRow<'_>, StoreError> {
    decode_op_among(&mut NamesRead::default(), audit, seq, value)
}

/// One of many.
pub fn decode_op_among<'v>(
    names: &mut NamesRead,
    audit: u32,
    seq: u64,
    value: &'v [u8],
) -> Result<LogRow<'v>, StoreError> {
    let what = || format!("operation {seq} of audit number {audit}");
    let payload = payload(&log_key(audit, seq), value, what)?;
    let (row, rest): (OpRow, _) =
        postcard::take_from_bytes(payload).map_err(|error| damaged(what(), error))?;
    let digest = match rest {
        [] => None,
        rest => Some(Digest(rest.try_into().map_err(|_| damaged(what(), "it has no right end"))?)),
    };
    let body = Body::from_bytes(row.kind, row.body).map_err(|error| damaged(what(), error))?;
    let clock = ClockRow { hlc: row.hlc, received_ms: row.received_ms };
    let (author, device) = names.take(row.by).map_err(|error| damaged(what(), error))?;
    let op = Op {
        seq,
        id: row.id,
        author,
        device,
        marked_ms: row.marked_ms,
        received_ms: row.received_ms,
        stamp: row.stamp,
        base: row.base,
        outcome: row.outcome,
        body,
    };
    Ok(LogRow { op, clock, digest, bytes: &payload[..payload.len() - rest.len()] })
}

/// The bytes of a row, whatever they are of, when it is as it was written.
pub fn log_bytes(audit: u32, seq: u64, value: &[u8]) -> Result<&[u8], StoreError> {
    payload(&log_key(audit, seq), value, || format!("operation {seq} of audit number {audit}"))
}

/// A row of the audits' table: it lies under its token.
pub fn audit_row(token: &str, value: &[u8]) -> Result<(Token, AuditRow), StoreError> {
    // Not which: its token is a key, and this gets into logs.
    let what = || "the row of an audit".to_owned();
    let row = open(token.as_bytes(), value, what)?;
    let token = Token::parse(token).map_err(|error| damaged(what(), error))?;
    Ok((token, row))
}

fn log_key(audit: u32, seq: u64) -> [u8; 12] {
    let mut key = [0; 12];
    key[..4].copy_from_slice(&audit.to_be_bytes());
    key[4..].copy_from_slice(&seq.to_be_bytes());
    key
}

fn damaged(record: String, problem: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged { record, problem: problem.to_string() }
}

/// CRC over the key and the bytes, then the bytes: a value that lies under a wrong key is as
/// damaged as one with a flipped bit.
pub fn seal<T: Serialize>(key: &[u8], value: &T) -> Result<Vec<u8>, StoreError> {
    Ok(close(key, postcard::to_extend(value, vec![0; CRC]).map_err(StoreError::failed)?))
}

/// Puts the CRC in the place that was left for it.
fn close(key: &[u8], mut out: Vec<u8>) -> Vec<u8> {
    let crc = checksum(key, &out[CRC..]);
    out[..CRC].copy_from_slice(&crc.to_le_bytes());
    out
}

pub fn open<T: DeserializeOwned>(
    key: &[u8],
    value: &[u8],
    what: impl Fn() -> String,
) -> Result<T, StoreError> {
    postcard::from_bytes(payload(key, value, &what)?).map_err(|error| damaged(what(), error))
}

/// Whether the value is as it was written.
pub fn check(key: &[u8], value: &[u8], what: impl Fn() -> String) -> Result<(), StoreError> {
    payload(key, value, what).map(|_| ())
}

fn payload<'v>(key: &[u8], value: &'v [u8], what: impl Fn() -> String) -> Result<&'v [u8], StoreError> {
    let (crc, payload) =
        value.split_first_chunk::<CRC>().ok_or_else(|| damaged(what(), "it is cut short"))?;
    if u32::from_le_bytes(*crc) != checksum(key, payload) {
        return Err(damaged(what(), "its checksum does not match"));
    }
    Ok(payload)
}

fn checksum(key: &[u8], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(payload);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Author;
    use crate::domain::id::DeviceId;
    use crate::domain::op::Note;
    use crate::domain::{Mark, ModuleId, Status};
    use proptest::prelude::*;

    fn an_op() -> Op {
        let mark =
            Mark::new(ModuleId::parse("M001").unwrap(), Some(Some(Status::Dead)), Some(Some("glass".into())));
        Op {
            seq: 7,
            id: OpId::from_u128(1),
            author: Author::new("tech_1", Some("Léa".into())).unwrap(),
            device: DeviceId::parse("dev_1").unwrap(),
            marked_ms: 5,
            received_ms: 6,
            stamp: Stamp { ms: 5, counter: 0, actor: 1 },
            base: Seen::default(),
            outcome: Outcome::Applied,
            body: Body::Mark(mark.unwrap()),
        }
    }

    #[test]
    fn an_operation_reads_back_as_written_and_an_unknown_kind_is_kept() {
        let mut op = an_op();
        let (row, digest) = encode_op(3, &op, 99, Digest::EMPTY).unwrap();
        let read = decode_op(3, 7, &row).unwrap();
        assert_eq!((&read.op, read.clock), (&op, ClockRow { hlc: 99, received_ms: 6 }));
        assert_eq!((read.digest, digest), (Some(digest), Digest::EMPTY.then(7, read.bytes)));
        let note = Body::Note(Note::new("bring the ladder").unwrap());
        for body in [note, Body::Unknown { kind: 900, bytes: vec![1, 2, 3] }] {
            op.body = body;
            let (row, _) = encode_op(3, &op, 99, Digest::EMPTY).unwrap();
            assert_eq!(decode_op(3, 7, &row).unwrap().op, op);
        }
    }

    #[test]
    fn a_row_of_an_earlier_version_has_no_digest_and_half_of_one_is_damaged() {
        let (row, _) = encode_op(3, &an_op(), 99, Digest::EMPTY).unwrap();
        let cut = |bytes: usize| close(&log_key(3, 7), row[..row.len() - bytes].to_vec());
        let (old, whole) = (cut(Digest::LEN), cut(0));
        let (old, whole) = (decode_op(3, 7, &old).unwrap(), decode_op(3, 7, &whole).unwrap());
        assert_eq!((old.digest, &old.op, old.bytes), (None, &whole.op, whole.bytes));
        for bytes in 1..Digest::LEN {
            assert!(decode_op(3, 7, &cut(bytes)).is_err(), "{bytes}");
        }
        assert_eq!(log_bytes(3, 7, &cut(Digest::LEN)).unwrap(), whole.bytes);
    }

    #[test]
    fn a_row_under_another_key_is_damaged_and_says_which_it_is() {
        let (row, _) = encode_op(3, &an_op(), 0, Digest::EMPTY).unwrap();
        let error = decode_op(3, 8, &row).unwrap_err().to_string();
        assert_eq!(error, "operation 8 of audit number 3 is damaged: its checksum does not match");
    }

    proptest! {
        #[test]
        fn any_flipped_bit_is_noticed(at in any::<prop::sample::Index>(), bit in 0..8u8) {
            let (mut row, _) = encode_op(3, &an_op(), 0, Digest::EMPTY).unwrap();
            let at = at.index(row.len());
            row[at] ^= 1 << bit;
            prop_assert!(decode_op(3, 7, &row).is_err());
        }

        #[test]
        fn rubbish_is_an_error_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(decode_op(3, 7, &bytes).is_err());
        }
    }
}
