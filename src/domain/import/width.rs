//! Bounds on what a file is read into (memory amplification): a row of commas alone, or a list of empty objects, would take many
//! times its own size.
//!
//! Called by `table` before it reads rows, and by `tablet` and `plan` as the type of their lists.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::error::ImportError;
use crate::domain::id::MAX_MODULES;

/// Cells of a row: as many as the widest spreadsheet has columns.
const CELLS: usize = 16_384;

/// No row is wider than a spreadsheet. `above` is the number of lines before the text.
pub(super) fn check(text: &str, separator: u8, above: u64) -> Result<(), ImportError> {
    let (mut cells, mut line, mut quoted) = (1, above + 1, false);
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' => {
                line += 1;
                cells = if quoted { cells } else { 1 };
            }
            byte if byte == separator && !quoted => cells += 1,
            _ => {}
        }
        if cells > CELLS {
            let problem =
                format!("more than {CELLS} cells; delete the empty columns and save the file again");
            return Err(ImportError::line(line, problem));
        }
    }
    Ok(())
}

/// A list of a file: as many items of it as show that there are too many.
pub(super) struct Few<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Few<T> {
    fn deserialize<D: Deserializer<'de>>(list: D) -> Result<Self, D::Error> {
        struct FewVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for FewVisitor<T> {
            type Value = Few<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Few<T>, A::Error> {
                let mut few = Vec::new();
                while few.len() <= MAX_MODULES {
                    match list.next_element()? {
                        Some(item) => few.push(item),
                        None => return Ok(Few(few)),
                    }
                }
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Few(few))
            }
        }

        list.deserialize_seq(FewVisitor(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_no_wider_than_a_spreadsheet() {
        let wide = |cells: usize| ",".repeat(cells - 1);
        assert!(check(&format!("a,b\n{}\n", wide(CELLS)), b',', 0).is_ok());
        let refused = check(&format!("a,b\n{}", wide(CELLS + 1)), b',', 2).unwrap_err().to_string();
        assert!(refused.starts_with("line 4: more than 16384 cells"), "{refused}");
        assert!(check(&wide(CELLS + 1), b';', 0).is_ok(), "another separator");
        assert!(check(&format!("a,\"{}\"\n", wide(CELLS + 1)), b',', 0).is_ok(), "within a comment");
    }

    #[test]
    fn a_list_is_read_as_far_as_shows_that_it_is_too_long() {
        let list = |items: usize| format!("[{}0]", "0,".repeat(items - 1));
        let read = |items| serde_json::from_str::<Few<u8>>(&list(items)).map(|few| few.0.len());
        assert_eq!((read(3).unwrap(), read(10 * MAX_MODULES).unwrap()), (3, MAX_MODULES + 1));
        assert!(serde_json::from_str::<Few<u8>>("{}").is_err());
    }
}
