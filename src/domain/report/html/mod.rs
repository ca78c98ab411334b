//! Web page of a report: one file for a phone at the gate, that prints well; without a script, and without anything from elsewhere.
//!
//! Called by `hub`, part by part, so that no more of it than a part is in memory; calls `markup` for what is escaped, and the
//! files beside it for what is in a part.

mod findings;
mod markup;
mod measured;
mod overview;
mod plan;
#[cfg(test)]
mod tests;

use super::photos::Pictures;
use super::{Report, ReportSection, ReportWords};
use markup::{STYLE, escaped};

/// Bytes of pictures that are put into the page, by what their photos say: beyond them they are in the folder alone.
const MOST_PICTURES: u64 = 6 << 20;

/// A piece of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PagePart {
    Head,
    String(usize),
    AfterStrings,
    Plan(usize),
    AfterPlan,
    Finding(usize),
    Measured(usize),
    End,
}

/// A page in the making.
#[derive(Debug)]
pub struct ReportPage {
    report: Report,
    words: &'static ReportWords,
    next: Option<PagePart>,
    /// Bytes of pictures that may still be put in, and pictures that no longer could.
    room: u64,
    left_out: usize,
}

impl ReportPage {
    pub fn new(report: Report, words: &'static ReportWords) -> Self {
        Self { report, words, next: Some(PagePart::Head), room: MOST_PICTURES, left_out: 0 }
    }

    /// The next piece; false when that was the last.
    pub fn write(&mut self, pictures: Pictures<'_>, out: &mut String) -> bool {
        let Some(part) = self.next else { return false };
        let (report, words, measured) = (&self.report, self.words, self.measured());
        match part {
            PagePart::Head => {
                let title = format!("{}: {}", words.title, report.about.name);
                out.push_str("<!doctype html>\n<html lang=\"");
                out.push_str(words.tag);
                out.push_str("\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
                out.push_str(&format!(
                    "<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
                    escaped(&title)
                ));
                overview::about(report, words, out);
                if report.has(ReportSection::Summary) {
                    overview::summary(report, words, out);
                }
                if report.has(ReportSection::Conditions) {
                    overview::conditions(report, words, out);
                }
                if report.has(ReportSection::Strings) {
                    overview::strings_begin(words, out);
                }
            }
            PagePart::String(at) => overview::string(report, at, words, out),
            PagePart::AfterStrings => {
                if report.has(ReportSection::Strings) {
                    overview::strings_end(report, words, out);
                }
                if report.has(ReportSection::Map) {
                    overview::plan_begin(words, out);
                }
            }
            PagePart::Plan(at) => plan::string(report, at, words, out),
            PagePart::AfterPlan => {
                if report.has(ReportSection::Examined) {
                    findings::not_examined(report, words, out);
                }
                if report.has(ReportSection::Findings) {
                    findings::begin(report, words, out);
                }
            }
            PagePart::Finding(at) => {
                let mut room = findings::PictureRoom { left: self.room, left_out: self.left_out };
                findings::finding(report, at, words, &mut room, pictures, out);
                (self.room, self.left_out) = (room.left, room.left_out);
            }
            PagePart::Measured(at) => {
                if at == 0 {
                    findings::end(self.left_out, words, out);
                    measured::begin(report, words, out);
                }
                measured::row(report, at, words, out);
            }
            PagePart::End => {
                match measured {
                    0 => findings::end(self.left_out, words, out),
                    _ => measured::end(out),
                }
                if report.has(ReportSection::History) {
                    overview::history(report, words, out);
                }
                overview::rest(report, words, out);
                out.push_str("</body>\n</html>\n");
            }
        }
        self.next = self.after(part);
        self.next.is_some()
    }

    /// Measurements that it shows.
    fn measured(&self) -> usize {
        let all = self.report.measurements.as_ref().filter(|_| self.report.has(ReportSection::Measurements));
        all.map_or(0, |all| all.rows.len())
    }

    fn after(&self, part: PagePart) -> Option<PagePart> {
        let report = &self.report;
        let some = |section, count: usize| if report.has(section) { count } else { 0 };
        let strings = some(ReportSection::Strings, report.strings.len());
        let plan = some(ReportSection::Map, report.strings.len());
        let findings = some(ReportSection::Findings, report.findings.len());
        let measured = self.measured();
        Some(match part {
            PagePart::Head if strings > 0 => PagePart::String(0),
            PagePart::String(at) if at + 1 < strings => PagePart::String(at + 1),
            PagePart::Head | PagePart::String(_) => PagePart::AfterStrings,
            PagePart::AfterStrings if plan > 0 => PagePart::Plan(0),
            PagePart::Plan(at) if at + 1 < plan => PagePart::Plan(at + 1),
            PagePart::AfterStrings | PagePart::Plan(_) => PagePart::AfterPlan,
            PagePart::AfterPlan if findings > 0 => PagePart::Finding(0),
            PagePart::Finding(at) if at + 1 < findings => PagePart::Finding(at + 1),
            PagePart::AfterPlan | PagePart::Finding(_) if measured > 0 => PagePart::Measured(0),
            PagePart::Measured(at) if at + 1 < measured => PagePart::Measured(at + 1),
            PagePart::AfterPlan | PagePart::Finding(_) | PagePart::Measured(_) => PagePart::End,
            PagePart::End => return None,
        })
    }
}

/// As the page has it.
#[cfg(test)]
pub(super) fn escaped_text(text: &str) -> String {
    escaped(text)
}
