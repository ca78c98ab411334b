//! Site layout: where the modules are. Strings, positions, and rows and columns when known.
//!
//! Made by `import` or from a short form like `26,24x9`; folded by `audit` as one value.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::id::{Invalid, MAX_MODULES, ModuleId};

/// One module's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub module: ModuleId,
    pub string: u16,
    pub position: u16,
    pub row: Option<i32>,
    pub col: Option<i32>,
}

/// All places, in string and position order, every module and every place once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout(Vec<Place>);

impl Layout {
    pub fn new(mut places: Vec<Place>) -> Result<Self, Invalid> {
        if places.is_empty() {
            return Err(Invalid::new("modules", "an audit has at least one module"));
        }
        if places.len() > MAX_MODULES {
            return Err(Invalid::new("modules", format!("at most {MAX_MODULES} modules")));
        }
        places.sort_by_key(|p| (p.string, p.position));
        let mut ids = HashSet::with_capacity(places.len());
        for (n, place) in places.iter().enumerate() {
            let id = &place.module;
            if place.string == 0 || place.position == 0 {
                return Err(Invalid::new("position", format!("{id}: strings and positions count from 1")));
            }
            if !ids.insert(id) {
                return Err(Invalid::new("module_id", format!("{id} is there twice")));
            }
            if n > 0 && (places[n - 1].string, places[n - 1].position) == (place.string, place.position) {
                let (other, string, position) = (&places[n - 1].module, place.string, place.position);
                return Err(Invalid::new(
                    "position",
                    format!("{other} and {id} are both at position {position} of string {string}"),
                ));
            }
        }
        Ok(Self(places))
    }

    /// `26,24x9`: one string of 26 modules, then nine of 24.
    pub fn from_counts(text: &str) -> Result<Self, Invalid> {
        let bad = |part: &str| {
            Invalid::new(
                "strings",
                format!("`{part}` is not a count; write 26,24x9 for one string of 26 and nine of 24"),
            )
        };
        let mut counts: Vec<u16> = Vec::new();
        let mut total = 0usize;
        // A semicolon where a comma is the decimal point.
        for part in text.split([',', ';']) {
            let (count, times) = match part.split_once(['x', 'X', '×']) {
                Some((count, times)) => (count, times.trim().parse().map_err(|_| bad(part))?),
                None => (part, 1usize),
            };
            let count: u16 = count.trim().parse().map_err(|_| bad(part))?;
            if count == 0 || times == 0 {
                return Err(bad(part));
            }
            total = total.saturating_add(times.saturating_mul(usize::from(count)));
            if total > MAX_MODULES {
                return Err(Invalid::new("strings", format!("at most {MAX_MODULES} modules")));
            }
            counts.extend(std::iter::repeat_n(count, times));
        }
        let slots = counts
            .iter()
            .zip(1u16..)
            .flat_map(|(count, string)| (1..=*count).map(move |position| (string, position, None, None)));
        Self::numbered(slots.collect())
    }

    /// Places without names of their own get `M001`, `M002`, ... in order.
    pub fn numbered(mut slots: Vec<(u16, u16, Option<i32>, Option<i32>)>) -> Result<Self, Invalid> {
        slots.sort_by_key(|(string, position, ..)| (*string, *position));
        let place = |(n, (string, position, row, col))| Place {
            module: ModuleId::numbered(n),
            string,
            position,
            row,
            col,
        };
        Self::new((1..).zip(slots).map(place).collect())
    }

    /// Whether these are the names that versions before gave by themselves from 1,000 modules on: `M0001`, where the
    /// published client says `M001`.
    pub fn is_padded(&self) -> bool {
        let width = self.0.len().to_string().len();
        let padded = |(n, place): (usize, &Place)| place.module.as_str() == format!("M{n:0width$}");
        width > 3 && (1..).zip(&self.0).all(padded)
    }

    pub fn places(&self) -> &[Place] {
        &self.0
    }

    /// String numbers with how many modules each has.
    pub fn strings(&self) -> Vec<(u16, usize)> {
        self.0.chunk_by(|a, b| a.string == b.string).map(|string| (string[0].string, string.len())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_form_makes_the_jalibat_layout() {
        let layout = Layout::from_counts("26, 24x9").unwrap();
        assert_eq!(Layout::from_counts("26;24x9"), Ok(layout.clone()));
        assert_eq!(layout.places().len(), 242);
        let strings = layout.strings();
        assert_eq!(strings.len(), 10);
        assert_eq!(strings[0], (1, 26));
        assert!(strings[1..].iter().all(|(_, n)| *n == 24));
        assert_eq!(layout.places()[241].module.as_str(), "M242");
        assert_eq!((layout.places()[26].string, layout.places()[26].position), (2, 1));
    }

    #[test]
    fn modules_are_numbered_as_the_published_client_does_however_many_there_are() {
        let layout = Layout::from_counts("24x60").unwrap();
        let name = |at: usize| layout.places()[at].module.as_str();
        assert_eq!([name(0), name(998), name(999), name(1_439)], ["M001", "M999", "M1000", "M1440"]);
        assert!(!layout.is_padded());
        let mut places = layout.0.clone();
        for (n, place) in places.iter_mut().enumerate() {
            place.module = ModuleId::parse(format!("M{:04}", n + 1)).unwrap();
        }
        assert!(Layout::new(places).unwrap().is_padded());
        assert!(!Layout::from_counts("24").unwrap().is_padded());
    }

    #[test]
    fn what_is_no_layout_is_refused_with_the_field() {
        for bad in ["", "x", "0", "24x0", "24x", "-1", "24;", "65536", "24x99999999999999999999"] {
            assert_eq!(Layout::from_counts(bad).unwrap_err().field, "strings", "{bad}");
        }
        assert!(Layout::from_counts("25x800").is_ok());
        assert!(Layout::from_counts("25x801").is_err());
    }

    #[test]
    fn a_module_or_a_place_twice_is_refused() {
        let place = |id: &str, string, position| Place {
            module: ModuleId::parse(id).unwrap(),
            string,
            position,
            row: None,
            col: None,
        };
        assert_eq!(Layout::new(vec![place("A", 1, 1), place("A", 1, 2)]).unwrap_err().field, "module_id");
        assert_eq!(Layout::new(vec![place("A", 1, 1), place("B", 1, 1)]).unwrap_err().field, "position");
        assert_eq!(Layout::new(vec![place("A", 0, 1)]).unwrap_err().field, "position");
        assert_eq!(Layout::new(vec![]).unwrap_err().field, "modules");
    }
}
