//! CSV for spreadsheets: its columns, and cells without formula injection: none runs as a formula, whatever separator the
//! spreadsheet goes by.
//!
//! Called by `import::table` and `export::table`, so that what one writes the other reads; calls nothing.

/// The columns, in the order that the export has them.
pub const COLUMNS: [&str; 7] = ["module_id", "string", "position", "row", "col", "status", "comment"];

/// What ends a cell or a row in one country or another: a spreadsheet that does not know our separator takes a comment
/// apart at its own.
const SEPARATORS: [char; 6] = [',', ';', '\t', '\n', '\r', '|'];

/// Whether a spreadsheet would run this text as a formula. What may stand before one: quotes, ours and those of CSV, and blanks.
fn runs(text: &str) -> bool {
    let text = text.trim_start_matches(['\'', '"', ' ', '\u{a0}']);
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// The text from each place where a cell may begin, the first one whole.
fn cells(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let behind = text.match_indices(SEPARATORS).map(|(at, separator)| at + separator.len());
    std::iter::once(0).chain(behind).map(|at| (at, &text[at..]))
}

/// The cell to write: a `'` before whatever would be a formula, wherever a cell may begin. Where there is one already,
/// it gets another, so that [`restore`] is exact.
pub fn defuse(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in cells(text).filter(|(_, rest)| runs(rest)) {
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
    for (at, rest) in cells(cell) {
        if rest.strip_prefix('\'').is_some_and(runs) {
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
