//! Report as PDF (PDF/A-2b): typeset to be shown to a customer, made page after page, so that a long one takes no memory.
//!
//! `hub` calls [`write`] with a report, a language and a way to pictures. `sections` say what is on which page; `book`, `text`, `table`,
//! `chart` and `map` lay it out; `sheet` draws; `fonts` and `pictures` bring what is embedded; `file` spells the file. The same report gives the same bytes.

mod archive;
mod book;
mod chart;
mod file;
mod fonts;
#[cfg(test)]
mod golden;
mod look;
mod map;
mod pictures;
mod sections;
mod sheet;
mod table;
#[cfg(test)]
pub(super) mod tests;
mod text;
mod typeface;
mod words;

use std::io::{self, Write};

use super::{Report, ReportLanguage};
use crate::domain::photo::BlobHash;
use crate::domain::proof::Sealer;

/// What a PDF came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PdfFacts {
    pub pages: usize,
    /// Letters that the fonts do not have, and that are boxes on the page.
    pub boxes: usize,
    /// Pictures that are named and could not be shown.
    pub pictures_missing: usize,
}

/// Writes the report. `pictures` gives the bytes of a blob, and is asked for one at a time; `None`: it is not here. `seal` signs the file.
pub fn write(
    report: &Report,
    language: ReportLanguage,
    pictures: &mut dyn FnMut(BlobHash) -> Option<Vec<u8>>,
    seal: Option<&Sealer<'_>>,
    out: &mut dyn Write,
) -> io::Result<PdfFacts> {
    sections::write(report, language, pictures, seal, out)
}
