//! Bounds on what a file is read into (memory amplification): a row of commas alone, or a list of empty objects, would take many
//! times its own size.
//!
//! Called by `cells` and `table` while they read rows, and by `tablet` and `plan` as the type of their lists.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::error::{ImportError, ImportProblem};
use crate::domain::id::MAX_MODULES;

/// Cells of a row: as many as the widest spreadsheet has columns.
pub(super) const CELLS: usize = 16_384;

/// What to say of a row that is wider than a spreadsheet.
pub(super) fn too_wide(line: u64) -> ImportError {
    ImportError::line(
        line,
        ImportProblem::TooManyCells,
        format!("more than {CELLS} cells; delete the empty columns and save the file again"),
    )
}

/// A list of a file: as many items of it as show that there are too many.
#[derive(Debug)]
pub struct Few<T>(pub Vec<T>);

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
        let read = |row: &str| super::super::table::parse(&format!("module_id,string,position\n{row}"));
        let wide = |cells: usize| ",".repeat(cells - 1);
        let refused = |row: &str| read(row).map(|_| ()).unwrap_err().to_string();
        assert!(refused(&wide(CELLS + 1)).starts_with("line 2: more than 16384 cells"));
        assert!(
            refused(&format!("\"{}", wide(CELLS + 1))).starts_with("line 2: more than 16384 cells"),
            "a lone quote"
        );
        assert!(read(&format!("A,1,1{}\n", ",".repeat(CELLS - 3))).is_ok(), "empty columns");
        assert!(read(&format!("A,1,1\n{}\n", wide(CELLS))).is_ok());
    }

    #[test]
    fn a_list_is_read_as_far_as_shows_that_it_is_too_long() {
        let list = |items: usize| format!("[{}0]", "0,".repeat(items - 1));
        let read = |items| serde_json::from_str::<Few<u8>>(&list(items)).map(|few| few.0.len());
        assert_eq!((read(3).unwrap(), read(10 * MAX_MODULES).unwrap()), (3, MAX_MODULES + 1));
        assert!(serde_json::from_str::<Few<u8>>("{}").is_err());
    }
}
