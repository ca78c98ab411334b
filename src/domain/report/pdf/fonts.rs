//! Letters of a report: how wide a text is, where it breaks into lines, and how it is shown (text layout, kerning).
//!
//! Everything that has text on a page calls it; it calls `typeface`. Latin and Greek letters one after another: what the
//! fonts lack is shown as a box, counted, and keeps its text for whoever searches or copies (ActualText).

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use pdf_writer::{Content, Name, Ref, Str, TextStr};
use ttf_parser::GlyphId;

use super::file::PdfFile;
use super::typeface::Typeface;
use crate::domain::composed::composed;

/// Packed by build.rs: half of the bytes.
static PACKED: [&[u8]; 2] = [
    include_bytes!(concat!(env!("OUT_DIR"), "/FieldhubSans-Regular.ttf.gz")),
    include_bytes!(concat!(env!("OUT_DIR"), "/FieldhubSans-Semibold.ttf.gz")),
];
/// Unpacked for the first report, and kept for all.
static UNPACKED: OnceLock<[Vec<u8>; 2]> = OnceLock::new();

/// What stands for a letter that the fonts lack.
const BOX: char = '□';

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Semibold,
}

/// How a text is set: weight, and size in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TypeSetting {
    pub weight: Weight,
    pub size: f32,
}

pub const fn regular(size: f32) -> TypeSetting {
    TypeSetting { weight: Weight::Regular, size }
}

pub const fn semibold(size: f32) -> TypeSetting {
    TypeSetting { weight: Weight::Semibold, size }
}

fn unpacked() -> io::Result<&'static [Vec<u8>; 2]> {
    if let Some(faces) = UNPACKED.get() {
        return Ok(faces);
    }
    let mut faces = [Vec::new(), Vec::new()];
    for (face, packed) in faces.iter_mut().zip(PACKED) {
        GzDecoder::new(packed).read_to_end(face)?;
    }
    Ok(UNPACKED.get_or_init(|| faces))
}

pub struct Fonts {
    faces: [Typeface; 2],
    ids: [Ref; 2],
    /// Letters that were shown as a box.
    pub lacking: usize,
}

/// A letter on its way to the page.
#[derive(Clone, Copy)]
struct Letter {
    letter: char,
    glyph: GlyphId,
    /// The font has none: `glyph` is the box.
    lacks: bool,
}

impl Fonts {
    pub const NAMES: [Name<'static>; 2] = [Name(b"F0"), Name(b"F1")];

    pub fn new(file: &mut PdfFile<'_>) -> io::Result<Self> {
        let [regular, semibold] = unpacked()?;
        let faces = [
            Typeface::read("FieldhubSans-Regular", regular)?,
            Typeface::read("FieldhubSans-Semibold", semibold)?,
        ];
        Ok(Self { faces, ids: [file.promise(), file.promise()], lacking: 0 })
    }

    pub fn ids(&self) -> [Ref; 2] {
        self.ids
    }

    /// Writes what was used of them: at the end, when that is known.
    pub fn embed(&self, file: &mut PdfFile<'_>) -> io::Result<()> {
        for (face, id) in self.faces.iter().zip(self.ids) {
            face.embed(file, id)?;
        }
        Ok(())
    }

    fn letters(&mut self, text: &str, weight: Weight) -> Vec<Letter> {
        let face = &mut self.faces[weight as usize];
        let whole = composed(text);
        let mut letters = Vec::with_capacity(whole.len());
        for letter in whole.chars().filter(|letter| !is_invisible(*letter)) {
            let letter = if is_blank(letter) { ' ' } else { letter };
            let (glyph, lacks) = match face.glyph(letter) {
                Some(glyph) => (glyph, false),
                None => (face.glyph(BOX).unwrap_or_default(), true),
            };
            letters.push(Letter { letter, glyph, lacks });
        }
        letters
    }

    /// In points.
    pub fn width(&mut self, text: &str, set: TypeSetting) -> f32 {
        let letters = self.letters(text, set.weight);
        self.steps(&letters, set).iter().sum()
    }

    /// How far each letter goes from the one before.
    fn steps(&mut self, letters: &[Letter], set: TypeSetting) -> Vec<f32> {
        let face = &mut self.faces[set.weight as usize];
        let mut before = None;
        let step = |letter: &Letter| {
            let kerning = before.map_or(0.0, |before| face.kerning(before, letter.glyph));
            before = Some(letter.glyph);
            (face.advance(letter.glyph) + kerning) * set.size / 1000.0
        };
        letters.iter().map(step).collect()
    }

    /// The lines of a text that may be so wide. None is wider, also where a word has no end; an empty text is one empty line.
    pub fn lines(&mut self, text: &str, set: TypeSetting, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for part in text.split('\n') {
            let letters = self.letters(part, set.weight);
            let steps = self.steps(&letters, set);
            let (mut start, mut at, mut wide, mut last_break) = (0, 0, 0.0, None);
            while at < letters.len() {
                let letter = letters[at].letter;
                wide += steps[at];
                if wide > width && letter != ' ' && at > start {
                    let cut = last_break.unwrap_or(at);
                    lines.push(text_of(&letters[start..cut]));
                    start = cut;
                    (at, wide, last_break) = (start, 0.0, None);
                    continue;
                }
                at += 1;
                // No line ends within `31,2`.
                let number = letter == ','
                    && [at.checked_sub(2), Some(at)].into_iter().all(|at| {
                        at.and_then(|at| letters.get(at)).is_some_and(|beside| beside.letter.is_ascii_digit())
                    });
                if matches!(letter, ' ' | '-' | '–' | '/' | '_' | ',' | ';') && !number {
                    last_break = Some(at);
                }
            }
            lines.push(text_of(&letters[start..]));
        }
        lines
    }

    /// The text on one line that is no wider, with an ellipsis where it was cut.
    pub fn fitted<'t>(&mut self, text: &'t str, set: TypeSetting, width: f32) -> Cow<'t, str> {
        let letters = self.letters(text, set.weight);
        let steps = self.steps(&letters, set);
        if steps.iter().sum::<f32>() <= width && !text.contains('\n') {
            return Cow::Borrowed(text);
        }
        let mut left = width - self.width("…", set);
        let fits = steps
            .iter()
            .take_while(|step| {
                left -= **step;
                left >= 0.0
            })
            .count();
        let mut cut = text_of(&letters[..fits]);
        cut.push('…');
        Cow::Owned(cut)
    }

    /// Shows one line, from there to the right; y counts upwards, as in the file.
    pub fn show(&mut self, content: &mut Content, text: &str, set: TypeSetting, x: f32, y: f32) {
        let letters = self.letters(text, set.weight);
        content.begin_text().set_font(Self::NAMES[set.weight as usize], set.size).next_line(x, y);
        let mut rest = letters.as_slice();
        while let Some(first) = rest.first() {
            let lacks = first.lacks;
            let end = rest.iter().position(|letter| letter.lacks != lacks).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            if lacks {
                self.lacking += run.len();
                let text = text_of(run);
                content
                    .begin_marked_content_with_properties(Name(b"Span"))
                    .properties()
                    .actual_text(TextStr(&text));
            }
            self.show_run(content, run, set.weight);
            if lacks {
                content.end_marked_content();
            }
            rest = after;
        }
        content.end_text();
    }

    fn show_run(&mut self, content: &mut Content, run: &[Letter], weight: Weight) {
        let face = &mut self.faces[weight as usize];
        let mut positioned = content.show_positioned();
        let mut items = positioned.items();
        let (mut bytes, mut before) = (Vec::with_capacity(run.len() * 2), None);
        for letter in run {
            let kerning = before.map_or(0.0, |before| face.kerning(before, letter.glyph));
            if kerning != 0.0 {
                items.show(Str(&bytes));
                items.adjust(-kerning);
                bytes.clear();
            }
            let shown = if letter.lacks { BOX } else { letter.letter };
            bytes.extend(face.take(letter.glyph, shown).to_be_bytes());
            before = Some(letter.glyph);
        }
        items.show(Str(&bytes));
    }
}

fn text_of(letters: &[Letter]) -> String {
    let text: String = letters.iter().map(|letter| letter.letter).collect();
    match text.trim_end() {
        trimmed if trimmed.len() == text.len() => text,
        trimmed => trimmed.to_owned(),
    }
}

/// What has no shape of its own: joiners, marks of direction, variants.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e01ef}')
}

/// What is shown as a space: also control characters, which a file must not have.
fn is_blank(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_between_words_and_never_within_a_number_or_before_its_unit() {
        let mut out = Vec::new();
        let mut fonts = Fonts::new(&mut PdfFile::begin(&mut out).unwrap()).unwrap();
        let set = semibold(8.0);
        let text = "FF 0,884, Uf par module\u{a0}31,2\u{a0}V";
        // Whatever is narrower than one of its words parts that anywhere.
        let widest = fonts.width("module\u{a0}31,2\u{a0}V", set) + 0.1;
        for more in 0..90_u8 {
            let lines = fonts.lines(text, set, widest + f32::from(more));
            let ends = ["FF", "0,884,", "Uf", "par", "module\u{a0}31,2\u{a0}V"];
            assert!(lines.iter().all(|line| ends.iter().any(|end| line.ends_with(end))), "{more}: {lines:?}");
        }
    }
}
