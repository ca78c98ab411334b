//! Typeface of a report: glyphs, widths and kerning of one embedded font (OpenType), and what of it a file takes (subsetting).
//!
//! `fonts` has one for each weight. ttf-parser reads the font, subsetter cuts it down to the glyphs that were shown. The
//! fonts are ours (assets/fonts), so nothing hostile is read.

use std::collections::HashMap;
use std::io;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Rect, Ref, Str};
use subsetter::GlyphRemapper;
use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{Face, GlyphId, Tag};

use super::file::{PdfFile, deflated};

const SYSTEM: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

pub struct Typeface {
    name: &'static str,
    bytes: &'static [u8],
    face: Face<'static>,
    pairs: Vec<PairAdjustment<'static>>,
    known: HashMap<char, Option<GlyphId>>,
    kerned: HashMap<(u16, u16), i16>,
    used: GlyphRemapper,
    /// By the number in the file: the number in the font, and a letter that it shows.
    shown: Vec<(u16, char)>,
}

impl Typeface {
    pub fn read(name: &'static str, bytes: &'static [u8]) -> io::Result<Self> {
        let face = Face::parse(bytes, 0).map_err(io::Error::other)?;
        Ok(Self {
            name,
            bytes,
            pairs: pairs(&face),
            face,
            known: HashMap::new(),
            kerned: HashMap::new(),
            used: GlyphRemapper::new(),
            shown: vec![(0, '\u{fffd}')],
        })
    }

    pub fn glyph(&mut self, letter: char) -> Option<GlyphId> {
        let face = &self.face;
        *self.known.entry(letter).or_insert_with(|| face.glyph_index(letter))
    }

    /// In thousandths of the size.
    pub fn advance(&self, glyph: GlyphId) -> f32 {
        f32::from(self.face.glyph_hor_advance(glyph).unwrap_or_default()) * 1000.0 / self.units()
    }

    /// What comes between two glyphs, in the same.
    pub fn kerning(&mut self, left: GlyphId, right: GlyphId) -> f32 {
        let pairs = &self.pairs;
        let units =
            *self.kerned.entry((left.0, right.0)).or_insert_with(|| kerning(pairs, left, right).unwrap_or(0));
        f32::from(units) * 1000.0 / self.units()
    }

    fn units(&self) -> f32 {
        f32::from(self.face.units_per_em().max(1))
    }

    /// The glyph's number in the file.
    pub fn take(&mut self, glyph: GlyphId, letter: char) -> u16 {
        let number = self.used.remap(glyph.0);
        if usize::from(number) == self.shown.len() {
            self.shown.push((glyph.0, letter));
        }
        number
    }

    /// Writes what was shown of the font, under the number that pages name.
    pub fn embed(&self, file: &mut PdfFile<'_>, id: Ref) -> io::Result<()> {
        let cut = subsetter::subset(self.bytes, 0, &self.used)
            .map_err(|error| io::Error::other(error.to_string()))?;
        let (descendant, descriptor, program, to_unicode) =
            (file.promise(), file.promise(), file.promise(), file.promise());
        let name = format!("{}+{}", self.tag(), self.name);
        let name = Name(name.as_bytes());
        file.put(id, |chunk| {
            let mut font = chunk.type0_font(id);
            font.base_font(name).encoding_predefined(Name(b"Identity-H"));
            font.descendant_font(descendant).to_unicode(to_unicode);
        })?;
        file.put(descendant, |chunk| {
            let mut font = chunk.cid_font(descendant);
            font.subtype(CidFontType::Type2).base_font(name).system_info(SYSTEM);
            font.font_descriptor(descriptor).default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
            let widths = self.shown.iter().map(|(glyph, _)| self.advance(GlyphId(*glyph)));
            font.widths().consecutive(0, widths);
        })?;
        file.put(descriptor, |chunk| {
            let (bounds, per_mille) = (self.face.global_bounding_box(), 1000.0 / self.units());
            let scaled = |value: i16| f32::from(value) * per_mille;
            let mut about = chunk.font_descriptor(descriptor);
            about.name(name).flags(FontFlags::SYMBOLIC).italic_angle(0.0).stem_v(90.0);
            about.bbox(Rect::new(
                scaled(bounds.x_min),
                scaled(bounds.y_min),
                scaled(bounds.x_max),
                scaled(bounds.y_max),
            ));
            about.ascent(scaled(self.face.ascender())).descent(scaled(self.face.descender()));
            about.cap_height(scaled(self.face.capital_height().unwrap_or(660))).font_file2(program);
        })?;
        let packed = deflated(&cut)?;
        file.put(program, |chunk| {
            let mut stream = chunk.stream(program, &packed);
            stream.filter(Filter::FlateDecode);
            stream.pair(Name(b"Length1"), i32::try_from(cut.len()).unwrap_or(i32::MAX));
            stream.finish();
        })?;
        let mut letters = UnicodeCmap::new(Name(b"Custom"), SYSTEM);
        for (number, (_, letter)) in self.shown.iter().enumerate().skip(1) {
            letters.pair(u16::try_from(number).unwrap_or_default(), *letter);
        }
        let packed = deflated(letters.finish().as_slice())?;
        file.put(to_unicode, |chunk| {
            chunk.cmap(to_unicode, &packed).filter(Filter::FlateDecode);
        })
    }

    /// Six capitals that tell this selection of glyphs from others.
    fn tag(&self) -> String {
        let start = 0xcbf2_9ce4_8422_2325_u64;
        let mut mixed = self
            .shown
            .iter()
            .fold(start, |mixed, (glyph, _)| (mixed ^ u64::from(*glyph)).wrapping_mul(0x0100_0000_01b3));
        (0..6)
            .map(|_| {
                let letter = b'A' + u8::try_from(mixed % 26).unwrap_or_default();
                mixed /= 26;
                char::from(letter)
            })
            .collect()
    }
}

/// The font's tables of pairs, those of the feature `kern`.
fn pairs(face: &Face<'static>) -> Vec<PairAdjustment<'static>> {
    let Some(table) = face.tables().gpos else { return Vec::new() };
    let mut indices: Vec<u16> = Vec::new();
    for feature in table.features {
        if feature.tag == Tag::from_bytes(b"kern") {
            indices.extend(feature.lookup_indices);
        }
    }
    indices.sort_unstable();
    indices.dedup();
    let lookups = indices.into_iter().filter_map(|index| table.lookups.get(index));
    let subtables = lookups.flat_map(|lookup| lookup.subtables.into_iter::<PositioningSubtable<'static>>());
    subtables
        .filter_map(|subtable| match subtable {
            PositioningSubtable::Pair(pairs) => Some(pairs),
            _ => None,
        })
        .collect()
}

fn kerning(pairs: &[PairAdjustment<'_>], left: GlyphId, right: GlyphId) -> Option<i16> {
    for pair in pairs {
        let Some(at) = pair.coverage().get(left) else { continue };
        match pair {
            PairAdjustment::Format1 { sets, .. } => {
                if let Some((first, _)) = sets.get(at).and_then(|set| set.get(right)) {
                    return Some(first.x_advance);
                }
            }
            PairAdjustment::Format2 { classes, matrix, .. } => {
                let of = (classes.0.get(left), classes.1.get(right));
                return matrix.get(of).map(|(first, _)| first.x_advance);
            }
        }
    }
    None
}
