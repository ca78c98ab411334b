//! Parts of the page that say it in figures and sentences: summary, strings, history, and by what it is proved.
//!
//! Called by `html`; calls `markup` and `lines`.

use super::markup::{cell, class, data_uri, escaped, number};
use crate::domain::report::{Report, ReportFigures, ReportWords, lines, qr};
use crate::domain::status::Status;

fn line(name: &str, text: &str, out: &mut String) {
    out.push_str(&format!("<tr><td class=k>{}<td class=c dir=auto>{}\n", escaped(name), escaped(text)));
}

fn heading(text: &str, out: &mut String) {
    out.push_str(&format!("<h2>{}</h2>\n", escaped(text)));
}

fn heads(names: &[&str], numbers: usize, out: &mut String) {
    out.push_str("<table>\n<thead><tr>");
    for (at, name) in names.iter().enumerate() {
        let class = if at >= names.len() - numbers { " class=n" } else { "" };
        out.push_str(&format!("<th{class}>{}", escaped(name)));
    }
    out.push_str("</thead>\n");
}

pub(super) fn about(report: &Report, words: &'static ReportWords, out: &mut String) {
    let edition = words.edition(&report.edition);
    if let Some(logo) = report.company.as_ref().and_then(|company| company.logo.as_ref()) {
        let name = report.company.as_ref().and_then(|company| company.name.as_deref()).unwrap_or_default();
        if let Some(uri) = data_uri(&logo.jpeg) {
            out.push_str(&format!("<img class=l alt=\"{}\" src=\"{uri}\">\n", escaped(name)));
        }
    }
    out.push_str(&format!("<h1>{}</h1>\n<p class=d>{}</p>\n", escaped(words.title), escaped(&edition)));
    out.push_str("<table>\n");
    for (name, text) in lines::about(report, words).into_iter().chain(lines::company(report, words)) {
        line(name, &text, out);
    }
    out.push_str("</table>\n");
    if let Some(text) = report.company.as_ref().and_then(|company| company.text.as_deref()) {
        out.push_str(&format!("<p class=\"d c\" dir=auto>{}</p>\n", escaped(text)));
    }
}

pub(super) fn summary(report: &Report, words: &'static ReportWords, out: &mut String) {
    let figures = &report.figures;
    heading(words.summary, out);
    let whole = figures.modules();
    let big = [
        (words.modules, words.count(whole)),
        (words.examined, words.count(figures.examined())),
        (words.defects, words.count(figures.defects())),
        (words.conflicts, words.count(figures.conflicts)),
    ];
    out.push_str("<div class=big>");
    for (name, count) in big {
        out.push_str(&format!("<div><b>{count}</b>{}</div>", escaped(name)));
    }
    out.push_str("</div>\n");
    bar(figures, out);
    heads(&[words.status, words.modules, words.share], 2, out);
    for (name, count) in words.figures(figures) {
        let row = [cell(name), number(&words.count(count)), number(&words.percent(count, whole))];
        out.push_str(&format!("<tr>{}\n", row.concat()));
    }
    let total = [cell(words.total), number(&words.count(whole)), number(&words.percent(whole, whole))];
    out.push_str(&format!("<tr class=t>{}\n</table>\n", total.concat()));
    if figures.hidden > 0 {
        let (name, note) = (escaped(words.hidden), escaped(words.hidden_note));
        out.push_str(&format!("<p class=w>{name}: {}. {note}</p>\n", words.count(figures.hidden)));
    }
    heading(words.crew, out);
    heads(&[words.name, words.shown_findings, words.defects, words.marks], 3, out);
    for person in &report.crew {
        let counts = [person.modules, person.defects, person.marks].map(|n| number(&words.count(n)));
        out.push_str(&format!("<tr>{}{}\n", cell(&person.name), counts.concat()));
    }
    out.push_str("</table>\n");
}

/// As wide as there are of each.
fn bar(figures: &ReportFigures, out: &mut String) {
    let statuses = Status::ALL.map(|status| (class(Some(status)), figures.of(status)));
    let rest = [("x", figures.not_examined), ("p", figures.pending)];
    out.push_str("<div class=bar>");
    for (class, count) in statuses.into_iter().chain(rest).filter(|(_, count)| *count > 0) {
        out.push_str(&format!("<i class={class} style=flex-grow:{count}></i>"));
    }
    out.push_str("</div>\n");
}

pub(super) fn conditions(report: &Report, words: &'static ReportWords, out: &mut String) {
    let Some(conditions) = &report.conditions else { return };
    heading(words.conditions, out);
    out.push_str("<table>\n");
    for (name, value) in lines::conditions(report, words) {
        line(name, &value, out);
    }
    out.push_str("</table>\n");
    let text = |text: &Option<String>| cell(text.as_deref().unwrap_or_default());
    let day = |day: &Option<String>| cell(&words.day(day.as_deref().unwrap_or_default()));
    if !conditions.people.is_empty() {
        heads(&[words.people, words.role, words.qualification], 0, out);
        for person in &conditions.people {
            let row = [cell(&person.name), text(&person.role), text(&person.qualification)];
            out.push_str(&format!("<tr>{}\n", row.concat()));
        }
        out.push_str("</table>\n");
    }
    if !conditions.equipment.is_empty() {
        heads(&[words.equipment, words.model, words.serial, words.calibrated_on], 0, out);
        for one in &conditions.equipment {
            let row = [cell(&one.kind), text(&one.model), text(&one.serial), day(&one.calibrated_on)];
            out.push_str(&format!("<tr>{}\n", row.concat()));
        }
        out.push_str("</table>\n");
    }
}

pub(super) fn strings_begin(words: &'static ReportWords, out: &mut String) {
    heading(words.strings, out);
    out.push_str("<div class=wide>");
    let heads_of = [
        words.string,
        words.modules,
        words.examined,
        words.defects,
        words.not_examined,
        words.pending,
        words.photos,
    ];
    heads(&heads_of, 6, out);
}

fn counts(figures: &ReportFigures, words: &'static ReportWords) -> String {
    let counts = [
        figures.modules(),
        figures.examined(),
        figures.defects(),
        figures.not_examined,
        figures.pending,
        figures.photos,
    ];
    counts.map(|n| number(&words.count(n))).concat()
}

pub(super) fn string(report: &Report, at: usize, words: &'static ReportWords, out: &mut String) {
    let Some(string) = report.strings.get(at) else { return };
    let said = [super::plan::called(string, words)].into_iter();
    let reason = string
        .not_examined
        .as_deref()
        .map(|reason| format!("{}: {}", words.not_examined, words.reason(reason)));
    let sessions = string.sessions().map(|session| lines::session(session, report, words));
    let text = said.chain(reason).chain(sessions).collect::<Vec<_>>().join(" · ");
    out.push_str(&format!("<tr>{}{}\n", cell(&text), counts(&string.figures, words)));
}

pub(super) fn strings_end(report: &Report, words: &'static ReportWords, out: &mut String) {
    let mut all = ReportFigures::default();
    report.strings.iter().for_each(|string| all.join(&string.figures));
    out.push_str(&format!("<tr class=t>{}{}\n</table></div>\n", cell(words.total), counts(&all, words)));
}

pub(super) fn plan_begin(words: &'static ReportWords, out: &mut String) {
    heading(words.map, out);
}

pub(super) fn history(report: &Report, words: &'static ReportWords, out: &mut String) {
    heading(words.history, out);
    if report.contested.is_empty() {
        out.push_str(&format!("<p>{}</p>\n", escaped(words.no_conflicts)));
    }
    let offset = report.edition.utc_offset_minutes;
    for contested in &report.contested {
        let Some(module) = report.modules.get(contested.module) else { continue };
        let state = if contested.open { words.open } else { words.settled };
        out.push_str(&format!("<h3>{}: {}</h3>\n", escaped(module.called()), escaped(state)));
        if contested.left_out > 0 {
            let left_out = words.steps_left_out.replace("{}", &words.count(contested.left_out));
            out.push_str(&format!("<p class=d>{}</p>\n", escaped(&left_out)));
        }
        heads(&[words.at, words.by, words.status, words.remark], 0, out);
        for step in &contested.steps {
            let said = lines::step(step, words);
            let row =
                [words.date_time(step.at_ms, offset), step.by.clone(), said, lines::step_remark(step, words)];
            out.push_str(&format!("<tr>{}\n", row.map(|text| cell(&text)).concat()));
        }
        out.push_str("</table>\n");
    }
}

pub(super) fn rest(report: &Report, words: &'static ReportWords, out: &mut String) {
    heading(words.proof, out);
    out.push_str("<table>\n");
    for (name, text) in lines::proof(report, words) {
        line(name, &text, out);
    }
    out.push_str("</table>\n");
    for sentence in lines::proof_sentences(report, words) {
        out.push_str(&format!("<p>{}</p>\n", escaped(sentence)));
    }
    let Some(signed) = &report.proof.signed else { return };
    if let Some(code) = qr::code(&signed.line) {
        let runs = code.runs.iter().map(|(x, y, length)| format!("M{x} {y}h{length}v1h-{length}z"));
        let (side, runs) = (code.side + 8, runs.collect::<String>());
        out.push_str(&format!(
            "<svg class=qr viewBox=\"-4 -4 {side} {side}\" shape-rendering=\"crispEdges\"><path d=\"{runs}\"/></svg>\n"
        ));
    }
    out.push_str(&format!("<p class=d>{}</p>\n", escaped(&signed.line)));
}
