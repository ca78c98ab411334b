//! Decoder of a page: the mirror of `write`, which trusts nothing.
//!
//! Called by `http` and `upstream` with what came over a link, and by `bundle`.

use super::columns::{Column, ColumnReader, Columns};
use super::context::{BaseForm, Context, claimed, step};
use super::{
    HEAD, MAX_BYTES, MAX_OPS, MAX_STAMPS, Page, PageError, PageProofs, PageRows, RefusedOp, TAIL, Written,
    length, whole,
};
use crate::domain::body::KIND_MARK;
use crate::domain::id::DeviceId;
use crate::domain::proof::rows::{RowDigest, row_digest};
use crate::domain::stamp::MAX_MS;
use crate::domain::{Author, Body, Carried, Mark, ModuleId, OpId, Seen, Stamp, Status, Token};

/// Bytes of each operation beside the columns: the end of its id, and its checksum.
const REST: usize = 14;

/// The one page that these bytes are.
pub fn decode(bytes: &[u8]) -> Result<Page, PageError> {
    let cut = || PageError::damaged("it is cut short, or there is more than one");
    let (head, _) = bytes.split_first_chunk::<HEAD>().ok_or_else(cut)?;
    if bytes.len() > MAX_BYTES || length(*head)? != bytes.len() {
        return Err(cut());
    }
    let (bytes, crc) = bytes.split_last_chunk::<TAIL>().ok_or_else(cut)?;
    if u32::from_le_bytes(*crc) != crc32fast::hash(bytes) {
        return Err(PageError::damaged("its checksum does not match"));
    }
    let (Written { header, count, packed }, bytes) =
        postcard::take_from_bytes::<Written>(&bytes[HEAD..]).map_err(PageError::unread)?;
    if count > MAX_OPS {
        return Err(PageError::damaged("it has more operations than a page may have"));
    }
    let (columns, rest) = bytes.split_at_checked(packed).ok_or_else(cut)?;
    if rest.len() != count * REST || header.after > header.upto || header.upto > header.head {
        return Err(PageError::damaged("its header does not go with it"));
    }
    let (columns, added) = Columns::unpack(columns)?;
    let (proofs, more) = PageProofs::read(added);
    let rows = PageRows::read(more);
    let sums = if rows.is_some() { Sums::Digested(Vec::with_capacity(count)) } else { Sums::Checked };
    let (ops, refused, found) = take_all(&columns, rest.as_chunks::<REST>().0, sums)?;
    let rows = rows.map(|(before, written)| PageRows { before, written, found });
    Ok(Page { header, ops, proofs, rows, refused })
}

/// Whether the page that begins these bytes has its checksum, of whatever version it is: later ones keep the frame. `None`: it has
/// not come whole.
pub fn is_sealed(bytes: &[u8]) -> Option<bool> {
    let [_, length @ ..] = *bytes.first_chunk::<HEAD>()?;
    let length = u32::from_le_bytes(length) as usize + HEAD + TAIL;
    if length > MAX_BYTES {
        return Some(false);
    }
    let (page, crc) = bytes.get(..length)?.split_last_chunk::<TAIL>()?;
    Some(u32::from_le_bytes(*crc) == crc32fast::hash(page))
}

/// The audit that a damaged page says to be of. Nothing but a word for people: it may be what is damaged.
pub fn claimed_token(bytes: &[u8]) -> Option<Token> {
    let (Written { header, .. }, _) = postcard::take_from_bytes(bytes.get(HEAD..)?).ok()?;
    Some(header.token)
}

/// The operations of columns as they are before they are packed, whatever their checksums: the door that `fuzz/`
/// comes in by, as no chance finds a checksum.
pub fn unsealed(columns: &[u8], rest: &[[u8; REST]]) -> Result<Vec<Carried>, PageError> {
    take_all(&Columns::parse(columns)?, rest, Sums::Ignored).map(|(ops, ..)| ops)
}

/// What becomes of the checksums of operations.
enum Sums {
    Ignored,
    Checked,
    /// And a digest of each is made.
    Digested(Vec<RowDigest>),
}

type Taken = (Vec<Carried>, Vec<RefusedOp>, Vec<RowDigest>);

fn take_all(columns: &Columns, rest: &[[u8; REST]], sums: Sums) -> Result<Taken, PageError> {
    let mut decoder = Decoder { columns: columns.reader(), context: Context::default(), stamps: 0, sums };
    let (mut ops, mut refused) = (Vec::with_capacity(rest.len()), Vec::new());
    for rest in rest {
        let op = decoder.take(rest)?;
        // By itself: what lies behind it is none the worse for it.
        match op.check() {
            Ok(()) => ops.push(op),
            Err(why) => refused.push(RefusedOp { id: op.id, why }),
        }
    }
    if !decoder.columns.is_at_end() {
        return Err(PageError::damaged("there is more in its columns than operations"));
    }
    let digests = if let Sums::Digested(digests) = decoder.sums { digests } else { Vec::new() };
    Ok((ops, refused, digests))
}

struct Decoder<'c> {
    columns: ColumnReader<'c>,
    context: Context,
    stamps: usize,
    sums: Sums,
}

impl Decoder<'_> {
    fn take(&mut self, rest: &[u8; REST]) -> Result<Carried, PageError> {
        let who = self.take_who()?;
        let ms = on(self.context.who[who].id_ms, self.columns.take(Column::IdTimes)?);
        if ms > MAX_MS {
            return Err(PageError::damaged("an id is out of form"));
        }
        let mut id = [0; 16];
        id[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
        id[6..].copy_from_slice(&rest[..10]);
        let lead = on(self.context.who[who].lead, self.columns.take(Column::Marked)?);
        let marked_ms = ms.wrapping_add(lead);
        let stamp = self.take_stamp(marked_ms, who)?;
        let body = self.take_body(who)?;
        let base = self.take_base(who, body.plainly_marked(), stamp)?;
        let op = Carried {
            id: OpId::from_bytes(id),
            author: self.context.who[who].author.clone(),
            device: self.context.who[who].device.clone(),
            marked_ms,
            stamp,
            base,
            body,
        };
        if !matches!(self.sums, Sums::Ignored) {
            let whole = whole(&op).map_err(PageError::unread)?;
            if crc32fast::hash(&whole).to_le_bytes() != rest[10..] {
                return Err(PageError::damaged(format!("operation {} is not what was written", op.id)));
            }
            if let Sums::Digested(digests) = &mut self.sums {
                digests.push(row_digest(&whole));
            }
        }
        self.context.learn(&op, who);
        Ok(op)
    }

    fn take_who(&mut self) -> Result<usize, PageError> {
        let who: usize = self.columns.take(Column::Who)?;
        if who == self.context.who.len() {
            let (author, device): (Author, DeviceId) = self.columns.take(Column::Names)?;
            return Ok(self.context.name(author, device));
        }
        if who < self.context.who.len() { Ok(who) } else { Err(PageError::damaged("nobody has that number")) }
    }

    fn take_stamp(&mut self, marked_ms: u64, who: usize) -> Result<Stamp, PageError> {
        let stamp = match self.columns.take(Column::StampForms)? {
            0u8 => claimed(marked_ms, self.context.who[who].actor),
            1 => {
                let (late, counter) = self.columns.take(Column::Stamps)?;
                let at = self.take_actor()?;
                Stamp { ms: on(marked_ms, late), counter, actor: self.context.actors[at] }
            }
            _ => return Err(PageError::damaged("a stamp is out of form")),
        };
        in_range(stamp)
    }

    fn take_actor(&mut self) -> Result<usize, PageError> {
        let at: usize = self.columns.take(Column::Actors)?;
        if at == self.context.actors.len() {
            let actor = self.columns.take(Column::Actors)?;
            return Ok(self.context.number(actor));
        }
        if at < self.context.actors.len() {
            Ok(at)
        } else {
            Err(PageError::damaged("no device has that number"))
        }
    }

    fn take_body(&mut self, who: usize) -> Result<Body, PageError> {
        let kind = self.columns.take(Column::Kinds)?;
        if kind != KIND_MARK {
            let bytes = self.columns.take(Column::Bodies)?;
            return Body::from_bytes(kind, bytes).map_err(PageError::unread);
        }
        let finding: u8 = self.columns.take(Column::Findings)?;
        let status = match finding & 15 {
            0 => None,
            1 => Some(None),
            number => Some(Some(status(number - 2)?)),
        };
        let comment = match finding >> 4 {
            0 => None,
            1 => Some(None),
            2 => Some(Some(self.columns.take(Column::Comments)?)),
            _ => return Err(PageError::damaged("a comment is out of form")),
        };
        let module = match self.columns.take(Column::Steps)? {
            0i64 => self.columns.take(Column::Modules)?,
            steps => {
                let steps = if steps > 0 { steps - 1 } else { steps };
                let before = self.context.who[who].module.as_ref();
                before
                    .and_then(|module| step(module, steps))
                    .ok_or(PageError::damaged("a module is out of form"))?
            }
        };
        Ok(Body::Mark(Mark { module, status, comment }))
    }

    fn take_base(&mut self, who: usize, module: Option<&ModuleId>, stamp: Stamp) -> Result<Seen, PageError> {
        let form = BaseForm::of(self.columns.take(Column::BaseForms)?);
        let mut base = match form.ok_or(PageError::damaged("a base is out of form"))? {
            BaseForm::Known | BaseForm::More => self.context.seen(module).cloned().unwrap_or_default(),
            BaseForm::Nothing | BaseForm::Listed => Seen::default(),
        };
        if matches!(form, Some(BaseForm::More | BaseForm::Listed)) {
            let listed: usize = self.columns.take(Column::Listed)?;
            if listed > Seen::MAX_ACTORS {
                return Err(PageError::damaged("a base is too large"));
            }
            for _ in 0..listed {
                let at = self.take_actor()?;
                let listed = self.context.who[who].listed.entry(at).or_insert(stamp.ms);
                *listed = on(*listed, self.columns.take(Column::BaseTimes)?);
                let counter = self.columns.take(Column::BaseCounters)?;
                base.add(in_range(Stamp { ms: *listed, counter, actor: self.context.actors[at] })?);
            }
        }
        self.stamps += base.stamps().len();
        if self.stamps > MAX_STAMPS { Err(PageError::damaged("its bases are too large")) } else { Ok(base) }
    }
}

fn status(number: u8) -> Result<Status, PageError> {
    let known = Status::ALL.get(usize::from(number)).copied();
    known.ok_or_else(|| PageError::damaged("it has a status that this version does not know"))
}

fn in_range(stamp: Stamp) -> Result<Stamp, PageError> {
    if stamp.ms <= MAX_MS { Ok(stamp) } else { Err(PageError::damaged("a stamp is out of form")) }
}

fn on(from: u64, by: i64) -> u64 {
    from.wrapping_add_signed(by)
}
