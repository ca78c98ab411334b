//! Site as pictures are matched with it: the modules that an audit shows, in their order, found by what people write for them.
//!
//! Made by `http` from an audit's state; the rules of `photo_import` ask it.

use std::collections::HashMap;

use crate::domain::audit::AuditState;
use crate::domain::id::ModuleId;
use crate::domain::layout::Place;

/// The modules of an audit; each by its number in `places`.
#[derive(Debug, Clone, Default)]
pub struct PhotoSite {
    places: Vec<Place>,
    /// Numbers of the strings, with the names that people gave them.
    strings: HashMap<u16, Option<String>>,
    by_id: HashMap<ModuleId, usize>,
    /// By [`folded`] id or name; `None`: several.
    by_text: HashMap<String, Option<usize>>,
    by_position: HashMap<(u16, u16), usize>,
    /// By [`folded`] name; `None`: several.
    string_by_name: HashMap<String, Option<u16>>,
}

/// As people may write the same: no capitals, one kind of separator, no zeros before a number.
pub fn folded(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    let mut digits = String::new();
    let flush = |digits: &mut String, all: &mut String| {
        if !digits.is_empty() {
            let short = digits.trim_start_matches('0');
            all.push_str(if short.is_empty() { "0" } else { short });
            digits.clear();
        }
    };
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        flush(&mut digits, &mut all);
        if c.is_alphanumeric() {
            all.push(c);
        } else if !all.is_empty() && !all.ends_with('-') {
            all.push('-');
        }
    }
    flush(&mut digits, &mut all);
    all.truncate(all.trim_end_matches('-').len());
    all
}

/// What somebody wrote for a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// Letter for letter.
    Exactly(usize),
    /// The same, written otherwise.
    Folded(usize),
    Several,
    Nothing,
}

impl Lookup {
    pub fn module(self) -> Option<usize> {
        match self {
            Self::Exactly(at) | Self::Folded(at) => Some(at),
            Self::Several | Self::Nothing => None,
        }
    }
}

impl PhotoSite {
    pub fn of(state: &AuditState) -> Self {
        let places: Vec<Place> = state.rows().into_iter().map(|(place, _)| place).collect();
        let named = |place: &Place| {
            state.shown().module_name(&place.module).map(|name| (place.module.clone(), name.to_owned()))
        };
        let names = places.iter().filter_map(named).collect::<Vec<_>>();
        let strings: Vec<_> = state.strings().map(|string| (string.number, string.name.clone())).collect();
        Self::new(places, &names, strings)
    }

    /// `places` in the order of strings and positions.
    pub fn new(
        places: Vec<Place>,
        module_names: &[(ModuleId, String)],
        strings: Vec<(u16, Option<String>)>,
    ) -> Self {
        let mut site = Self::default();
        for (at, place) in places.iter().enumerate() {
            site.by_id.insert(place.module.clone(), at);
            site.name(folded(place.module.as_str()), at);
            if place.string > 0 {
                site.by_position.insert((place.string, place.position), at);
                site.strings.entry(place.string).or_default();
            }
        }
        for (module, name) in module_names {
            if let Some(at) = site.by_id.get(module).copied() {
                site.name(folded(name), at);
            }
        }
        for (number, name) in strings {
            if let Some(name) = name.as_deref().map(folded).filter(|name| !name.is_empty()) {
                let same = |old: &mut Option<u16>| *old = old.filter(|old| *old == number);
                site.string_by_name.entry(name).and_modify(same).or_insert(Some(number));
            }
            site.strings.insert(number, name);
        }
        Self { places, ..site }
    }

    fn name(&mut self, text: String, at: usize) {
        let same = |old: &mut Option<usize>| *old = old.filter(|old| *old == at);
        self.by_text.entry(text).and_modify(same).or_insert(Some(at));
    }

    pub fn places(&self) -> &[Place] {
        &self.places
    }

    pub fn module(&self, at: usize) -> Option<&ModuleId> {
        self.places.get(at).map(|place| &place.module)
    }

    pub fn by_id(&self, id: &ModuleId) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The module that is meant by its id or the name that people gave it.
    pub fn find(&self, text: &str) -> Lookup {
        let exact = ModuleId::parse(text).ok().and_then(|id| self.by_id(&id));
        if let Some(at) = exact {
            return Lookup::Exactly(at);
        }
        self.find_folded(&folded(text))
    }

    pub fn find_folded(&self, text: &str) -> Lookup {
        match self.by_text.get(text) {
            Some(Some(at)) => Lookup::Folded(*at),
            Some(None) => Lookup::Several,
            None => Lookup::Nothing,
        }
    }

    pub fn at_position(&self, string: u16, position: u16) -> Option<usize> {
        self.by_position.get(&(string, position)).copied()
    }

    pub fn has_string(&self, number: u16) -> bool {
        self.strings.contains_key(&number)
    }

    pub fn string_name(&self, number: u16) -> Option<&str> {
        self.strings.get(&number)?.as_deref()
    }

    /// Whether modules go by numbers: `M050`.
    pub fn is_numbered(&self) -> bool {
        self.places.first().is_some_and(|place| place.module.number().is_some())
    }

    /// The string that a file means by `S3`: one that people have named so, or else number 3.
    pub fn string_called(&self, number: u16) -> Option<u16> {
        let named = [format!("s{number}"), number.to_string()];
        match named.iter().find_map(|name| self.string_by_name.get(name)) {
            Some(named) => *named,
            None => Some(number).filter(|number| self.has_string(*number)),
        }
    }

    /// The string that is meant by its number or its name. `None`: there is none, or the two lead to different ones.
    pub fn find_string(&self, text: &str) -> Option<u16> {
        let number = text.parse().ok().filter(|number| self.has_string(*number));
        let named = self.string_by_name.get(&folded(text)).copied();
        match (number, named) {
            (None, named) => named.flatten(),
            (Some(number), None) => Some(number),
            (Some(number), Some(named)) => (named == Some(number)).then_some(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Layout;

    #[test]
    fn a_module_is_found_however_people_write_it_and_two_of_one_spelling_are_several() {
        let layout = Layout::from_counts("3,3").unwrap();
        let site = PhotoSite::new(layout.places().to_vec(), &[], vec![(1, None), (2, Some("MPPT 1".into()))]);
        assert_eq!(site.find("M005"), Lookup::Exactly(4));
        assert_eq!(
            [site.find("m5"), site.find("M0005"), site.find("M05")],
            [Lookup::Folded(4); 3],
            "one number"
        );
        assert_eq!(site.find("M050"), Lookup::Nothing);
        assert_eq!(
            [site.find_string("2"), site.find_string("mppt-1"), site.find_string("3")],
            [Some(2), Some(2), None]
        );
        let mut places = layout.places().to_vec();
        places[0].module = ModuleId::parse("M5").unwrap();
        let site = PhotoSite::new(places, &[], vec![]);
        assert_eq!(
            [site.find("M5"), site.find("M005"), site.find("M05")],
            [Lookup::Exactly(0), Lookup::Exactly(4), Lookup::Several]
        );
        assert_eq!(folded("S03__P 12."), "s3-p-12");
    }
}
