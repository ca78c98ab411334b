//! List of pictures (CSV): which file belongs to which module, or string and position. Separator and header are found out.
//!
//! Made by `http` of a file; calls `import` for its rows. Without a header the columns are known by what is in them: the names of
//! the pictures, and modules of the audit.

use std::collections::{BTreeSet, HashMap};

use super::names::{at_module, at_string, stem};
use super::site::{Lookup, PhotoSite};
use super::{CardPicture, FoundPlace, LeftOver, MatchRule, Sureness};
use crate::domain::import::{CsvLine, ImportError, csv_lines};

/// More than an audit has photos, with those that are listed twice.
const ROWS: usize = 50_000;
/// Columns that are looked at.
const COLUMNS: usize = 64;
/// Rows by whose cells columns are known.
const SAMPLE: usize = 200;

const FILE_WORDS: [&str; 14] = [
    "file",
    "filename",
    "image",
    "imagename",
    "picture",
    "photo",
    "fichier",
    "nomdufichier",
    "nomdefichier",
    "datei",
    "dateiname",
    "bild",
    "archivo",
    "foto",
];
const MODULE_WORDS: [&str; 7] = ["module", "moduleid", "modul", "modulo", "módulo", "of", "panneau"];
const STRING_WORDS: [&str; 6] = ["string", "chaine", "chaîne", "strang", "cadena", "stringa"];
const POSITION_WORDS: [&str; 6] = ["position", "pos", "posición", "posicion", "posizione", "place"];

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ListColumns {
    file: usize,
    module: Option<usize>,
    string: Option<usize>,
    position: Option<usize>,
}

/// What a list says of its files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PictureList {
    rows: Vec<CsvLine>,
    columns: ListColumns,
}

impl PictureList {
    /// `None`: nobody can tell which column has the files and which the modules.
    pub fn read(
        bytes: &[u8],
        pictures: &[CardPicture],
        site: &PhotoSite,
    ) -> Result<Option<Self>, ImportError> {
        let mut rows = csv_lines(bytes, COLUMNS, ROWS)?;
        let Some(first) = rows.first() else { return Ok(None) };
        if let Some(columns) = by_header(&first.cells) {
            rows.remove(0);
            return Ok(Some(Self { rows, columns }));
        }
        Ok(by_contents(&rows, pictures, site).map(|columns| Self { rows, columns }))
    }

    pub(super) fn places(
        &self,
        pictures: &[CardPicture],
        site: &PhotoSite,
    ) -> (Vec<Result<FoundPlace, LeftOver>>, Vec<String>) {
        let names = FileNames::of(pictures);
        let mut found: Vec<Option<Result<FoundPlace, LeftOver>>> = vec![None; pictures.len()];
        let mut not_there = BTreeSet::new();
        for row in &self.rows {
            let Some(file) = cell(row, self.columns.file) else { continue };
            let place = self.place(row, site);
            let meant = match names.find(file) {
                Ok(meant) if meant.is_empty() => {
                    not_there.insert(file.to_owned());
                    continue;
                }
                Ok(meant) => meant,
                Err(several) => {
                    several.iter().for_each(|at| found[*at] = Some(Err(LeftOver::SameFileName)));
                    continue;
                }
            };
            for at in meant {
                found[at] = Some(match found[at].take() {
                    Some(before) if before != place => Err(LeftOver::ListedTwice),
                    _ => place.clone(),
                });
            }
        }
        let found = found.into_iter().map(|found| found.unwrap_or(Err(LeftOver::NotInList))).collect();
        (found, not_there.into_iter().collect())
    }

    fn place(&self, row: &CsvLine, site: &PhotoSite) -> Result<FoundPlace, LeftOver> {
        let text = |column: Option<usize>| column.and_then(|column| cell(row, column));
        let string = text(self.columns.string).map(|text| {
            let bare = text.trim_start_matches(['S', 's']);
            site.find_string(text).or_else(|| site.find_string(bare)).ok_or(LeftOver::UnknownModule)
        });
        let string = string.transpose()?;
        if let Some(text) = text(self.columns.module) {
            let (at, sure) = match site.find(text) {
                Lookup::Exactly(at) => (at, Sureness::Sure),
                Lookup::Folded(at) => (at, Sureness::Likely),
                Lookup::Several => return Err(LeftOver::NamesSeveral),
                Lookup::Nothing => return Err(LeftOver::UnknownModule),
            };
            let agrees = string.is_none_or(|string| site.places()[at].string == string);
            return if agrees {
                at_module(site, at, MatchRule::List, sure)
            } else {
                Err(LeftOver::NamesSeveral)
            };
        }
        let string = string.ok_or(LeftOver::NotInList)?;
        let Some(position) = text(self.columns.position) else {
            return Ok(at_string(string, MatchRule::List));
        };
        let position = position.trim_start_matches(['P', 'p']).parse().ok();
        let at = position.and_then(|position| site.at_position(string, position));
        at_module(site, at.ok_or(LeftOver::UnknownModule)?, MatchRule::List, Sureness::Sure)
    }
}

fn cell(row: &CsvLine, column: usize) -> Option<&str> {
    row.cells.get(column).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
}

fn by_header(header: &[String]) -> Option<ListColumns> {
    let word =
        |text: &String| text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let words: Vec<String> = header.iter().map(word).collect();
    let find = |of: &[&str]| words.iter().position(|word| of.contains(&word.as_str()));
    let columns = ListColumns {
        file: find(&FILE_WORDS)?,
        module: find(&MODULE_WORDS),
        string: find(&STRING_WORDS),
        position: find(&POSITION_WORDS),
    };
    (columns.module.is_some() || columns.string.is_some()).then_some(columns)
}

/// The column of which most cells are pictures, and that of which most are modules.
fn by_contents(rows: &[CsvLine], pictures: &[CardPicture], site: &PhotoSite) -> Option<ListColumns> {
    let names = FileNames::of(pictures);
    let most = |is: &dyn Fn(&str) -> bool| {
        let count =
            |column: usize| rows.iter().take(SAMPLE).filter(|row| cell(row, column).is_some_and(is)).count();
        (0..COLUMNS)
            .map(|column| (count(column), column))
            .filter(|(count, _)| *count > 0)
            .max_by_key(|(count, column)| (*count, std::cmp::Reverse(*column)))
    };
    let (_, file) = most(&|text| names.find(text).map_or(true, |found| !found.is_empty()))?;
    let (_, module) = most(&|text| site.find(text).module().is_some())?;
    (file != module).then_some(ListColumns { file, module: Some(module), string: None, position: None })
}

/// Pictures by what people write for them: path, name, or name without its ending.
struct FileNames {
    by_path: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    by_stem: HashMap<String, Vec<usize>>,
    folders: Vec<String>,
}

fn plain(text: &str) -> String {
    text.replace('\\', "/").trim_start_matches("./").trim_start_matches('/').to_lowercase()
}

impl FileNames {
    fn of(pictures: &[CardPicture]) -> Self {
        let mut names = Self {
            by_path: HashMap::new(),
            by_name: HashMap::new(),
            by_stem: HashMap::new(),
            folders: Vec::with_capacity(pictures.len()),
        };
        for (at, picture) in pictures.iter().enumerate() {
            let path = plain(&picture.name);
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
            names.folders.push(folder.to_owned());
            names.by_name.entry(name.to_owned()).or_default().push(at);
            names.by_stem.entry(stem(name).to_owned()).or_default().push(at);
            names.by_path.entry(path).or_default().push(at);
        }
        names
    }

    /// Those that are meant; an error where it may be one of several.
    fn find(&self, text: &str) -> Result<Vec<usize>, Vec<usize>> {
        let path = plain(text);
        if let Some(found) = self.by_path.get(&path) {
            return Ok(found.clone());
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let found = self.by_name.get(name).or_else(|| self.by_stem.get(name)).cloned().unwrap_or_default();
        // The end of the path, as far as it is written.
        let under = |at: &usize| {
            let whole = &self.folders[*at];
            folder.is_empty() || whole.as_str() == folder || whole.ends_with(&format!("/{folder}"))
        };
        let found: Vec<usize> = found.into_iter().filter(under).collect();
        let one_folder = found.iter().all(|at| self.folders[*at] == self.folders[found[0]]);
        if one_folder { Ok(found) } else { Err(found) }
    }
}
