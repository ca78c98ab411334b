//! Terminal output: tables, details, counts, times.
//!
//! Called by every command. Only here does the program write to stdout; stderr is for the log, errors and questions.

use std::io::{self, Write};

use chrono::DateTime;
use serde_json::Value;

use super::journal;

pub fn out(text: &str) -> anyhow::Result<()> {
    raw(text.as_bytes())
}

/// To stdout, at once. Somebody who closes the other end (`| head`) has read enough: no error.
pub fn raw(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// A line to stdout.
pub fn line(text: &str) -> anyhow::Result<()> {
    out(&format!("{text}\n"))
}

/// How wide the terminal is; nothing when that is no terminal.
pub fn columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(size.ws_col.into())
}

pub fn json(value: &Value) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

/// A line to stderr; nobody is left to tell when that fails.
pub fn aside(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Over the line that is there, on a terminal.
pub fn over(text: &str) {
    let mut stderr = io::stderr();
    let _ = write!(stderr, "\r{text}\x1b[K").and_then(|()| stderr.flush());
}

pub fn error(error: &anyhow::Error) {
    aside(&format!("{}error: {error:#}", journal::error_mark()));
}

/// Rows under headings, columns aligned: figures to the right, text to the left.
pub fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([headings[column].chars().count()]).max().unwrap_or(0)
    };
    let figures = |column: usize| {
        !rows.is_empty()
            && rows.iter().all(|row| row[column].parse::<f64>().is_ok() || row[column] == NOTHING)
    };
    let columns: Vec<(usize, bool)> = (0..N).map(|column| (width(column), figures(column))).collect();
    let mut text = String::new();
    for row in std::iter::once(&headings.map(str::to_owned)).chain(rows) {
        let mut line = String::new();
        for (cell, (width, right)) in row.iter().zip(&columns) {
            let (width, gap) = (*width, if line.is_empty() { "" } else { "  " });
            line += gap;
            line += &if *right { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// What stands where there is nothing.
pub const NOTHING: &str = "-";

/// `  name   value` lines, the values aligned.
pub fn details(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    pairs.iter().map(|(name, value)| format!("  {name:<width$}  {value}\n")).collect()
}

/// `1 module`, `242 modules`.
pub fn count(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// A time in UTC, to the minute, or nothing.
pub fn time(ms: Option<u64>) -> String {
    let moment = ms.and_then(|ms| i64::try_from(ms).ok()).and_then(DateTime::from_timestamp_millis);
    moment.map_or_else(|| NOTHING.to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// How long something has lasted, in its two largest units.
pub fn span(ms: u64) -> String {
    let s = ms / 1_000;
    match (s / 86_400, s / 3_600 % 24, s / 60 % 60, s % 60) {
        (0, 0, 0, s) => format!("{s} s"),
        (0, 0, m, s) => format!("{m} min {s} s"),
        (0, h, m, _) => format!("{h} h {m} min"),
        (d, h, ..) => format!("{d} d {h} h"),
    }
}

pub fn bytes(n: u64) -> String {
    let (mut value, mut unit) = (n as f64, "B");
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        if value < 1024.0 {
            break;
        }
        (value, unit) = (value / 1024.0, larger);
    }
    if unit == "B" { format!("{n} B") } else { format!("{value:.1} {unit}") }
}

/// `██████░░░░░░░░░░░░░░ 3000 of 9000 (33%)`
pub fn bar(done: u64, total: u64) -> String {
    const WIDTH: u64 = 24;
    let total = total.max(1);
    let done = done.min(total);
    let share = |of: u64| usize::try_from(u128::from(done) * u128::from(of) / u128::from(total)).unwrap_or(0);
    let full = share(WIDTH);
    let rest = WIDTH as usize - full;
    format!("{}{} {done} of {total} ({}%)", "█".repeat(full), "░".repeat(rest), share(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let row = |name: &str, n: &str| [name.to_owned(), n.to_owned(), "x".to_owned()];
        let text = table(["NAME", "MODULES", "END"], &[row("Inégalité", "242"), row("B", "7")]);
        assert_eq!(text, "NAME       MODULES  END\nInégalité      242  x\nB                7  x\n");
        assert_eq!(details(&[("a", "1".into()), ("long", "2".into())]), "  a     1\n  long  2\n");
    }

    #[test]
    fn figures_are_for_people() {
        assert_eq!([count(1, "module"), count(0, "module")], ["1 module", "0 modules"]);
        assert_eq!([time(None), time(Some(1_761_300_000_000))], ["-", "2025-10-24 10:00 UTC"]);
        assert_eq!([span(61_000), span(90_000_000)], ["1 min 1 s", "1 d 1 h"]);
        assert_eq!(bar(1, 3), format!("{}{} 1 of 3 (33%)", "█".repeat(8), "░".repeat(16)));
        assert_eq!([bar(0, 0), bar(9, 3)].map(|bar| bar.contains('█')), [false, true]);
        assert_eq!([bytes(12), bytes(1_600_000)], ["12 B", "1.5 MiB"]);
    }
}
