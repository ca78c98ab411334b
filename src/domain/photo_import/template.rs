//! Template of file names (pattern matching), typed once: `{string}-{position}_*`, `EL_{module}_??`, `{string}/{position}*`.
//!
//! Called by `propose`; calls `site`. A name that fits in two ways that say different modules says none.

use super::names::{at_module, at_string, stem};
use super::site::PhotoSite;
use super::{FoundPlace, LeftOver, MatchRule, Sureness};
use crate::domain::id::Invalid;

/// Characters of a template.
const LONGEST: usize = 200;
/// Steps after which a name is given up that fits in too many ways.
const STEPS: usize = 20_000;

/// Characters of a field.
const FIELD: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TemplateField {
    Module,
    String,
    Position,
    Row,
    Column,
}

const FIELDS: [(&str, TemplateField); 6] = [
    ("module", TemplateField::Module),
    ("string", TemplateField::String),
    ("position", TemplateField::Position),
    ("row", TemplateField::Row),
    ("column", TemplateField::Column),
    ("col", TemplateField::Column),
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum TemplatePart {
    Letter(char),
    One,
    Any,
    Field(TemplateField),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTemplate {
    parts: Vec<TemplatePart>,
    folders: usize,
    ending: bool,
}

/// What the fields of a name were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct TemplateValues {
    module: Option<usize>,
    string: Option<u16>,
    position: Option<u16>,
    row: Option<i32>,
    column: Option<i32>,
}

impl NameTemplate {
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let wrong = |problem: &str| Invalid::new("template", problem);
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err(wrong("1 to 200 characters, such as {string}-{position}_*"));
        }
        let (mut parts, mut fields, mut rest) = (Vec::new(), Vec::new(), text);
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            let part = match c {
                '*' if parts.last() == Some(&TemplatePart::Any) => continue,
                '*' => TemplatePart::Any,
                '?' => TemplatePart::One,
                '{' => {
                    let (name, after) = rest.split_once('}').ok_or_else(|| wrong("a { has no }"))?;
                    let name = name.trim().to_lowercase();
                    let field = FIELDS.iter().find(|(word, _)| *word == name).map(|(_, field)| *field);
                    let field = field
                        .ok_or_else(|| wrong("{module}, {string}, {position}, {row} or {column}, * and ?"))?;
                    if fields.contains(&field) {
                        return Err(wrong("each field once"));
                    }
                    if matches!(parts.last(), Some(TemplatePart::Field(_))) {
                        return Err(wrong(
                            "two fields need something between them, or nobody knows where one ends",
                        ));
                    }
                    fields.push(field);
                    rest = after;
                    TemplatePart::Field(field)
                }
                '\\' => TemplatePart::Letter('/'),
                c => {
                    parts.extend(c.to_lowercase().map(TemplatePart::Letter));
                    continue;
                }
            };
            parts.push(part);
        }
        let has = |field| fields.contains(&field);
        let grid = has(TemplateField::Row) && has(TemplateField::Column);
        if !has(TemplateField::Module) && !has(TemplateField::String) && !grid {
            return Err(wrong(
                "it needs {module}, {string} and {position}, {string} alone, or {row} and {column}",
            ));
        }
        let folders = parts.iter().filter(|part| **part == TemplatePart::Letter('/')).count();
        Ok(Self { ending: stem(text) != text, parts, folders })
    }

    /// The part of a path that the template is of: as many folders as it has, and the ending where it has one.
    fn of<'p>(&self, path: &'p str) -> &'p str {
        let from = path.rmatch_indices(['/', '\\']).nth(self.folders).map_or(0, |(at, _)| at + 1);
        let text = &path[from..];
        if self.ending { text } else { &text[..text.len() - (path.len() - length_without_ending(path))] }
    }

    pub fn place(&self, path: &str, site: &PhotoSite) -> Result<FoundPlace, LeftOver> {
        let name: Vec<char> = self.of(path).replace('\\', "/").chars().flat_map(char::to_lowercase).collect();
        let mut search = TemplateSearch { template: self, name: &name, site, found: Vec::new(), steps: 0 };
        search.go(0, 0, TemplateValues::default());
        if search.steps >= STEPS {
            return Err(LeftOver::NamesSeveral);
        }
        let mut places = search.found.iter().map(|values| values.place(site));
        let Some(first) = places.next() else { return Err(LeftOver::NothingInName) };
        if places.all(|other| other == first) { first } else { Err(LeftOver::NamesSeveral) }
    }
}

fn length_without_ending(path: &str) -> usize {
    let file = path.rfind(['/', '\\']).map_or(0, |at| at + 1);
    file + stem(&path[file..]).len()
}

impl TemplateValues {
    fn place(&self, site: &PhotoSite) -> Result<FoundPlace, LeftOver> {
        let rule = MatchRule::Template;
        let by_grid = |(row, column)| {
            let mut at =
                site.places().iter().enumerate().filter(|(_, p)| p.row == Some(row) && p.col == Some(column));
            at.next().map(|(at, _)| at).filter(|_| at.next().is_none())
        };
        let said = [
            self.module.map(Some),
            self.string.zip(self.position).map(|(string, position)| site.at_position(string, position)),
            self.row.zip(self.column).map(by_grid),
        ];
        let mut said = said.into_iter().flatten();
        let Some(first) = said.next() else {
            let string = self.string.ok_or(LeftOver::NothingInName)?;
            return Ok(at_string(string, rule));
        };
        let at = first.ok_or(LeftOver::UnknownModule)?;
        let in_string = self.string.is_none_or(|string| site.places()[at].string == string);
        if !in_string || said.any(|other| other != Some(at)) {
            return Err(LeftOver::NamesSeveral);
        }
        at_module(site, at, rule, Sureness::Sure)
    }
}

/// All ways in which a name fits.
struct TemplateSearch<'t> {
    template: &'t NameTemplate,
    name: &'t [char],
    site: &'t PhotoSite,
    found: Vec<TemplateValues>,
    steps: usize,
}

impl TemplateSearch<'_> {
    fn go(&mut self, part: usize, from: usize, values: TemplateValues) {
        self.steps += 1;
        if self.steps >= STEPS {
            return;
        }
        let Some(now) = self.template.parts.get(part) else {
            if from == self.name.len() && !self.found.contains(&values) {
                self.found.push(values);
            }
            return;
        };
        match now {
            TemplatePart::Letter(letter) => {
                if self.name.get(from) == Some(letter) {
                    self.go(part + 1, from + 1, values);
                }
            }
            TemplatePart::One => {
                if self.name.get(from).is_some_and(|c| *c != '/') {
                    self.go(part + 1, from + 1, values);
                }
            }
            TemplatePart::Any => {
                let most = self.name[from..].iter().take_while(|c| **c != '/').count();
                for to in from..=from + most {
                    self.go(part + 1, to, values);
                }
            }
            TemplatePart::Field(field) => {
                for to in from + 1..=self.name.len().min(from + FIELD) {
                    self.steps += 1;
                    if self.name[to - 1] == '/' || self.steps >= STEPS {
                        break;
                    }
                    if let Some(values) = self.field(*field, from, to, values) {
                        self.go(part + 1, to, values);
                    }
                }
            }
        }
    }

    /// No field ends, or begins, in the middle of a number: `M05` is not in `M050`.
    fn field(
        &self,
        field: TemplateField,
        from: usize,
        to: usize,
        values: TemplateValues,
    ) -> Option<TemplateValues> {
        let digit = |at: Option<usize>| at.and_then(|at| self.name.get(at)).is_some_and(char::is_ascii_digit);
        if (digit(Some(to - 1)) && digit(Some(to))) || (digit(Some(from)) && digit(from.checked_sub(1))) {
            return None;
        }
        let text: String = self.name[from..to].iter().collect();
        let bare = text.bytes().all(|b| b.is_ascii_digit());
        Some(match field {
            TemplateField::Module => {
                TemplateValues { module: Some(self.site.find(&text).module()?), ..values }
            }
            TemplateField::String => TemplateValues { string: Some(self.site.find_string(&text)?), ..values },
            _ if !bare => return None,
            TemplateField::Position => TemplateValues { position: Some(text.parse().ok()?), ..values },
            TemplateField::Row => TemplateValues { row: Some(text.parse().ok()?), ..values },
            TemplateField::Column => TemplateValues { column: Some(text.parse().ok()?), ..values },
        })
    }
}
