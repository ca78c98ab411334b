//! String numbering of an import: which place each row of a file has, once all of them are known.
//!
//! Called by `collect`; calls nothing. Strings that are counted from 0 or go by names get numbers from 1, and a module
//! without a place and without a mark gets one at the end: no row vanishes.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::at::At;
use super::document::StringsRead;
use super::error::{ImportError, ImportProblem};
use super::scalar::StringName;
use crate::domain::id::ModuleId;
use crate::domain::layout::Place;

/// A row, checked but for its place.
pub(super) struct PlacedRow {
    pub module: ModuleId,
    pub string: StringName,
    /// What people call it, beside its number.
    pub string_name: Option<String>,
    pub position: Option<u16>,
    pub row: Option<i32>,
    pub col: Option<i32>,
    pub at: At,
    /// It carries a mark: then it needs no place.
    pub marked: bool,
}

pub(super) fn placed(rows: Vec<PlacedRow>) -> Result<(Vec<Place>, StringsRead), ImportError> {
    let mut strings = StringsRead::default();
    let numbers = match first_name(&rows)? {
        true => by_name(&rows, &mut strings)?,
        false => by_number(&rows, &mut strings)?,
    };
    let mut places = Vec::with_capacity(rows.len());
    let mut taken: HashMap<(u16, u16), (ModuleId, At)> = HashMap::new();
    let mut nowhere = Vec::new();
    let mut names: BTreeMap<u16, String> = strings.names.drain(..).collect();
    for (row, string) in rows.into_iter().zip(numbers) {
        let PlacedRow { module, position, row, col, at, marked, string_name, .. } = row;
        let Some(string) = string else {
            if !marked {
                nowhere.push((module, at));
            }
            continue;
        };
        let position = position.filter(|position| *position > 0);
        let Some(position) = position else {
            return Err(at.wrong(
                "position",
                ImportProblem::BadValue,
                format!("{module}: positions count from 1"),
            ));
        };
        if let Some((other, first)) = taken.get(&(string, position)) {
            // An export places a module that is in no layout where its id says, taken or not.
            if module.implied_place() == Some((string, position)) {
                if !marked {
                    nowhere.push((module, at));
                }
                continue;
            }
            return Err(at.wrong(
                "position",
                ImportProblem::PlaceTaken,
                format!("{module} is at position {position} of string {string}, where {other} is ({first}); correct one"),
            ));
        }
        if let Some(name) = string_name {
            names.entry(string).or_insert(name);
        }
        taken.insert((string, position), (module.clone(), at));
        places.push(Place { module, string, position, row, col });
    }
    strings.names = names.into_iter().collect();
    let last = places.iter().map(|place| place.string).max().unwrap_or(0);
    for ((module, at), position) in nowhere.into_iter().zip(1u16..) {
        let string = last.checked_add(1);
        let string = string
            .ok_or_else(|| at.wrong("string", ImportProblem::NoString, format!("{module} has no string")))?;
        strings.added = Some((string, usize::from(position)));
        places.push(Place { module, string, position, row: None, col: None });
    }
    Ok((places, strings))
}

/// Whether strings go by names. They all do, or none does: a slip of the pen is no string.
fn first_name(rows: &[PlacedRow]) -> Result<bool, ImportError> {
    let is = |name: bool| {
        move |row: &&PlacedRow| match row.string {
            StringName::Name(_) => name,
            StringName::Number(_) => !name,
            StringName::Nowhere | StringName::Round(..) => false,
        }
    };
    let (names, numbers) = (rows.iter().filter(is(true)).count(), rows.iter().filter(is(false)).count());
    if names == 0 || numbers == 0 {
        return Ok(names > 0);
    }
    let odd = rows.iter().find(is(names <= numbers));
    let Some(PlacedRow { at, string, .. }) = odd else { return Ok(true) };
    Err(match string {
        StringName::Name(name) => at.wrong(
            "string",
            ImportProblem::BadValue,
            format!("`{name}` must be a number such as 3, or S3, as in the other rows"),
        ),
        _ => at.wrong(
            "string",
            ImportProblem::MixedNames,
            "this is a number, and the other strings have names; number all, or name all",
        ),
    })
}

/// In the order in which the file names them.
fn by_name(rows: &[PlacedRow], strings: &mut StringsRead) -> Result<Vec<Option<u16>>, ImportError> {
    let mut numbers: HashMap<&str, u16> = HashMap::new();
    let number = |row| {
        let PlacedRow { string, at, .. }: &PlacedRow = row;
        let (StringName::Name(name) | StringName::Round(_, name)) = string else { return Ok(None) };
        if let Some(number) = numbers.get(name.as_str()) {
            return Ok(Some(*number));
        }
        let next = u16::try_from(numbers.len() + 1);
        let next = next.map_err(|_| at.wrong("string", ImportProblem::TooManyStrings, "too many strings"))?;
        numbers.insert(name, next);
        strings.names.push((next, name.clone()));
        Ok(Some(next))
    };
    rows.iter().map(number).collect()
}

fn by_number(rows: &[PlacedRow], strings: &mut StringsRead) -> Result<Vec<Option<u16>>, ImportError> {
    let of = |row: &PlacedRow| match row.string {
        StringName::Number(number) | StringName::Round(number, _) => Some(number),
        StringName::Nowhere | StringName::Name(_) => None,
    };
    strings.from_zero = counts_from_zero(rows, of);
    let number = |row: &PlacedRow| match of(row) {
        Some(number) if strings.from_zero => {
            let next = number.checked_add(1);
            next.map(Some).ok_or_else(|| {
                row.at.wrong("string", ImportProblem::TooManyStrings, "strings count to 65534 from 0")
            })
        }
        // In exports of ours, and of tablets: marked, and placed nowhere.
        number => Ok(number.filter(|number| *number > 0)),
    };
    rows.iter().map(number).collect()
}

/// String 0 is the first one, unless its rows come after all others, as modules do that are placed nowhere. Behind those
/// come in turn modules that no layout places either, and whose names tell a string.
fn counts_from_zero(rows: &[PlacedRow], of: impl Fn(&PlacedRow) -> Option<u16>) -> bool {
    let is_zero = |row: &&PlacedRow| of(row) == Some(0);
    let told =
        |row: &PlacedRow| row.module.implied_place().is_some_and(|(string, _)| Some(string) == of(row));
    let strings = rows.iter().filter(|row| of(row).is_some());
    let begins = strings.clone().next().is_some_and(|row| is_zero(&row));
    if begins && rows.iter().filter(is_zero).any(|row| !row.marked) {
        return true;
    }
    let mut behind = strings.skip_while(|row| !is_zero(row));
    // A place that two rows of string 0 share is none.
    let mut positions = HashSet::new();
    let apart = rows.iter().filter(is_zero).all(|row| positions.insert(row.position));
    apart && behind.any(|row| !is_zero(&row) && !told(row))
}
