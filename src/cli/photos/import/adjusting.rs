//! Adjustments of a proposal as people type them: with the options, or when they are asked about a string.
//!
//! Called by `options` and by `photos import`; the hub applies them (`domain::photo_import::adjust`).

use serde_json::{Value, json};

use super::card::{Card, CardFile};
use crate::cli::WrongUse;

/// Said once, before the first string.
pub const HELP: &str = "y imports a string, n passes it over. First to put it right: skip MODULE, shift FILE N, swap FILE FILE, \
                        put FILE MODULE, leave FILE";

pub fn wrong(problem: String) -> anyhow::Error {
    WrongUse(problem).into()
}

/// The picture that is meant by its name, or the end of its path.
pub fn number_of(card: &Card, name: &str) -> anyhow::Result<usize> {
    let is = |file: &CardFile| file.name == name || file.name.ends_with(&format!("/{name}"));
    let mut found = card.pictures.iter().enumerate().filter(|(_, file)| is(file)).map(|(number, _)| number);
    match (found.next(), found.next()) {
        (Some(number), None) => Ok(number),
        (Some(_), Some(_)) => Err(wrong(format!("several pictures are called {name}; write the folder too"))),
        (None, _) => Err(wrong(format!("there is no picture {name}"))),
    }
}

pub fn skip(module: &str) -> Value {
    json!({ "do": "skip", "module_id": module })
}

pub fn leave(card: &Card, name: &str) -> anyhow::Result<Value> {
    Ok(json!({ "do": "leave", "picture": number_of(card, name)? }))
}

pub fn shift(card: &Card, name: &str, by: &str) -> anyhow::Result<Value> {
    let by: i32 = by.parse().map_err(|_| wrong(format!("`{by}` is not a number of modules")))?;
    Ok(json!({ "do": "shift", "picture": number_of(card, name)?, "by": by }))
}

pub fn swap(card: &Card, one: &str, with: &str) -> anyhow::Result<Value> {
    Ok(json!({ "do": "swap", "picture": number_of(card, one)?, "with": number_of(card, with)? }))
}

pub fn put(card: &Card, name: &str, module: &str) -> anyhow::Result<Value> {
    Ok(json!({ "do": "put", "picture": number_of(card, name)?, "at": { "module_id": module } }))
}

/// What somebody answers about a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StringAnswer {
    Import,
    PassOver,
    Adjust(Value),
}

/// Anything that is no wish to put something right, and no yes, is a no.
pub fn read(card: &Card, answer: &str) -> anyhow::Result<StringAnswer> {
    let answer = answer.trim();
    let (word, rest) = answer.split_once(char::is_whitespace).unwrap_or((answer, ""));
    let rest = rest.trim();
    // Names of files may have spaces in them, and what stands behind them has none.
    let last = || {
        let both = rest.rsplit_once(char::is_whitespace).map(|(name, last)| (name.trim(), last));
        both.ok_or_else(|| wrong(HELP.to_owned()))
    };
    let adjustment = match word.to_lowercase().as_str() {
        "y" | "yes" => return Ok(StringAnswer::Import),
        "skip" if !rest.is_empty() => skip(rest),
        "leave" if !rest.is_empty() => leave(card, rest)?,
        "shift" => last().and_then(|(name, by)| shift(card, name, by))?,
        "put" => last().and_then(|(name, module)| put(card, name, module))?,
        "swap" => {
            let ends = rest.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at);
            let mut pairs = ends.map(|at| (rest[..at].trim(), rest[at..].trim()));
            let both = |(one, with): &(&str, &str)| number_of(card, one).and(number_of(card, with)).is_ok();
            let (one, with) =
                pairs.clone().find(both).or_else(|| pairs.next()).ok_or_else(|| wrong(HELP.to_owned()))?;
            swap(card, one, with)?
        }
        "skip" | "leave" | "?" | "help" => return Err(wrong(HELP.to_owned())),
        _ => return Ok(StringAnswer::PassOver),
    };
    Ok(StringAnswer::Adjust(adjustment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::photo::PictureType;

    #[test]
    fn what_is_typed_is_an_adjustment_and_what_is_unclear_is_asked_again() {
        let file = |name: &str| CardFile {
            path: name.into(),
            name: name.to_owned(),
            bytes: 1,
            kind: PictureType::Jpeg,
            taken_ms: None,
        };
        let card = Card { pictures: ["a/1.JPG", "a/my picture.JPG"].map(file).to_vec(), ..Card::default() };
        let adjusts = |text: &str, value: Value| {
            assert_eq!(read(&card, text).unwrap(), StringAnswer::Adjust(value), "{text}");
        };
        adjusts("swap 1.JPG my picture.JPG\n", json!({ "do": "swap", "picture": 0, "with": 1 }));
        adjusts("SWAP my picture.JPG a/1.JPG", json!({ "do": "swap", "picture": 1, "with": 0 }));
        adjusts(
            "put my picture.JPG M003",
            json!({ "do": "put", "picture": 1, "at": { "module_id": "M003" } }),
        );
        adjusts("shift 1.JPG -1", json!({ "do": "shift", "picture": 0, "by": -1 }));
        adjusts("leave my picture.JPG", json!({ "do": "leave", "picture": 1 }));
        adjusts("skip M002", json!({ "do": "skip", "module_id": "M002" }));
        assert_eq!(read(&card, " Y\n").unwrap(), StringAnswer::Import);
        for no in ["n", "", "\n", "nothing of this"] {
            assert_eq!(read(&card, no).unwrap(), StringAnswer::PassOver, "{no:?}");
        }
        for unclear in ["swap", "swap 1.JPG", "put 1.JPG", "shift 1.JPG one", "leave 7.JPG", "skip", "?"] {
            assert!(read(&card, unclear).is_err(), "{unclear}");
        }
    }
}
