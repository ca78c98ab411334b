//! Proof of the report on paper: what it is held against, the signed head as a text and as a QR code, and what that proves.
//!
//! `sections` calls it.

use std::io;

use super::super::book::{LEFT, WIDTH};
use super::super::sheet::{Area, Ink};
use super::super::text::SMALL;
use super::super::words::with;
use super::Paper;
use crate::domain::report::{lines, qr};

/// Half a millimetre for each of 85 dots: what a telephone reads of paper.
const CODE: f32 = 142.0;

impl Paper<'_, '_> {
    pub(super) fn proof(&mut self) -> io::Result<()> {
        let (report, words, paper) = (self.report, self.words, self.paper);
        let book = &mut self.book;
        for (name, value) in lines::proof(report, words) {
            book.fact(name, &value, 130.0)?;
        }
        book.y += 8.0;
        for sentence in lines::proof_sentences(report, words) {
            book.paragraph(sentence)?;
        }
        book.y += 6.0;
        let all = [(paper.boxes, book.fonts.lacking), (paper.pictures_missing, book.missing)];
        for (sentence, count) in all.into_iter().filter(|(_, count)| *count > 0) {
            book.note(&with(sentence, [&words.count(count)]))?;
        }
        self.code()
    }

    /// The signed head, for a telephone and for whoever types it.
    fn code(&mut self) -> io::Result<()> {
        let Some(signed) = &self.report.proof.signed else { return Ok(()) };
        let Some(code) = qr::code(&signed.line) else { return Ok(()) };
        let book = &mut self.book;
        book.need(CODE + 16.0)?;
        book.y += 6.0;
        let top = book.y;
        let dot = CODE / code.side as f32;
        for (x, y, length) in code.runs {
            let (x, y, length) = (x as f32 * dot, y as f32 * dot, length as f32 * dot);
            // A little over the next row: no white line between two where a printer rounds.
            book.sheet.fill(Area::new(LEFT + x, top + y, length, dot + 0.04), Ink::BLACK);
        }
        book.say(&signed.line, SMALL, Ink::GREY, LEFT + CODE + 18.0, WIDTH - CODE - 18.0)?;
        book.y = book.y.max(top + CODE);
        Ok(())
    }
}
