//! Measurements on the page: limits, counts by verdict, and a row each with its curve (SVG).
//!
//! Called by `html`, row by row; calls `report::measured` for what is said.

use super::markup::{cell, escaped, number};
use crate::domain::report::measured::words::MeasurementWords;
use crate::domain::report::measured::{MeasuredCurve, ReportMeasurement};
use crate::domain::report::{Report, ReportWords};

const SIZE: (f64, f64) = (150.0, 56.0);

pub(super) fn begin(report: &Report, words: &'static ReportWords, out: &mut String) {
    let Some(all) = &report.measurements else { return };
    let own = MeasurementWords::of(words.tag);
    out.push_str(&format!("<h2>{}</h2>\n<p>{}</p>\n<ul>\n", escaped(own.title), escaped(own.limits_note)));
    for line in all.limit_lines(words) {
        out.push_str(&format!("<li>{}\n", escaped(&line)));
    }
    out.push_str("</ul>\n<table>\n");
    for (verdict, count) in all.counted(words) {
        out.push_str(&format!("<tr>{}{}\n", cell(verdict), number(&words.count(count))));
    }
    out.push_str("</table>\n<div class=wide><table>\n<thead><tr>");
    for head in [words.string, own.what, own.values, own.verdict_head, own.curves] {
        out.push_str(&format!("<th>{}", escaped(head)));
    }
    out.push_str("</thead>\n");
}

pub(super) fn row(report: &Report, at: usize, words: &'static ReportWords, out: &mut String) {
    let Some(row) = report.measurements.as_ref().and_then(|all| all.rows.get(at)) else { return };
    let line = row.line(report, words);
    let device = [&row.measurement.device, &row.measurement.at].into_iter().flatten();
    let device = device.map(|text| text.replace('T', " ")).collect::<Vec<_>>().join(" · ");
    let what = if device.is_empty() { line.what } else { format!("{} ({device})", line.what) };
    let verdict = match line.beyond.as_str() {
        "" => line.verdict.to_owned(),
        beyond => format!("{} ({beyond})", line.verdict),
    };
    let cells = [line.place, what, line.values, verdict].map(|text| cell(&text)).concat();
    out.push_str(&format!("<tr>{cells}<td>{}\n", drawn(row, words).unwrap_or_default()));
}

pub(super) fn end(out: &mut String) {
    out.push_str("</table></div>\n");
}

fn drawn(row: &ReportMeasurement, words: &'static ReportWords) -> Option<String> {
    let (width, height) = SIZE;
    let MeasuredCurve { line, from, to, low: _, high } = row.curve(width, height)?;
    let points = line.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ");
    let text = |value: f64| words.decimal(&value.to_string());
    let (from, to, high) = (text(from), text(to), text(high));
    Some(format!(
        "<svg width=190 height=84 viewBox=\"-4 -14 190 84\" font-size=10 fill=#45505b><path d=\"M0 0V{height}H{width}\" fill=none stroke=#6b7783 /><polyline points=\"{points}\" fill=none stroke=#1f3a5f stroke-width=2 /><text x=0 y=-4>{high} A</text><text x=0 y={y}>{from} V</text><text x={width} y={y} text-anchor=end>{to} V</text></svg>",
        y = height + 12.0,
    ))
}
