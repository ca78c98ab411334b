//! Serial numbers of modules as a list (CSV, XLSX): which module has which, compared with what an audit has already.
//!
//! Made by `cli` and `http` of a file; calls `import` for its rows and `photo_import::site` for what people write for a module. Nothing is made here:
//! duplicates, modules that the audit does not have and numbers that a spreadsheet has spoilt are told first.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use super::id::ModuleId;
use super::import::{CsvLine, ImportError, csv_lines, text_of_file};
use super::photo_import::site::{Lookup, PhotoSite};
use super::property::PropertyOf;
use super::property::names::{self, SERIAL};

/// More than an audit has modules.
const ROWS: usize = 50_000;
const COLUMNS: usize = 64;

const MODULE_WORDS: [&str; 9] =
    ["module", "moduleid", "modul", "modulo", "módulo", "panneau", "panel", "place", "of"];
const SERIAL_WORDS: [&str; 19] = [
    "serial",
    "serialnumber",
    "serialno",
    "serialnr",
    "sn",
    "numérodesérie",
    "numerodeserie",
    "nodesérie",
    "ndesérie",
    "nsérie",
    "série",
    "seriennummer",
    "seriennr",
    "númerodeserie",
    "nºdeserie",
    "numerodiserie",
    "matricola",
    "barcode",
    "codebarres",
];

/// What is wrong with a list, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SerialProblem {
    UnknownModule {
        line: u64,
        module: String,
    },
    /// What is written may be one or another.
    SeveralModules {
        line: u64,
        module: String,
    },
    ModuleTwice {
        module: String,
        lines: [u64; 2],
    },
    /// Two modules would have one number; in the list, or one of them has it in the audit.
    SerialTwice {
        serial: String,
        modules: [String; 2],
    },
    /// A long number that a spreadsheet has rounded.
    Rounded {
        line: u64,
        serial: String,
    },
    OutOfForm {
        line: u64,
        problem: String,
    },
}

impl SerialProblem {
    /// A word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownModule { .. } => "unknown_module",
            Self::SeveralModules { .. } => "several_modules",
            Self::ModuleTwice { .. } => "module_twice",
            Self::SerialTwice { .. } => "serial_twice",
            Self::Rounded { .. } => "rounded",
            Self::OutOfForm { .. } => "out_of_form",
        }
    }
}

impl fmt::Display for SerialProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownModule { line, module } => {
                write!(f, "line {line}: the audit has no module {module}")
            }
            Self::SeveralModules { line, module } => {
                write!(f, "line {line}: {module} may be several modules; write the id")
            }
            Self::ModuleTwice { module, lines: [first, second] } => {
                write!(f, "line {second}: {module} has another number in line {first}")
            }
            Self::SerialTwice { serial, modules: [one, other] } => {
                write!(f, "{serial} is given to {one} and to {other}")
            }
            Self::Rounded { line, serial } => write!(
                f,
                "line {line}: {serial} was rounded by a spreadsheet; have the column as text there and export again"
            ),
            Self::OutOfForm { line, problem } => write!(f, "line {line}: {problem}"),
        }
    }
}

/// What a list says of an audit.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SerialPlan {
    /// Modules that have none.
    pub new: Vec<(ModuleId, String)>,
    /// Modules that have another one: that, and the list's.
    pub other: Vec<(ModuleId, String, String)>,
    /// Modules that have it already.
    pub same: usize,
    pub problems: Vec<SerialProblem>,
}

fn columns(rows: &[CsvLine], site: &PhotoSite) -> Option<(usize, usize, bool)> {
    let word =
        |text: &String| text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let header = &rows.first()?.cells;
    let words: Vec<String> = header.iter().map(word).collect();
    let find = |of: &[&str]| words.iter().position(|word| of.contains(&word.as_str()));
    if let (Some(module), Some(serial)) = (find(&MODULE_WORDS), find(&SERIAL_WORDS)) {
        return Some((module, serial, true));
    }
    // Without a header: a module, and its number beside it.
    let first = header.first().filter(|_| header.len() == 2)?;
    site.find(first.trim()).module().map(|_| (0, 1, false))
}

/// As Excel shows a number that is too long for it.
fn is_rounded(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    power.strip_prefix('+').is_some_and(digits)
        && number
            .split_once(['.', ','])
            .map_or_else(|| digits(number), |(one, rest)| digits(one) && digits(rest))
}

impl SerialPlan {
    /// `held`: the numbers that modules have. `None`: nobody can tell which column has what.
    pub fn of(
        file: &[u8],
        site: &PhotoSite,
        held: &HashMap<ModuleId, String>,
    ) -> Result<Option<Self>, ImportError> {
        let rows = csv_lines(text_of_file(file)?.as_bytes(), COLUMNS, ROWS)?;
        let Some((module, serial, header)) = columns(&rows, site) else { return Ok(None) };
        let mut plan = Self::default();
        let mut listed: BTreeMap<usize, (u64, String)> = BTreeMap::new();
        for row in rows.iter().skip(usize::from(header)) {
            let cell = |column: usize| row.cells.get(column).map(|cell| cell.trim()).unwrap_or_default();
            let (module, serial, line) = (cell(module), cell(serial), row.line);
            // A list may have places without a number.
            if serial.is_empty() {
                continue;
            }
            let at = match site.find(module) {
                Lookup::Exactly(at) | Lookup::Folded(at) => at,
                found => {
                    let module = module.to_owned();
                    plan.problems.push(match found {
                        Lookup::Several => SerialProblem::SeveralModules { line, module },
                        _ => SerialProblem::UnknownModule { line, module },
                    });
                    continue;
                }
            };
            let Some(id) = site.module(at) else { continue };
            if is_rounded(serial) {
                plan.problems.push(SerialProblem::Rounded { line, serial: serial.to_owned() });
                continue;
            }
            if let Err(invalid) = names::check(&PropertyOf::Module(id.clone()), SERIAL, Some(serial)) {
                plan.problems.push(SerialProblem::OutOfForm { line, problem: invalid.problem });
                continue;
            }
            match listed.get(&at) {
                Some((_, before)) if before == serial => {}
                Some((first, _)) => {
                    let lines = [*first, line];
                    plan.problems.push(SerialProblem::ModuleTwice { module: id.to_string(), lines });
                }
                None => drop(listed.insert(at, (line, serial.to_owned()))),
            }
        }
        plan.compare(site, listed, held);
        Ok(Some(plan))
    }

    fn compare(
        &mut self,
        site: &PhotoSite,
        listed: BTreeMap<usize, (u64, String)>,
        held: &HashMap<ModuleId, String>,
    ) {
        let mut owners: HashMap<&str, &ModuleId> = HashMap::new();
        let left = site.places().iter().enumerate().filter(|(at, _)| !listed.contains_key(at));
        for (_, place) in left {
            owners.extend(held.get(&place.module).map(|serial| (serial.as_str(), &place.module)));
        }
        // A number that the list gives to two modules is right of one of them at most, and nobody knows of which.
        let (mut once, mut disputed) = (HashSet::new(), HashSet::new());
        for (_, serial) in listed.values() {
            if !once.insert(serial.as_str()) {
                disputed.insert(serial.as_str());
            }
        }
        for (at, (_, serial)) in &listed {
            let Some(id) = site.module(*at) else { continue };
            if let Some(other) = owners.insert(serial, id) {
                let modules = [other.to_string(), id.to_string()];
                self.problems.push(SerialProblem::SerialTwice { serial: serial.clone(), modules });
                continue;
            }
            if disputed.contains(serial.as_str()) {
                continue;
            }
            match held.get(id) {
                None => self.new.push((id.clone(), serial.clone())),
                Some(there) if there == serial => self.same += 1,
                Some(there) => self.other.push((id.clone(), there.clone(), serial.clone())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Place;

    fn id(id: &str) -> ModuleId {
        ModuleId::parse(id).unwrap()
    }

    fn site() -> PhotoSite {
        let place =
            |n: u16| Place { module: id(&format!("M{n:03}")), string: 1, position: n, row: None, col: None };
        PhotoSite::new((1..=6).map(place).collect(), &[(id("M006"), "by the gate".to_owned())], Vec::new())
    }

    fn plan(file: &str, held: &[(&str, &str)]) -> SerialPlan {
        let held = held.iter().map(|(module, serial)| (id(module), (*serial).to_owned())).collect();
        SerialPlan::of(file.as_bytes(), &site(), &held).unwrap().unwrap()
    }

    fn said(plan: &SerialPlan) -> Vec<String> {
        plan.problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_list_says_what_is_new_what_is_there_and_what_is_otherwise() {
        let list =
            "Numéro de série;Module\r\n AA1 ;M001\r\nBB2;m2\r\nC-3;M003\r\n;M004\r\nF-6;by the gate\r\n";
        let plan = plan(list, &[("M002", "BB2"), ("M003", "old")]);
        assert_eq!(plan.new, [(id("M001"), "AA1".to_owned()), (id("M006"), "F-6".to_owned())]);
        assert_eq!(plan.other, [(id("M003"), "old".to_owned(), "C-3".to_owned())]);
        assert_eq!((plan.same, said(&plan)), (1, Vec::<String>::new()));
    }

    #[test]
    fn two_columns_need_no_header_and_others_do() {
        let two = plan("M001,AAA1\nM002,AAA2\n", &[]);
        assert_eq!((two.new.len(), two.problems.len()), (2, 0));
        for unknown in ["x,AAA1\n", "M001,1,AAA1\n", ""] {
            let read = SerialPlan::of(unknown.as_bytes(), &site(), &HashMap::new());
            assert!(read.is_err() || read.unwrap().is_none(), "{unknown}");
        }
    }

    #[test]
    fn what_cannot_be_right_is_told_with_its_line() {
        let list = "module,serial\nM001,AAA1\nM099,AAA9\nM001,AAA2\nM002,AAA1\nM003,HELD\nM004,1.23457E+17\nM005,ab\n";
        let plan = plan(list, &[("M006", "HELD")]);
        assert_eq!(
            said(&plan),
            [
                "line 3: the audit has no module M099",
                "line 4: M001 has another number in line 2",
                "line 7: 1.23457E+17 was rounded by a spreadsheet; have the column as text there and export again",
                "line 8: 3 to 64 printable characters",
                "AAA1 is given to M001 and to M002",
                "HELD is given to M006 and to M003",
            ]
        );
        assert!(plan.new.is_empty(), "AAA1 is of M001 or of M002: {:?}", plan.new);
    }

    #[test]
    fn modules_that_change_their_numbers_with_each_other_are_no_duplicates() {
        let plan = plan("module,sn\nM001,BBB\nM002,AAA\n", &[("M001", "AAA"), ("M002", "BBB")]);
        assert_eq!((plan.other.len(), plan.problems.len()), (2, 0));
    }
}
