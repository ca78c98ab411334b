//! Book: pages one after another, with what runs along them, bookmarks, links, and the parts that are known at the end only.
//!
//! Sections write into it; it calls `sheet`, `fonts`, `file`. A page goes to the file when it is full, and of it stay its
//! number and the goals on it. What an earlier page says of later ones (how many there are, on which one a section begins) is
//! an object of its own that is written last.

use std::collections::BTreeMap;
use std::io::{self, Write};

use pdf_writer::types::{AnnotationFlags, AnnotationType, OutputIntentSubtype, PageMode};
use pdf_writer::{Chunk, Date, Filter, Finish, Name, Rect, Ref, Str, TextStr};

use super::archive::{self, FileCard};
use super::file::{PdfFile, deflated};
use super::fonts::{Fonts, regular, semibold};
use super::pictures::{EmbeddedPictures, PlacedPicture};
use super::sheet::{A4, Area, Ink, Sheet, object_name};
use crate::domain::company::Company;
use crate::domain::photo::BlobHash;
use crate::domain::proof::Sealer;
use chrono::{Datelike, Timelike};

/// What is left free on each side of a page: its text stands between them.
pub const LEFT: f32 = 48.0;
pub const RIGHT: f32 = A4.0 - 48.0;
pub const TOP: f32 = 74.0;
pub const BOTTOM: f32 = A4.1 - 58.0;
pub const WIDTH: f32 = RIGHT - LEFT;

/// What stands on every page but the first.
#[derive(Debug, Clone, Default)]
pub struct RunningHead {
    pub left: String,
    pub right: String,
    /// `Page`
    pub page: &'static str,
    /// At the foot.
    pub company: String,
    pub logo: Option<PlacedPicture>,
}

/// What the logo on top of a page is within.
const HEAD_LOGO: (f32, f32) = (96.0, 22.0);

struct Bookmark {
    level: usize,
    title: String,
    goal: String,
}

struct ContentsList {
    id: Ref,
    lines: Vec<(f32, String)>,
}

pub struct PaperBook<'w> {
    file: PdfFile<'w>,
    pub fonts: Fonts,
    pictures: EmbeddedPictures,
    pub sheet: Sheet,
    /// Where on the sheet the next thing begins.
    pub y: f32,
    tree: Ref,
    pages: Vec<Ref>,
    total: Ref,
    goals: BTreeMap<String, (usize, f32)>,
    bookmarks: Vec<Bookmark>,
    contents: Option<ContentsList>,
    running: RunningHead,
    /// EmbeddedPictures that are named and cannot be shown.
    pub missing: usize,
}

impl<'w> PaperBook<'w> {
    pub fn begin(out: &'w mut dyn Write, running: RunningHead) -> io::Result<Self> {
        let mut file = PdfFile::begin(out)?;
        let fonts = Fonts::new(&mut file)?;
        let (tree, total, first) = (file.promise(), file.promise(), file.promise());
        Ok(Self {
            file,
            fonts,
            pictures: EmbeddedPictures::default(),
            sheet: Sheet::new(A4),
            y: TOP,
            tree,
            pages: vec![first],
            total,
            goals: BTreeMap::new(),
            bookmarks: Vec::new(),
            contents: None,
            running,
            missing: 0,
        })
    }

    /// The company that all pages name from here on; its logo, where it has one that can be drawn.
    pub fn lettered(&mut self, company: &Company) -> io::Result<()> {
        let said = [&company.name, &company.address, &company.contact].into_iter().flatten();
        let parts: Vec<&str> = said.flat_map(|text| text.lines()).map(str::trim).collect();
        self.running.company = parts.join(" · ");
        if let Some(logo) = &company.logo {
            let hash = BlobHash::of(&logo.jpeg);
            self.running.logo = self.picture(hash, &mut |_| Some(logo.jpeg.clone()))?;
        }
        Ok(())
    }

    pub fn logo(&self) -> Option<PlacedPicture> {
        self.running.logo
    }

    /// Points that are left on this sheet.
    pub fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Goes to the next sheet unless so much is left on this one.
    pub fn need(&mut self, height: f32) -> io::Result<()> {
        if self.room() < height && self.y > TOP { self.turn() } else { Ok(()) }
    }

    pub fn turn(&mut self) -> io::Result<()> {
        self.put_sheet()?;
        let next = self.file.promise();
        self.pages.push(next);
        self.y = TOP;
        Ok(())
    }

    /// What links lead to, here.
    pub fn goal(&mut self, name: impl Into<String>) {
        self.goals.insert(name.into(), (self.pages.len() - 1, self.sheet.up(self.y - 8.0)));
    }

    pub fn bookmark(&mut self, level: usize, title: &str, goal: impl Into<String>) {
        self.bookmarks.push(Bookmark { level, title: title.to_owned(), goal: goal.into() });
    }

    /// The list of these sections, each with the page on which it begins.
    pub fn contents(&mut self, sections: &[(String, &'static str)]) {
        let id = self.file.promise();
        let set = regular(10.5);
        let mut lines = Vec::new();
        for (title, goal) in sections {
            let base = self.y + 12.0;
            self.sheet.text(&mut self.fonts, title, set, Ink::BLACK, LEFT, base);
            let from = LEFT + self.fonts.width(title, set) + 6.0;
            self.sheet.line((from, base), (RIGHT - 24.0, base), Ink::LINE, 0.4);
            self.sheet.link(Area::new(LEFT, self.y, WIDTH, 18.0), *goal);
            lines.push((base, (*goal).to_owned()));
            self.y += 19.0;
        }
        self.sheet.later(id, 0.0, self.sheet.size.1);
        self.contents = Some(ContentsList { id, lines });
    }

    /// The picture of that hash; one that cannot be shown is counted.
    pub fn picture(
        &mut self,
        hash: BlobHash,
        bytes: &mut dyn FnMut(BlobHash) -> Option<Vec<u8>>,
    ) -> io::Result<Option<PlacedPicture>> {
        let placed = self.pictures.place(&mut self.file, hash, bytes)?;
        self.missing += usize::from(placed.is_none());
        Ok(placed)
    }

    fn put_sheet(&mut self) -> io::Result<()> {
        if self.pages.len() > 1 {
            self.run_along();
        }
        let Sheet { size, links, objects, .. } = &self.sheet;
        let (size, links, mut objects) = (*size, links.clone(), objects.clone());
        objects.sort_unstable();
        objects.dedup();
        let drawn = std::mem::replace(&mut self.sheet, Sheet::new(A4)).finish();
        let (content, packed) = (self.file.promise(), deflated(&drawn)?);
        self.file.put(content, |chunk| {
            chunk.stream(content, &packed).filter(Filter::FlateDecode);
        })?;
        let mut notes = Vec::new();
        for (area, goal) in &links {
            let id = self.file.promise();
            self.file.put(id, |chunk| link(chunk, id, *area, size, goal))?;
            notes.push(id);
        }
        let Some(page) = self.pages.last().copied() else { return Ok(()) };
        let (tree, fonts) = (self.tree, self.fonts.ids());
        self.file.put(page, |chunk| {
            let mut dict = chunk.page(page);
            dict.parent(tree).media_box(Rect::new(0.0, 0.0, size.0, size.1)).contents(content);
            let mut resources = dict.resources();
            resources.fonts().pairs(Fonts::NAMES.into_iter().zip(fonts));
            if !objects.is_empty() {
                let mut names = resources.x_objects();
                for object in &objects {
                    names.pair(Name(object_name(*object).as_bytes()), *object);
                }
            }
            resources.finish();
            if !notes.is_empty() {
                dict.annotations(notes);
            }
        })
    }

    fn run_along(&mut self) {
        let set = regular(8.0);
        let half = WIDTH / 2.0 - 8.0;
        let logo = self.running.logo.map(|logo| (logo.id, logo.within(HEAD_LOGO)));
        let beside = logo.map_or(0.0, |(_, (width, _))| width + 10.0);
        let left = self.fonts.fitted(&self.running.left, semibold(8.0), half - beside).into_owned();
        let foot = self.fonts.fitted(&self.running.company, regular(7.0), WIDTH - 90.0).into_owned();
        let right = self.fonts.fitted(&self.running.right, set, half).into_owned();
        let (sheet, fonts) = (&mut self.sheet, &mut self.fonts);
        if let Some((id, (width, height))) = logo {
            sheet.picture(id, Area::new(LEFT, 42.5 - height, width, height));
        }
        sheet.text(fonts, &left, semibold(8.0), Ink::DEEP, LEFT + beside, 40.0);
        sheet.text_to(fonts, &right, set, Ink::GREY, RIGHT, 40.0);
        sheet.line((LEFT, 46.0), (RIGHT, 46.0), Ink::LINE, 0.5);
        let base = sheet.size.1 - 30.0;
        sheet.text(fonts, &foot, regular(7.0), Ink::GREY, LEFT, base);
        let page = format!("{} {} / ", self.running.page, self.pages.len());
        // The total is written at the end, so that it begins at a place that is known now.
        let from = RIGHT - 18.0;
        sheet.text_to(fonts, &page, set, Ink::GREY, from, base);
        sheet.later(self.total, from, base);
    }

    /// Writes what is known at the end.
    pub fn close(mut self, card: &FileCard, seal: Option<&Sealer<'_>>) -> io::Result<usize> {
        self.put_sheet()?;
        self.put_total()?;
        self.put_contents()?;
        let (outline, names, info, metadata, profile, catalog) = (
            self.file.promise(),
            self.file.promise(),
            self.file.promise(),
            self.file.promise(),
            self.file.promise(),
            self.file.promise(),
        );
        self.put_goals(names)?;
        self.put_outline(outline)?;
        self.fonts.embed(&mut self.file)?;
        let (tree, pages) = (self.tree, std::mem::take(&mut self.pages));
        self.file.put(tree, |chunk| {
            let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
            chunk.pages(tree).kids(pages.iter().copied()).count(count);
        })?;
        let xmp = archive::xmp(card);
        self.file.put(metadata, |chunk| {
            chunk.metadata(metadata, xmp.as_bytes());
        })?;
        let packed = deflated(&archive::srgb())?;
        self.file.put(profile, |chunk| {
            chunk.icc_profile(profile, &packed).n(3).filter(Filter::FlateDecode);
        })?;
        self.file.put(info, |chunk| about(chunk, info, card))?;
        self.file.put(catalog, |chunk| {
            let mut root = chunk.indirect(catalog).start::<pdf_writer::writers::Catalog<'_>>();
            root.pages(tree).outlines(outline).page_mode(PageMode::UseOutlines);
            root.names().pair(Name(b"Dests"), names);
            root.lang(TextStr(card.language)).metadata(metadata);
            root.viewer_preferences().pair(Name(b"DisplayDocTitle"), true);
            let mut intents = root.output_intents();
            let mut intent = intents.push();
            intent.subtype(OutputIntentSubtype::PDFA).output_condition_identifier(TextStr("sRGB"));
            intent.info(TextStr("sRGB IEC61966-2.1")).dest_output_profile(profile);
        })?;
        self.file.finish(catalog, info, seal)?;
        Ok(pages.len())
    }

    fn put_total(&mut self) -> io::Result<()> {
        let mut sheet = Sheet::new((60.0, 0.0));
        let total = self.pages.len().to_string();
        sheet.text(&mut self.fonts, &total, regular(8.0), Ink::GREY, 0.0, 0.0);
        self.put_form(self.total, sheet, Rect::new(0.0, -4.0, 60.0, 12.0))
    }

    fn put_contents(&mut self) -> io::Result<()> {
        let Some(contents) = self.contents.take() else { return Ok(()) };
        let mut sheet = Sheet::new(A4);
        for (base, goal) in &contents.lines {
            if let Some((page, _)) = self.goals.get(goal) {
                sheet.text_to(
                    &mut self.fonts,
                    &(page + 1).to_string(),
                    regular(10.5),
                    Ink::BLACK,
                    RIGHT,
                    *base,
                );
            }
        }
        self.put_form(contents.id, sheet, Rect::new(0.0, 0.0, A4.0, A4.1))
    }

    fn put_form(&mut self, id: Ref, sheet: Sheet, bounds: Rect) -> io::Result<()> {
        let (packed, fonts) = (deflated(&sheet.finish())?, self.fonts.ids());
        self.file.put(id, |chunk| {
            let mut form = chunk.form_xobject(id, &packed);
            form.filter(Filter::FlateDecode);
            form.bbox(bounds);
            form.resources().fonts().pairs(Fonts::NAMES.into_iter().zip(fonts));
        })
    }

    fn put_goals(&mut self, id: Ref) -> io::Result<()> {
        let goals: Vec<(String, (usize, f32))> = std::mem::take(&mut self.goals).into_iter().collect();
        let mut leaves = Vec::new();
        for some in goals.chunks(100) {
            let leaf = self.file.promise();
            leaves.push(leaf);
            let pages = &self.pages;
            self.file.put(leaf, |chunk| {
                let mut dict = chunk.indirect(leaf).dict();
                if let (Some((first, _)), Some((last, _))) = (some.first(), some.last()) {
                    dict.insert(Name(b"Limits")).array().items([Str(first.as_bytes()), Str(last.as_bytes())]);
                }
                let mut names = dict.insert(Name(b"Names")).array();
                for (name, (page, up)) in some {
                    names.item(Str(name.as_bytes()));
                    let mut goal = names.push().array();
                    if let Some(page) = pages.get(*page) {
                        goal.item(*page)
                            .item(Name(b"XYZ"))
                            .item(pdf_writer::Null)
                            .item(*up)
                            .item(pdf_writer::Null);
                    }
                }
            })?;
        }
        self.file.put(id, |chunk| {
            chunk.indirect(id).dict().insert(Name(b"Kids")).array().items(leaves);
        })
    }

    fn put_outline(&mut self, root: Ref) -> io::Result<()> {
        let marks = std::mem::take(&mut self.bookmarks);
        let ids: Vec<Ref> = marks.iter().map(|_| self.file.promise()).collect();
        let parents: Vec<Option<usize>> = (0..marks.len())
            .map(|at| (0..at).rev().find(|before| marks[*before].level < marks[at].level))
            .collect();
        // Of each: its first, last and number of children; of each child its neighbours. In one walk, however many there are.
        let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for (at, parent) in parents.iter().enumerate() {
            children.entry(*parent).or_default().push(at);
        }
        let count = |of: &[usize]| i32::try_from(of.len()).unwrap_or(i32::MAX);
        for (parent, list) in &children {
            let above = parent.map_or(root, |parent| ids[parent]);
            for (place, at) in list.iter().enumerate() {
                let id = ids[*at];
                self.file.put(id, |chunk| {
                    let mut item = chunk.outline_item(id);
                    item.title(TextStr(&printable(&marks[*at].title))).parent(above);
                    item.pair(Name(b"Dest"), Str(marks[*at].goal.as_bytes()));
                    if let Some(before) = place.checked_sub(1) {
                        item.prev(ids[list[before]]);
                    }
                    if let Some(after) = list.get(place + 1) {
                        item.next(ids[*after]);
                    }
                    if let Some(below) = children.get(&Some(*at)) {
                        // Below zero: closed until somebody opens it.
                        item.first(ids[below[0]]).last(ids[below[below.len() - 1]]).count(-count(below));
                    }
                })?;
            }
        }
        self.file.put(root, |chunk| {
            let mut outline = chunk.outline(root);
            if let Some(top) = children.get(&None) {
                outline.first(ids[top[0]]).last(ids[top[top.len() - 1]]).count(count(top));
            }
        })
    }
}

fn link(chunk: &mut Chunk, id: Ref, area: Area, size: (f32, f32), goal: &str) {
    let mut note = chunk.annotation(id);
    note.subtype(AnnotationType::Link).flags(AnnotationFlags::PRINT).border(0.0, 0.0, 0.0, None);
    note.rect(Rect::new(area.x, size.1 - area.bottom(), area.right(), size.1 - area.y));
    note.pair(Name(b"Dest"), Str(goal.as_bytes()));
}

fn about(chunk: &mut Chunk, id: Ref, card: &FileCard) {
    let time = archive::local_time(card);
    let small = |value: u32| u8::try_from(value).unwrap_or_default();
    let date = Date::new(u16::try_from(time.year()).unwrap_or(9999))
        .month(small(time.month()))
        .day(small(time.day()))
        .hour(small(time.hour()))
        .minute(small(time.minute()))
        .second(small(time.second()))
        .utc_offset_hour(i8::try_from(card.utc_offset_minutes / 60).unwrap_or_default())
        .utc_offset_minute(small(card.utc_offset_minutes.unsigned_abs() % 60));
    let mut info = chunk.indirect(id).start::<pdf_writer::writers::DocumentInfo<'_>>();
    info.title(TextStr(&printable(&card.title)));
    if let Some(author) = &card.author {
        info.author(TextStr(&printable(author)));
    }
    info.creator(TextStr(&card.program)).producer(TextStr(&card.program));
    info.creation_date(date).modified_date(date);
}

/// As the metadata has it, which must say the same.
fn printable(text: &str) -> String {
    let kept = text.chars().filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}'));
    kept.map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
