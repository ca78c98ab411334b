//! CSV for spreadsheets: its columns, and cells without formula injection: none runs as a formula, whatever separator the
//! spreadsheet goes by. Nor does a line of a comment look like a row of the file.
//!
//! Called by `import::table` and `export::table`, so that what one writes the other reads; calls nothing.

/// The columns, in the order that the export has them.
pub const COLUMNS: [&str; 7] = ["module_id", "string", "position", "row", "col", "status", "comment"];

/// The column with the names of strings, in the languages that tables for people are written in.
pub const STRING_NAME: [&str; 5] =
    ["Nom du string", "String name", "Name des Strings", "Nombre del string", "Nome della stringa"];

/// What ends a cell or a row in one country or another: a spreadsheet that does not know our separator takes a comment
/// apart at its own.
const SEPARATORS: [char; 6] = [',', ';', '\t', '\n', '\r', '|'];

/// Whether a spreadsheet would run this text as a formula. What may stand before one: quotes, ours and those of CSV, and blanks.
fn runs(text: &str) -> bool {
    let text = text.trim_start_matches(['\'', '"', ' ', '\u{a0}']);
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// Whether a line has cells, as a row has. After a break as rows of our files end by, `import::table` would take it for a row that
/// somebody's open quote has taken in.
fn has_cells(text: &str) -> bool {
    text.split(['\r', '\n']).next().is_some_and(|line| line.contains(SEPARATORS))
}

/// Whether what begins here would be something else than text. A `'` before it changes nothing of that.
fn is_more_than_text(before: &str, rest: &str) -> bool {
    runs(rest) || (before.ends_with("\r\n") && has_cells(rest))
}

/// The places where a cell may begin, the first one of the text among them.
fn cells(text: &str) -> impl Iterator<Item = usize> {
    let behind = text.match_indices(SEPARATORS).map(|(at, separator)| at + separator.len());
    std::iter::once(0).chain(behind)
}

/// The cell to write: a `'` before whatever would be a formula, or a row, wherever one may begin. Where there is a `'` already,
/// it gets another, so that [`restore`] is exact.
pub fn defuse(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    let mut done = 0;
    for at in cells(text).filter(|at| is_more_than_text(&text[..*at], &text[*at..])) {
        cell.push_str(&text[done..at]);
        cell.push('\'');
        done = at;
    }
    cell.push_str(&text[done..]);
    cell
}

/// The text that [`defuse`] was given.
pub fn restore(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut done = 0;
    for at in cells(cell) {
        let rest = cell[at..].strip_prefix('\'');
        if rest.is_some_and(|rest| is_more_than_text(&cell[..at], rest)) {
            text.push_str(&cell[done..at]);
            done = at + 1;
        }
    }
    text.push_str(&cell[done..]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_defused_and_nothing_else_is_touched() {
        assert_eq!(defuse("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(defuse("-5 %"), "'-5 %");
        assert_eq!(defuse("pid, gravité 2"), "pid, gravité 2");
        assert_eq!(restore("'quoted'"), "'quoted'");
        assert_eq!(defuse("a;=HYPERLINK(\"x\")"), "a;'=HYPERLINK(\"x\")");
        assert_eq!(defuse("burnt\n=1+1,  @x|-2;\"=cmd\""), "burnt\n'=1+1,'  @x|'-2;'\"=cmd\"");
        assert_eq!(defuse("voir; puis 3 - 2 = 1"), "voir; puis 3 - 2 = 1");
        assert_eq!(defuse("burnt\r\nM900,1,5\r\nno row"), "burnt\r\n'M900,1,5\r\nno row");
        assert_eq!(defuse("burnt\nM900,1,5"), "burnt\nM900,1,5");
    }

    /// The cells that a spreadsheet finds which parts lines at this character, and knows no other.
    fn taken_apart(csv: &str, separator: char) -> impl Iterator<Item = &str> {
        csv.split(['\n', '\r']).flat_map(move |line| line.split(separator))
    }

    proptest! {
        #[test]
        fn a_round_trip_is_exact_and_no_cell_runs(text in "['\"=+@\\-\t\r\n,;| a]{0,12}.{0,5}") {
            let cell = defuse(&text);
            prop_assert_eq!(restore(&cell), text);
            // As it stands in a file: each quote doubled, all of it in quotes.
            let written = format!("\"{}\"", cell.replace('"', "\"\""));
            for separator in SEPARATORS {
                for cell in taken_apart(&written, separator) {
                    let shown = cell.trim_start_matches(['"', ' ']);
                    prop_assert!(!shown.starts_with(['=', '+', '-', '@']), "{separator:?}: {cell}");
                }
            }
        }
    }
}
