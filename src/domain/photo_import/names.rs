//! Names of files (parsing): the module, or string and position, that the name of a picture says, as whole words.
//!
//! Called by `propose` where people have typed no template; calls `site`. `M05` is not in `M050`, and what a camera counts
//! (`IMG_0042`) is no module, also where modules have bare numbers for names.

use super::site::{Lookup, PhotoSite};
use super::{FoundPlace, LeftOver, MatchRule, Sureness};
use crate::domain::photo::PhotoPlace;

/// What people write before the number of a string, and before a position in it.
const STRING_WORDS: [&str; 10] =
    ["s", "str", "string", "ch", "chaine", "chaîne", "strang", "cadena", "stringa", "st"];
const POSITION_WORDS: [&str; 7] = ["p", "pos", "position", "posición", "posicion", "posizione", "posn"];
/// Words of a name that together may be one module: `S3-P12-a`.
const WORDS: usize = 6;

pub(super) fn at_module(
    site: &PhotoSite,
    at: usize,
    rule: MatchRule,
    sure: Sureness,
) -> Result<FoundPlace, LeftOver> {
    let module = site.module(at).cloned().ok_or(LeftOver::UnknownModule)?;
    Ok(FoundPlace { at: PhotoPlace { module: Some(module), string: None }, rule, sure })
}

pub(super) fn at_string(string: u16, rule: MatchRule) -> FoundPlace {
    FoundPlace { at: PhotoPlace { module: None, string: Some(string) }, rule, sure: Sureness::Likely }
}

/// The name without its ending, and the folders above it, the nearest first.
pub(super) fn parts(path: &str) -> (&str, impl Iterator<Item = &str>) {
    let mut parts = path.rsplit(['/', '\\']);
    let file = parts.next().unwrap_or_default();
    (stem(file), parts.filter(|part| !part.is_empty()))
}

/// Without the ending, which has a letter: in `S3.12` the 12 is none.
pub(super) fn stem(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, end))
            if !stem.is_empty()
                && (1..=5).contains(&end.len())
                && end.bytes().all(|b| b.is_ascii_alphanumeric())
                && end.bytes().any(|b| b.is_ascii_alphabetic()) =>
        {
            stem
        }
        _ => file,
    }
}

/// What one part of a path says.
#[derive(Debug, Default)]
struct NameSays {
    /// Modules by their names, and whether letter for letter.
    modules: Vec<(usize, bool)>,
    /// By string and position.
    positions: Vec<(u16, u16)>,
    strings: Vec<u16>,
    /// Positions of no string.
    loose: Vec<u16>,
    /// A name that several modules have, written like this.
    several: bool,
    /// A module's number, of which the audit shows none.
    unknown: bool,
}

impl NameSays {
    fn read(part: &str, site: &PhotoSite) -> Self {
        let words: Vec<&str> = part.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let mut said = Self::default();
        let rest = said.find_modules(part, &words, site);
        said.find_positions(&rest, site);
        said
    }

    /// What is left: the words of a module's name say nothing else.
    fn find_modules<'p>(&mut self, part: &'p str, words: &[&'p str], site: &PhotoSite) -> Vec<&'p str> {
        let mut left = Vec::new();
        // Where each word lies in the part, to compare what is between them too.
        let start = |word: &str| word.as_ptr() as usize - part.as_ptr() as usize;
        let mut from = 0;
        while from < words.len() {
            let longest = WORDS.min(words.len() - from);
            let found = (1..=longest).rev().find_map(|count| {
                let last = words[from + count - 1];
                let text = part.get(start(words[from])..start(last) + last.len())?;
                // A bare number is what cameras count.
                if text.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                match site.find(text) {
                    Lookup::Nothing => None,
                    other => Some((count, other)),
                }
            });
            match found {
                Some((count, lookup)) => {
                    match lookup {
                        Lookup::Exactly(at) => self.modules.push((at, true)),
                        Lookup::Folded(at) => self.modules.push((at, false)),
                        Lookup::Several | Lookup::Nothing => self.several = true,
                    }
                    from += count;
                }
                None => {
                    self.unknown |= is_numbered(words[from]) && site.is_numbered();
                    left.push(words[from]);
                    from += 1;
                }
            }
        }
        left
    }

    fn find_positions(&mut self, words: &[&str], site: &PhotoSite) {
        let mut string = None;
        for (is_string, number) in numbers(words) {
            match (is_string, string) {
                (true, _) => {
                    if let Some(before) = string.replace(number) {
                        self.string(before, site);
                    }
                }
                (false, Some(of)) => {
                    self.positions.push((site.string_called(of).unwrap_or(of), number));
                    string = None;
                }
                (false, None) => self.loose.push(number),
            }
        }
        if let Some(string) = string {
            self.string(string, site);
        }
    }

    /// Of a string that there is: `S20` may be a telephone's.
    fn string(&mut self, number: u16, site: &PhotoSite) {
        self.strings.extend(site.string_called(number));
    }

    fn only_string(&self) -> Option<u16> {
        let first = *self.strings.first()?;
        self.strings.iter().all(|string| *string == first).then_some(first)
    }
}

/// `M0123`, as modules are numbered.
fn is_numbered(word: &str) -> bool {
    let digits = word.strip_prefix(['M', 'm']);
    digits.is_some_and(|digits| (2..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Each number that has the word of a string (true) or of a position before it, in their order: `S03`, `pos_12`, `S03P12`.
fn numbers(words: &[&str]) -> Vec<(bool, u16)> {
    let kind = |word: &str| {
        let word = word.to_lowercase();
        let is = |words: &[&str]| words.contains(&word.as_str());
        if is(&STRING_WORDS) { Some(true) } else { is(&POSITION_WORDS).then_some(false) }
    };
    let (mut found, mut waits) = (Vec::new(), None);
    for word in words {
        let mut rest = *word;
        let mut inside = Vec::new();
        // The whole word is such pairs, or it says nothing.
        let whole = loop {
            if rest.is_empty() {
                break true;
            }
            let digits = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
            let (name, more) = rest.split_at(digits);
            let end = more.find(|c: char| !c.is_ascii_digit()).unwrap_or(more.len());
            let (number, after) = more.split_at(end);
            let (Some(kind), Ok(number)) = (kind(name), number.parse()) else { break false };
            inside.push((kind, number));
            rest = after;
        };
        if whole {
            found.append(&mut inside);
            waits = None;
        } else if let (Some(kind), Ok(number)) = (waits, word.parse::<u16>()) {
            found.push((kind, number));
            waits = None;
        } else {
            waits = kind(word);
        }
    }
    found
}

/// What the path of a picture says.
pub fn place(path: &str, site: &PhotoSite) -> Result<FoundPlace, LeftOver> {
    let (stem, folders) = parts(path);
    let file = NameSays::read(stem, site);
    let folders: Vec<NameSays> = folders.map(|folder| NameSays::read(folder, site)).collect();
    let folder_string = folders.iter().find(|said| !said.strings.is_empty());
    let mut modules: Vec<(usize, bool)> = file.modules.clone();
    let rule = if modules.is_empty() { MatchRule::Position } else { MatchRule::Module };
    let loose = match (file.strings.is_empty(), folder_string.and_then(NameSays::only_string)) {
        (true, Some(string)) => file.loose.iter().map(|position| (string, *position)).collect(),
        _ => Vec::new(),
    };
    for (string, position) in file.positions.iter().chain(&loose) {
        modules.push((site.at_position(*string, *position).ok_or(LeftOver::UnknownModule)?, true));
    }
    if file.several {
        return Err(LeftOver::NamesSeveral);
    }
    if let Some((at, exact)) = modules.first().copied() {
        let string = site.places()[at].string;
        let agrees = |said: &NameSays| said.strings.iter().all(|named| *named == string);
        let other_folder = folder_string.is_some_and(|folder| !agrees(folder));
        if modules.iter().any(|(other, _)| *other != at) || !agrees(&file) || other_folder {
            return Err(LeftOver::NamesSeveral);
        }
        return at_module(site, at, rule, if exact { Sureness::Sure } else { Sureness::Likely });
    }
    if file.unknown {
        return Err(LeftOver::UnknownModule);
    }
    if !file.strings.is_empty() {
        return file
            .only_string()
            .map(|string| at_string(string, MatchRule::Position))
            .ok_or(LeftOver::NamesSeveral);
    }
    // A folder of one module, or of one string.
    for folder in &folders {
        let at = folder.positions.iter().map(|(string, position)| site.at_position(*string, *position));
        let named = folder.modules.iter().map(|(at, _)| Some(*at)).chain(at);
        let named: Option<Vec<usize>> = named.collect();
        let named = named.ok_or(LeftOver::UnknownModule)?;
        match (named.first(), folder.only_string()) {
            (Some(at), _) if named.iter().all(|other| other == at) => {
                return at_module(site, *at, MatchRule::Module, Sureness::Likely);
            }
            (Some(_), _) => return Err(LeftOver::NamesSeveral),
            (None, Some(string)) => return Ok(at_string(string, MatchRule::Position)),
            (None, None) => {}
        }
    }
    Err(LeftOver::NothingInName)
}
