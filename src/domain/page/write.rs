//! Encoder of a page: operation by operation, until it is full.
//!
//! Called by `hub`, which reads the log; calls `columns` and `context`.

use super::columns::{Column, Columns};
use super::context::{BaseForm, Context, claimed, id_ms, step_to};
use super::{
    ENOUGH, HEAD, Header, MAX_OPS, MAX_STAMPS, PageError, PageProofs, PageRows, VERSION, Written, whole,
};
use crate::domain::body::KIND_MARK;
use crate::domain::proof::rows::{RowDigest, row_digest};
use crate::domain::{Body, Carried, Digest, Mark, Seen};

#[derive(Debug, Default)]
pub struct Encoder {
    columns: Columns,
    context: Context,
    /// The end of each id, and the checksum.
    rest: Vec<u8>,
    count: usize,
    stamps: usize,
    full: bool,
    /// Digest of the pages before, and of each operation.
    rows: Option<(Digest, Vec<RowDigest>)>,
}

impl Encoder {
    /// With the digests of its operations, and that of the pages before it.
    pub fn after_pages(before: Digest) -> Self {
        Self { rows: Some((before, Vec::new())), ..Self::default() }
    }

    /// As somebody does it who changes operations, and leaves what is said of them.
    #[cfg(test)]
    pub(in crate::domain) fn claim(&mut self, rows: Vec<RowDigest>) {
        self.rows = self.rows.take().map(|(before, _)| (before, rows));
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// Take an operation in. False when the page is full: it belongs in the next one.
    pub fn push(&mut self, op: &Carried) -> Result<bool, PageError> {
        let stamps = self.stamps + op.base.stamps().len();
        self.full |= self.count > 0 && (self.count >= MAX_OPS || stamps > MAX_STAMPS);
        if self.full {
            return Ok(false);
        }
        let before = self.columns.lengths();
        let who = self.put(op)?;
        if self.count > 0 && self.columns.lengths().iter().sum::<usize>() > ENOUGH {
            // What the context has learnt does not matter: nothing comes after.
            self.columns.cut(before);
            self.full = true;
            return Ok(false);
        }
        self.context.learn(op, who);
        self.rest.extend_from_slice(&op.id.as_bytes()[6..]);
        let whole = whole(op).map_err(PageError::unwritten)?;
        self.rest.extend_from_slice(&crc32fast::hash(&whole).to_le_bytes());
        if let Some((_, rows)) = &mut self.rows {
            rows.push(row_digest(&whole));
        }
        self.count += 1;
        self.stamps = stamps;
        Ok(true)
    }

    /// The page, with all that was taken in.
    pub fn finish(self, header: Header) -> Result<Vec<u8>, PageError> {
        self.finish_proved(header, PageProofs::default())
    }

    /// One without operations, that carries a text: readers of before pass over it. It belongs to no part of the log.
    pub fn with_text(header: Header, text: &str) -> Result<Vec<u8>, PageError> {
        let after = header.upto;
        let added = [&PageProofs::nothing()?, text.as_bytes()].concat();
        Self::default().write(Header { after, partial: true, ..header }, &added)
    }

    /// As `finish`, with what shows where in the log it lies.
    pub fn finish_proved(self, header: Header, proofs: PageProofs) -> Result<Vec<u8>, PageError> {
        let mut added = proofs.written()?;
        if let Some((before, rows)) = &self.rows {
            if added.is_empty() {
                added = PageProofs::nothing()?;
            }
            added.extend(PageRows::to_bytes(*before, rows));
        }
        self.write(header, &added)
    }

    fn write(self, header: Header, added: &[u8]) -> Result<Vec<u8>, PageError> {
        let mut columns = self.columns.pack()?;
        columns.extend_from_slice(added);
        let written = Written { header, count: self.count, packed: columns.len() };
        let mut page = vec![VERSION, 0, 0, 0, 0];
        page = postcard::to_extend(&written, page).map_err(PageError::unwritten)?;
        page.extend_from_slice(&columns);
        page.extend_from_slice(&self.rest);
        let length = u32::try_from(page.len() - HEAD).map_err(PageError::unwritten)?;
        page[1..HEAD].copy_from_slice(&length.to_le_bytes());
        let crc = crc32fast::hash(&page);
        page.extend_from_slice(&crc.to_le_bytes());
        Ok(page)
    }

    fn put(&mut self, op: &Carried) -> Result<usize, PageError> {
        let who = match self.context.who(op) {
            Some(who) => {
                self.columns.put(Column::Who, &who)?;
                who
            }
            None => {
                self.columns.put(Column::Who, &self.context.who.len())?;
                self.columns.put(Column::Names, &(&op.author, &op.device))?;
                self.context.name(op.author.clone(), op.device.clone())
            }
        };
        let ms = id_ms(op.id);
        self.columns.put(Column::IdTimes, &between(self.context.who[who].id_ms, ms))?;
        let lead = op.marked_ms.wrapping_sub(ms);
        self.columns.put(Column::Marked, &between(self.context.who[who].lead, lead))?;
        self.put_stamp(op, who)?;
        self.put_body(op, who)?;
        self.put_base(op, who)?;
        Ok(who)
    }

    fn put_stamp(&mut self, op: &Carried, who: usize) -> Result<(), PageError> {
        let as_claimed = op.stamp == claimed(op.marked_ms, self.context.who[who].actor);
        self.columns.put(Column::StampForms, &u8::from(!as_claimed))?;
        if !as_claimed {
            let late = between(op.marked_ms, op.stamp.ms);
            self.columns.put(Column::Stamps, &(late, op.stamp.counter))?;
            self.put_actor(op.stamp.actor)?;
        }
        Ok(())
    }

    /// The next number is a new one, and it follows.
    fn put_actor(&mut self, actor: u64) -> Result<usize, PageError> {
        if let Some(at) = self.context.actor(actor) {
            self.columns.put(Column::Actors, &at)?;
            return Ok(at);
        }
        self.columns.put(Column::Actors, &(self.context.actors.len(), actor))?;
        Ok(self.context.number(actor))
    }

    fn put_body(&mut self, op: &Carried, who: usize) -> Result<(), PageError> {
        let Body::Mark(Mark { module, status, comment }) = &op.body else {
            let (kind, bytes) = op.body.to_bytes().map_err(PageError::unwritten)?;
            self.columns.put(Column::Kinds, &kind)?;
            return self.columns.put(Column::Bodies, bytes.as_slice());
        };
        self.columns.put(Column::Kinds, &KIND_MARK)?;
        let status = match status {
            None => 0,
            Some(None) => 1,
            Some(Some(status)) => 2 + *status as u8,
        };
        let said = match comment {
            None => 0,
            Some(None) => 1,
            Some(Some(_)) => 2,
        };
        self.columns.put(Column::Findings, &(status | said << 4))?;
        if let Some(Some(text)) = comment {
            self.columns.put(Column::Comments, text)?;
        }
        match self.context.who[who].module.as_ref().and_then(|before| step_to(before, module)) {
            // One is added on both sides of nothing, so that 0 is free.
            Some(step) => self.columns.put(Column::Steps, &if step >= 0 { step + 1 } else { step }),
            None => {
                self.columns.put(Column::Steps, &0i64)?;
                self.columns.put(Column::Modules, module)
            }
        }
    }

    fn put_base(&mut self, op: &Carried, who: usize) -> Result<(), PageError> {
        let known = self.context.seen(op.body.plainly_marked()).cloned().unwrap_or_default();
        let more: Vec<_> = op.base.stamps().iter().copied().filter(|stamp| !known.covers(*stamp)).collect();
        let mut both = known.clone();
        more.iter().for_each(|stamp| both.add(*stamp));
        let (form, listed) = match () {
            () if op.base == Seen::default() => (BaseForm::Nothing, Vec::new()),
            () if op.base == known => (BaseForm::Known, Vec::new()),
            () if !known.is_empty() && op.base == both => (BaseForm::More, more),
            () => (BaseForm::Listed, op.base.stamps().to_vec()),
        };
        self.columns.put(Column::BaseForms, &(form as u8))?;
        if matches!(form, BaseForm::More | BaseForm::Listed) {
            self.columns.put(Column::Listed, &listed.len())?;
        }
        for stamp in listed {
            let at = self.put_actor(stamp.actor)?;
            let before = self.context.who[who].listed.insert(at, stamp.ms).unwrap_or(op.stamp.ms);
            self.columns.put(Column::BaseTimes, &between(before, stamp.ms))?;
            self.columns.put(Column::BaseCounters, &stamp.counter)?;
        }
        Ok(())
    }
}

/// From one number to another, whichever is greater.
fn between(from: u64, to: u64) -> i64 {
    to.wrapping_sub(from).cast_signed()
}
