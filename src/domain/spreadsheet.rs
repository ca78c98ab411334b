//! CSV for spreadsheets: its columns, and cells without formula injection: none runs as a formula.
//!
//! Called by `import::table` and `export::table`, so that what one writes the other reads; calls nothing.

/// The columns, in the order that the export has them.
pub const COLUMNS: [&str; 7] = ["module_id", "string", "position", "row", "col", "status", "comment"];

/// Whether a spreadsheet would run this text, were it not for the quotes that may stand before it.
fn runs(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The cell to write: a leading `'` keeps a comment such as `=cmd()` from being a formula. A text that
/// has such a quote of its own gets another one, so that [`restore`] is exact.
pub fn defuse(text: &str) -> String {
    if runs(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text that [`defuse`] was given.
pub fn restore(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if runs(text) => text,
        _ => cell,
    }
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
    }

    proptest! {
        #[test]
        fn a_round_trip_is_exact(text in "['=+@\\-\t\ra]{0,4}.*") {
            let cell = defuse(&text);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert_eq!(restore(&cell), text);
        }
    }
}
