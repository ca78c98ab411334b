//! Sections of the report on paper, in their order, and what all of them use.
//!
//! `pdf::write` calls [`write`]; each file beside this one writes some sections into the `PaperBook`.

mod annex;
mod cover;
mod examined;
mod findings;
mod measured;
mod overview;
mod proof;
mod site;

use std::io::{self, Write};

use super::PdfFacts;
use super::archive::FileCard;
use super::book::{PaperBook, RunningHead};
use super::look::Shown;
use super::words::PaperWords;
use crate::domain::photo::BlobHash;
use crate::domain::proof::Sealer;
use crate::domain::report::measured::words::MeasurementWords;
use crate::domain::report::{
    Report, ReportFigures, ReportLanguage, ReportModule, ReportSection, ReportString, ReportWords,
};
use crate::domain::status::Status;

/// A report that is being written down.
struct Paper<'r, 'w> {
    report: &'r Report,
    words: &'static ReportWords,
    paper: &'static PaperWords,
    book: PaperBook<'w>,
    pictures: &'r mut dyn FnMut(BlobHash) -> Option<Vec<u8>>,
    /// The cover had no room for the company's standing text.
    standing_on_contents: bool,
}

pub fn write(
    report: &Report,
    language: ReportLanguage,
    pictures: &mut dyn FnMut(BlobHash) -> Option<Vec<u8>>,
    seal: Option<&Sealer<'_>>,
    out: &mut dyn Write,
) -> io::Result<PdfFacts> {
    let (words, paper) = (language.words(), PaperWords::of(language));
    let edition = words.edition(&report.edition);
    let running = RunningHead {
        left: report.about.name.clone(),
        right: format!("{} · {edition}", words.title),
        page: words.page,
        ..RunningHead::default()
    };
    let book = PaperBook::begin(out, running)?;
    let mut telling = Paper { report, words, paper, book, pictures, standing_on_contents: false };
    if let Some(company) = &report.company {
        telling.book.lettered(company)?;
    }
    telling.all()?;
    let card = FileCard {
        title: format!("{} – {} – {edition}", report.about.name, words.title),
        author: report.edition.made_by.clone(),
        language: words.tag,
        program: format!("fieldhub {}", report.edition.program),
        made_ms: report.edition.made_ms,
        utc_offset_minutes: report.edition.utc_offset_minutes,
    };
    let (boxes, pictures_missing) = (telling.book.fonts.lacking, telling.book.missing);
    let pages = telling.book.close(&card, seal)?;
    Ok(PdfFacts { pages, boxes, pictures_missing })
}

/// Whether the report has it, its title, its goal, and what writes it.
type PaperSection<'r, 'w> = (bool, &'static str, &'static str, fn(&mut Paper<'r, 'w>) -> io::Result<()>);

impl<'r, 'w> Paper<'r, 'w> {
    fn all(&mut self) -> io::Result<()> {
        let (report, words, paper) = (self.report, self.words, self.paper);
        let found = !report.findings.is_empty();
        let photos =
            !report.photos.is_empty() || report.strings.iter().any(|string| !string.photos.is_empty());
        let measured = MeasurementWords::of(words.tag).title;
        let plan: [PaperSection<'r, 'w>; 14] = [
            (true, words.summary, "summary", Self::summary),
            (true, words.not_examined, "examined", Self::not_examined),
            (true, words.conditions, "conditions", Self::conditions),
            (!report.modules.is_empty(), words.map, "map", Self::map),
            (true, words.strings, "strings", Self::strings),
            (report.figures.examined() > 0, paper.statistics, "statistics", Self::statistics),
            (report.measurements.is_some(), measured, "measurements", Self::measurements),
            (true, words.findings, "findings", Self::findings),
            (found, words.claims, "claims", Self::claims),
            (found, paper.catalogue, "catalogue", Self::catalogue),
            (true, words.history, "history", Self::history),
            (photos, paper.site_photos, "photos", Self::site_photos),
            (!report.modules.is_empty(), paper.annex, "annex", Self::annex),
            (true, words.proof, "proof", Self::proof),
        ];
        let chosen = |goal: &str| ReportSection::parse(goal).is_none_or(|section| report.has(section));
        let plan: Vec<_> = plan.into_iter().filter(|(wanted, _, goal, _)| *wanted && chosen(goal)).collect();
        let contents: Vec<(String, &'static str)> = plan
            .iter()
            .enumerate()
            .map(|(at, (_, title, goal, _))| (format!("{}  {title}", at + 1), *goal))
            .collect();
        self.cover()?;
        self.contents(&contents)?;
        for ((title, goal), (.., section)) in contents.iter().zip(plan) {
            match *goal {
                // Short, and most often.
                "conditions" | "history" | "statistics" | "catalogue" | "proof" | "photos" => {
                    self.book.section_here(title, goal, 260.0)?;
                }
                _ => self.book.section(title, goal)?,
            }
            section(self)?;
        }
        Ok(())
    }

    fn shown(module: &ReportModule) -> Shown {
        Shown::of(module.status, module.not_examined.is_some())
    }

    /// Which finding a module is, from 1.
    fn number_of(&self, module: usize) -> Option<usize> {
        self.report.findings.binary_search(&module).ok().map(|at| at + 1)
    }

    fn goal_of(&self, module: usize) -> Option<String> {
        let number = self.number_of(module).filter(|_| self.report.has(ReportSection::Findings));
        number.map(finding_goal)
    }

    /// Its row in the table of strings, where there is that.
    fn goal_of_string(&self, number: u16) -> Option<String> {
        self.report.has(ReportSection::Strings).then(|| string_goal(number))
    }

    fn string_called(&self, string: &ReportString) -> String {
        match (&string.name, string.number) {
            (Some(name), _) => name.clone(),
            (None, 0) => self.words.nowhere_placed.to_owned(),
            (None, number) => format!("{} {number}", self.words.string),
        }
    }

    fn string_of(&self, module: &ReportModule) -> String {
        match self.report.strings.iter().find(|string| string.number == module.string) {
            Some(string) => self.string_called(string),
            None => self.words.nowhere_placed.to_owned(),
        }
    }

    /// `B, part cut off`.
    fn severity(&self, key: &str) -> String {
        let scale = self.report.severities.iter().flatten();
        match scale.filter(|severity| severity.key == key).find_map(|severity| severity.label.as_deref()) {
            Some(label) => format!("{key}, {label}"),
            None => key.to_owned(),
        }
    }

    /// Name and what is said of it.
    fn said(&self, name: &str, value: &str) -> String {
        format!("{name}{}{value}", self.paper.colon)
    }

    fn date_time(&self, ms: u64) -> String {
        self.words.date_time(ms, self.report.edition.utc_offset_minutes)
    }

    /// All kinds of findings with their words and numbers, those that there are.
    fn shares(&self, figures: &ReportFigures) -> Vec<(Shown, &'static str, usize)> {
        let counts = Status::ALL.map(|status| figures.of(status));
        let counts = counts.into_iter().chain([figures.not_examined, figures.pending]);
        let named = Shown::ALL.into_iter().zip(counts).map(|(shown, count)| {
            let word = match shown {
                Shown::Found(status) => self.words.status(Some(status), false),
                Shown::NotExamined => self.words.not_examined,
                Shown::Pending => self.words.pending,
            };
            (shown, word, count)
        });
        named.collect()
    }
}

fn finding_goal(number: usize) -> String {
    format!("f{number:06}")
}

fn string_goal(number: u16) -> String {
    format!("s{number:05}")
}
