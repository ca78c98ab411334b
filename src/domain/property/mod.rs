//! Property: a value that somebody set of a module, of a string or of the audit, such as severity, serial number or weather; and its form.
//!
//! `op` has it beside marks, `properties` folds it, `names` knows what the names mean that this version knows. Other names are kept and
//! passed on: a later version's question is a new name and no new format.

pub mod names;
pub mod properties;
pub mod sessions;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use properties::{Properties, PropertyState};

use super::id::{Invalid, MAX_MODULES, MAX_MODULES_TEXT, ModuleId};

/// Names in one operation.
const MOST_NAMES: usize = 32;
const MAX_NAME: usize = 40;
/// Characters of one value.
const MAX_VALUE: usize = 4_000;
/// Bytes that a later version may have put behind what this one knows.
const MAX_LATER: usize = 64 << 10;

/// What a property is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PropertyOf {
    Audit,
    String(u16),
    Module(ModuleId),
}

/// Values that are set of one thing; null: taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    pub of: PropertyOf,
    pub set: BTreeMap<String, Option<String>>,
    /// What a later version has said besides: passed on as it is.
    #[serde(skip)]
    pub later: Vec<u8>,
}

impl PropertyOf {
    pub fn module(&self) -> Option<&ModuleId> {
        match self {
            Self::Module(id) => Some(id),
            Self::Audit | Self::String(_) => None,
        }
    }

    /// As rows are called by it.
    pub fn key(&self) -> String {
        match self {
            Self::Audit => "a".to_owned(),
            Self::String(number) => format!("s{number}"),
            Self::Module(id) => format!("m{id}"),
        }
    }

    pub fn of_key(key: &str) -> Option<Self> {
        match key.split_at_checked(1)? {
            ("a", "") => Some(Self::Audit),
            ("s", number) => number.parse().ok().map(Self::String),
            ("m", id) => ModuleId::parse(id).ok().map(Self::Module),
            _ => None,
        }
    }
}

fn is_name(name: &str) -> bool {
    let begins = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    begins && name.len() <= MAX_NAME && name.bytes().all(good)
}

fn text(name: &str, value: &str) -> Result<String, Invalid> {
    let wrong = |problem: String| Invalid::new(format!("set.{name}"), problem);
    if value.chars().count() > MAX_VALUE {
        return Err(wrong("at most 4,000 characters".to_owned()));
    }
    if value.chars().any(|c| c.is_control() && c != '\n') {
        return Err(wrong("no control characters".to_owned()));
    }
    match value.trim() {
        "" => Err(wrong("it is empty: null takes a value back".to_owned())),
        value => Ok(value.to_owned()),
    }
}

impl Property {
    pub fn new(of: PropertyOf, set: BTreeMap<String, Option<String>>) -> Self {
        Self { of, set, later: Vec::new() }
    }

    /// As it is kept: values trimmed, everything within its limits.
    pub fn checked(mut self) -> Result<Self, Invalid> {
        if let PropertyOf::String(number) = self.of
            && !(1..=MAX_MODULES).contains(&usize::from(number))
        {
            return Err(Invalid::new("of.string", format!("strings count from 1 to {MAX_MODULES_TEXT}")));
        }
        let names = usize::from(self.later.is_empty())..=MOST_NAMES;
        if !names.contains(&self.set.len()) {
            return Err(Invalid::new("set", format!("1 to {MOST_NAMES} names")));
        }
        for (name, value) in &mut self.set {
            if !is_name(name) {
                let problem = format!("a name has at most {MAX_NAME} characters a-z 0-9 _, the first a-z");
                return Err(Invalid::new("set", problem));
            }
            *value = value.as_deref().map(|value| text(name, value)).transpose()?;
        }
        if self.later.len() > MAX_LATER {
            return Err(Invalid::new("kind", "of a later version, and too large"));
        }
        Ok(self)
    }

    /// What tablets may send: values of the names that this version knows are of their form. Other hubs may know more.
    pub fn is_known(&self) -> Result<(), Invalid> {
        self.set.iter().try_for_each(|(name, value)| names::check(&self.of, name, value.as_deref()))
    }

    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        Ok([postcard::to_stdvec(self)?, self.later.clone()].concat())
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, postcard::Error> {
        let (property, later): (Self, _) = postcard::take_from_bytes(bytes)?;
        Ok(Self { later: later.to_vec(), ..property })
    }

    /// Bytes that it takes, roughly.
    pub fn weight(&self) -> usize {
        let set = self.set.iter().map(|(name, value)| name.len() + value.as_ref().map_or(0, String::len));
        set.sum::<usize>() + self.later.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property(name: &str, value: Option<&str>) -> Property {
        let set = BTreeMap::from([(name.to_owned(), value.map(str::to_owned))]);
        Property::new(PropertyOf::Module(ModuleId::parse("M050").unwrap()), set)
    }

    #[test]
    fn what_a_later_version_says_besides_comes_out_as_it_went_in() {
        for later in [vec![], vec![1, 2, 3]] {
            let property = Property { later, ..property("severity", Some("B")) };
            assert_eq!(Property::from_bytes(&property.to_bytes().unwrap()).unwrap(), property);
        }
        let nothing = Property { set: BTreeMap::new(), later: vec![1], ..property("a", None) };
        assert!(nothing.checked().is_ok(), "a later version may say something else");
    }

    #[test]
    fn what_is_out_of_form_is_refused_by_its_field() {
        let field = |property: Property| property.checked().unwrap_err().field;
        let longest = "é".repeat(MAX_VALUE);
        for good in [property("severity", None), property("x_9", Some(&longest)), property("a", Some("1\n2"))]
        {
            assert!(good.checked().is_ok());
        }
        assert_eq!(property("a", Some(" B ")).checked().unwrap(), property("a", Some("B")));
        for name in ["", "9a", "_a", "Severity", "a-b", "é", &"a".repeat(MAX_NAME + 1)] {
            assert_eq!(field(property(name, None)), "set", "{name}");
        }
        for value in ["", "  ", "a\u{7}b", &"é".repeat(MAX_VALUE + 1)] {
            assert_eq!(field(property("severity", Some(value))), "set.severity");
        }
        let many = (0..=MOST_NAMES).map(|n| (format!("n{n}"), None)).collect();
        assert_eq!(field(Property::new(PropertyOf::Audit, many)), "set");
        assert_eq!(field(Property::new(PropertyOf::Audit, BTreeMap::new())), "set");
        for number in [0, 20_001] {
            let of = PropertyOf::String(number);
            assert_eq!(field(Property { of, ..property("current_a", None) }), "of.string");
        }
        let later = vec![0; MAX_LATER + 1];
        assert_eq!(field(Property { later, ..property("severity", None) }), "kind");
    }

    #[test]
    fn each_thing_has_a_key_of_its_own_and_is_found_by_it() {
        let module = |id: &str| PropertyOf::Module(ModuleId::parse(id).unwrap());
        let all = [PropertyOf::Audit, PropertyOf::String(12), module("a"), module("s12"), module("M050")];
        for (at, of) in all.iter().enumerate() {
            assert_eq!(PropertyOf::of_key(&of.key()).as_ref(), Some(of));
            assert!(all[..at].iter().all(|other| other.key() != of.key()));
        }
        for wrong in ["", "ab", "s", "sx", "s99999", "m", "x1", "é"] {
            assert_eq!(PropertyOf::of_key(wrong), None, "{wrong}");
        }
    }
}
