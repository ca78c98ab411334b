//! Columnar encoding of a page: each thing that operations have, of all of them together. Alike lies by alike, which
//! compresses to almost nothing.
//!
//! `write` fills them, `read` takes from them value by value, in the same order.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::bufread::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};

use super::{MAX_UNPACKED, PageError};

/// What a column holds. The number is its place in the page.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// Who it is by and from which device: an index into those named so far. The next one names somebody new ...
    Who,
    /// ... here: author, device.
    Names,
    /// The time in the id: its difference from that of the operation before, by the same.
    IdTimes,
    /// When it was marked: how much later than the id's time, less what it was for that device before.
    Marked,
    /// 0: the stamp is what the author claims. 1: it is in `Stamps`.
    StampForms,
    /// Milliseconds after the claim, and the counter.
    Stamps,
    /// What kind of operation.
    Kinds,
    /// A mark's status (low four bits) and comment (high four).
    Findings,
    Comments,
    /// A mark's module: 0 when it is spelled out in `Modules`, else how far on from the one that this device marked
    /// before.
    Steps,
    Modules,
    /// How the base is told: see `context::BaseForm`.
    BaseForms,
    /// How many stamps of a base are listed ...
    Listed,
    /// ... their times: each the difference from the one of the same device in this author's base before ...
    BaseTimes,
    /// ... and their counters.
    BaseCounters,
    /// Devices, of stamps that are told in full and of those in bases: as in `Who`, a new one is named.
    Actors,
    /// Other kinds, as bytes.
    Bodies,
}

const COLUMNS: usize = Column::Bodies as usize + 1;

#[derive(Debug, Default)]
pub struct Columns([Vec<u8>; COLUMNS]);

impl Columns {
    pub fn put<T: Serialize + ?Sized>(&mut self, column: Column, value: &T) -> Result<(), PageError> {
        let bytes = &mut self.0[column as usize];
        *bytes = postcard::to_extend(value, std::mem::take(bytes)).map_err(PageError::unwritten)?;
        Ok(())
    }

    /// How far each is filled.
    pub fn lengths(&self) -> [usize; COLUMNS] {
        self.0.each_ref().map(Vec::len)
    }

    /// Take back what came after.
    pub fn cut(&mut self, lengths: [usize; COLUMNS]) {
        for (bytes, length) in self.0.iter_mut().zip(lengths) {
            bytes.truncate(length);
        }
    }

    /// All of them, compressed.
    pub fn pack(&self) -> Result<Vec<u8>, PageError> {
        // The page has a checksum of its own, so nothing of what gzip would put round it is needed.
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
        let lengths = postcard::to_stdvec(&self.lengths()).map_err(PageError::unwritten)?;
        let parts = std::iter::once(&lengths).chain(&self.0);
        for part in parts {
            deflate.write_all(part).map_err(PageError::unwritten)?;
        }
        deflate.finish().map_err(PageError::unwritten)
    }

    /// The columns, and the bytes after them.
    pub fn unpack(packed: &[u8]) -> Result<(Self, &[u8]), PageError> {
        let mut all = Vec::new();
        let mut inflate = DeflateDecoder::new(packed);
        let unpacked = inflate.by_ref().take(MAX_UNPACKED as u64 + 1).read_to_end(&mut all);
        unpacked.map_err(|_| PageError::damaged("it does not unpack"))?;
        if all.len() > MAX_UNPACKED {
            return Err(PageError::damaged("it unpacks to more than a page may hold"));
        }
        let used = usize::try_from(inflate.total_in()).unwrap_or(packed.len());
        Ok((Self::parse(&all)?, packed.get(used..).unwrap_or_default()))
    }

    /// Columns that are not packed.
    pub fn parse(all: &[u8]) -> Result<Self, PageError> {
        let (lengths, mut rest): ([usize; COLUMNS], _) =
            postcard::take_from_bytes(all).map_err(PageError::unread)?;
        let mut columns = Self::default();
        for (column, length) in columns.0.iter_mut().zip(lengths) {
            let (bytes, after) =
                rest.split_at_checked(length).ok_or(PageError::damaged("a column is cut short"))?;
            *column = bytes.to_vec();
            rest = after;
        }
        if rest.is_empty() { Ok(columns) } else { Err(PageError::damaged("there is more than its columns")) }
    }

    pub fn reader(&self) -> ColumnReader<'_> {
        ColumnReader(self.0.each_ref().map(Vec::as_slice))
    }
}

#[derive(Debug)]
pub struct ColumnReader<'c>([&'c [u8]; COLUMNS]);

impl<'c> ColumnReader<'c> {
    pub fn take<T: Deserialize<'c>>(&mut self, column: Column) -> Result<T, PageError> {
        let (value, rest) = postcard::take_from_bytes(self.0[column as usize]).map_err(PageError::unread)?;
        self.0[column as usize] = rest;
        Ok(value)
    }

    pub fn is_at_end(&self) -> bool {
        self.0.iter().all(|rest| rest.is_empty())
    }
}
