//! Findings on the page, one after the other, with their small pictures; and which modules nobody examined.
//!
//! Called by `html`; calls `markup`, and whoever has the pictures.

use super::markup::{class, data_uri, escaped};
use crate::domain::report::photos::Pictures;
use crate::domain::report::{Report, ReportModule, ReportPhoto, ReportWords};

/// How many bytes of pictures may still be put in, and how many pictures could not be.
#[derive(Debug)]
pub(super) struct PictureRoom {
    pub(super) left: u64,
    pub(super) left_out: usize,
}

pub(super) fn not_examined(report: &Report, words: &'static ReportWords, out: &mut String) {
    out.push_str(&format!("<h2>{}</h2>\n", escaped(words.not_examined)));
    let missed = report.modules.iter().filter(|module| module.status.is_none());
    let (explained, forgotten): (Vec<_>, Vec<_>) = missed.partition(|module| module.not_examined.is_some());
    if explained.is_empty() && forgotten.is_empty() {
        out.push_str(&format!("<p>{}</p>\n", escaped(words.all_examined)));
    }
    let list = |modules: &[&ReportModule]| {
        let why = |reason: &str| format!(" ({})", words.reason(reason));
        let one = |module: &&ReportModule| {
            let why = module.not_examined.as_deref().map(why).unwrap_or_default();
            escaped(&format!("{}{why}", module.called()))
        };
        modules.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    if !explained.is_empty() {
        out.push_str(&format!("<p dir=auto>{}</p>\n", list(&explained)));
    }
    if !forgotten.is_empty() {
        out.push_str(&format!("<h3>{}</h3>\n", escaped(words.nobody_said_why)));
        out.push_str(&format!("<p dir=auto>{}</p>\n", list(&forgotten)));
    }
}

pub(super) fn begin(report: &Report, words: &'static ReportWords, out: &mut String) {
    out.push_str(&format!("<h2>{}</h2>\n", escaped(words.findings)));
    if report.findings.is_empty() {
        out.push_str(&format!("<p>{}</p>\n", escaped(words.no_findings)));
    }
}

pub(super) fn finding(
    report: &Report,
    at: usize,
    words: &'static ReportWords,
    room: &mut PictureRoom,
    pictures: Pictures<'_>,
    out: &mut String,
) {
    let Some(at) = report.findings.get(at).copied() else { return };
    let Some(module) = report.modules.get(at) else { return };
    let status = words.status(module.status, false);
    let called = escaped(module.called());
    out.push_str(&format!(
        "<section class=\"f {}\" id=m{at}>\n<h3 dir=auto>{called}: {}</h3>\n",
        class(module.status),
        escaped(status)
    ));
    out.push_str(&format!("<div class=d dir=auto>{}</div>\n", escaped(&place(report, at, module, words))));
    if let Some(comment) = &module.comment {
        out.push_str(&format!("<p class=c dir=auto>{}</p>\n", escaped(comment)));
    }
    if module.conflict {
        out.push_str(&format!("<p class=w>{}: {}</p>\n", escaped(words.conflict), escaped(words.open)));
    }
    for photo in &module.photos {
        picture(photo, words, room, pictures, out);
    }
    out.push_str("</section>\n");
}

/// Where it is, what is to be done, and who said so.
fn place(report: &Report, at: usize, module: &ReportModule, words: &'static ReportWords) -> String {
    let string = report.string_of(at).map(|string| super::plan::called(string, words));
    let position = (module.string > 0).then(|| format!("{} {}", words.position, module.position));
    let id = module.name.as_ref().map(|_| module.id.to_string());
    let named = |name: &str, text: &str| format!("{name} {text}");
    let severity = module.severity.as_deref().map(|key| named(words.severity, key));
    let action = module.action.as_deref().map(|key| words.action(key).to_owned());
    let serial = module.serial.as_deref().map(|text| named(words.serial, text));
    let time = module.at_ms.map(|ms| words.date_time(ms, report.edition.utc_offset_minutes));
    let all = [string, position, id, severity, action, serial, module.by.clone(), time];
    all.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn picture(
    photo: &ReportPhoto,
    words: &'static ReportWords,
    room: &mut PictureRoom,
    pictures: Pictures<'_>,
    out: &mut String,
) {
    // By what the photo says and not by what is here: the same report has the same pictures.
    let small = photo.variant("thumb").filter(|thumb| thumb.bytes <= room.left);
    let Some(thumb) = small else {
        room.left_out += 1;
        return;
    };
    room.left -= thumb.bytes;
    let said = [Some(photo.stem.as_str()), photo.caption.as_deref()];
    let said = escaped(&said.into_iter().flatten().collect::<Vec<_>>().join(": "));
    out.push_str("<figure>");
    match pictures(thumb.hash).as_deref().and_then(data_uri) {
        Some(uri) => out.push_str(&format!("<img src=\"{uri}\" alt=\"{said}\">")),
        None => out.push_str(&format!("<p class=w>{}</p>", escaped(words.picture_not_here))),
    }
    out.push_str(&format!("<figcaption dir=auto>{said}</figcaption></figure>\n"));
}

pub(super) fn end(left_out: usize, words: &'static ReportWords, out: &mut String) {
    if left_out > 0 {
        let said = words.pictures_elsewhere.replace("{}", &words.count(left_out));
        out.push_str(&format!("<p class=d>{}</p>\n", escaped(&said)));
    }
}
