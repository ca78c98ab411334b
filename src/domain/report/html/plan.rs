//! Plan of the site on the page: each module a square, string by string, with a sign where there is a defect; findings are links.
//!
//! Called by `html`; calls `markup`.

use super::markup::{class, escaped, sign};
use crate::domain::report::{Report, ReportSection, ReportString, ReportWords};

/// `String 3 (by the gate)`.
pub(super) fn called(string: &ReportString, words: &'static ReportWords) -> String {
    match (string.number, &string.name) {
        (0, _) => words.nowhere_placed.to_owned(),
        (number, Some(name)) => format!("{} {number} ({name})", words.string),
        (number, None) => format!("{} {number}", words.string),
    }
}

pub(super) fn string(report: &Report, at: usize, words: &'static ReportWords, out: &mut String) {
    let Some(string) = report.strings.get(at) else { return };
    out.push_str(&format!("<div class=d dir=auto>{}</div><div class=m>", escaped(&called(string, words))));
    for at in string.modules.clone() {
        let Some(module) = report.modules.get(at) else { continue };
        let not_examined = module.not_examined.is_some();
        let class = if module.status.is_none() && not_examined { "x" } else { class(module.status) };
        let word = words.status(module.status, not_examined);
        let title = escaped(&format!("{}: {word}", module.called()));
        match module.is_finding() && report.has(ReportSection::Findings) {
            true => out.push_str(&format!(
                "<a class={class} href=#m{at} title=\"{title}\">{}</a>",
                sign(module.status)
            )),
            false if module.is_finding() => {
                out.push_str(&format!("<i class={class} title=\"{title}\">{}</i>", sign(module.status)))
            }
            false => out.push_str(&format!("<i class={class} title=\"{title}\"></i>")),
        }
    }
    out.push_str("</div>\n");
}
