//! A proposal as people read it in a terminal: string by string, and what is left over with its reason.
//!
//! Called by `photos import`; calls `print`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::card::Card;
use super::{count, list, place, text};

/// Names in one line.
const NAMED: usize = 6;

/// What a reason is called.
fn reason(code: &str) -> &str {
    match code {
        "nothing_in_name" => "nothing in the name says a module of this audit",
        "names_several" => "the name says several modules, or two things that do not go together",
        "unknown_module" => "a module or position that the audit does not show",
        "not_in_list" => "not in the list",
        "listed_twice" => "twice in the list, with different modules",
        "same_file_name" => "several files have the name that the list says",
        "beyond_last" => "more shots than modules",
        "no_time" => "the camera has not written a time into it",
        "clock_unknown" => {
            "the camera's clock cannot be told from the marks: give it with --clock or --known"
        }
        "no_mark_near" => "nobody marked a module then",
        "several_marks_near" => "several modules were marked then",
        "by_hand" => "left over, as you said",
        other => other,
    }
}

pub fn names<'a>(all: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = all.len().saturating_sub(NAMED);
    let mut said = all.take(NAMED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        said += &format!(" and {more} more");
    }
    said
}

fn name(card: &Card, picture: &Value) -> String {
    let number = picture["picture"].as_u64().and_then(|number| usize::try_from(number).ok());
    number.and_then(|number| card.pictures.get(number)).map(|file| file.name.clone()).unwrap_or_default()
}

/// `+02:03:05`.
pub fn difference(ms: i64) -> String {
    let (sign, s) = (if ms < 0 { '-' } else { '+' }, ms.unsigned_abs() / 1_000);
    let days = s / 86_400;
    let days = if days > 0 { format!("{days}d ") } else { String::new() };
    format!("{sign}{days}{:02}:{:02}:{:02}", s / 3_600 % 24, s / 60 % 60, s % 60)
}

/// Above the strings.
pub fn head(card: &Card, proposal: &Value) -> String {
    let mut said = format!(
        "{} in {}, {} left over\n",
        count(card.pictures.len() as u64, "picture"),
        count(proposal["shots"].as_u64().unwrap_or(0), "shot"),
        proposal["left_over"].as_u64().unwrap_or(0)
    );
    if let Some(add) = proposal["clock"]["add_ms"].as_i64() {
        let fits = match (proposal["clock"]["fits"].as_u64(), proposal["clock"]["tried"].as_u64()) {
            (Some(fits), Some(tried)) => format!(": {fits} of {tried} shots fall on a mark"),
            _ => ", as you said; the marks neither prove nor disprove it".to_owned(),
        };
        said += &format!("the camera's clock: {}{fits}\n", difference(add));
    }
    for (name, problem) in &card.unread {
        said += &format!("  {name:?} cannot be taken: {problem}\n");
    }
    let not_there = list(proposal, "not_there");
    if !not_there.is_empty() {
        let named = not_there.iter().filter_map(Value::as_str).collect::<Vec<_>>();
        said += &format!("in the list, and not in the folder: {}\n", names(named.into_iter()));
    }
    said
}

/// One string, with a line for each picture.
pub fn string(card: &Card, proposal: &Value, of: &Value) -> String {
    let number = of["string"].as_u64();
    let called = of["name"].as_str().map(|name| format!(" ({name})")).unwrap_or_default();
    let without: Vec<&str> = list(of, "without").iter().filter_map(Value::as_str).collect();
    let modules = of["module_count"].as_u64().unwrap_or(0);
    let mut said = format!(
        "\nString {}{called}: {} of {}\n",
        number.unwrap_or(0),
        count(of["pictures"].as_u64().unwrap_or(0), "picture"),
        count(modules, "module")
    );
    let mut mine: Vec<&Value> =
        list(proposal, "pictures").iter().filter(|picture| of_string(picture, number)).collect();
    mine.sort_by_key(|picture| picture["shot"].as_u64());
    for picture in mine {
        let unsure = match picture["sure"].as_str() {
            Some("unsure") => "  ? look at it",
            _ => "",
        };
        // Whatever would move a terminal's cursor shows as what it is.
        said += &format!(
            "  {:<12} {:?} ({}){unsure}\n",
            place(picture),
            name(card, picture),
            text(picture, "rule")
        );
    }
    if !without.is_empty() {
        said += &format!("  without a picture: {}\n", names(without.into_iter()));
    }
    said
}

pub fn of_string(picture: &Value, string: Option<u64>) -> bool {
    picture["at"].is_object() && picture["string"].as_u64() == string
}

/// What is left over, by reason.
pub fn left_over(card: &Card, proposal: &Value) -> String {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for picture in list(proposal, "pictures") {
        if let Some(code) = picture["left"].as_str() {
            by_reason.entry(code).or_default().push(format!("{:?}", name(card, picture)));
        }
    }
    let mut said = String::new();
    for (code, files) in by_reason {
        said += &format!(
            "\nLeft over, {}: {}\n  {}\n",
            files.len(),
            reason(code),
            names(files.iter().map(String::as_str))
        );
    }
    said
}

#[cfg(test)]
mod tests {
    use super::super::card::CardFile;
    use super::*;
    use crate::domain::photo::PictureType;
    use serde_json::json;

    #[test]
    fn a_proposal_is_read_string_by_string() {
        let file = |name: &str| CardFile {
            path: name.into(),
            name: name.to_owned(),
            bytes: 1,
            kind: PictureType::Jpeg,
            taken_ms: None,
        };
        let card = Card {
            pictures: ["a/1.JPG", "a/2.JPG", "\u{1b}[2J.JPG"].map(file).to_vec(),
            unread: vec![("a/x.jpg".to_owned(), "it is empty".to_owned())],
            others: 0,
        };
        let proposal = json!({ "shots": 3, "left_over": 1, "clock": { "add_ms": -93_785_000_i64, "fits": 40, "tried": 44 },
            "not_there": ["b.jpg"], "strings": [{ "string": 1, "name": "MPPT 1", "module_count": 3, "pictures": 2, "unsure": 1, "without": ["M003"] }],
            "pictures": [
                { "picture": 0, "at": { "module_id": "M001" }, "string": 1, "rule": "order", "sure": "likely", "shot": 1 },
                { "picture": 1, "at": { "module_id": "M002" }, "string": 1, "rule": "order", "sure": "unsure", "shot": 0 },
                { "picture": 2, "left": "beyond_last", "shot": 2 }] });
        let all = head(&card, &proposal)
            + &string(&card, &proposal, &proposal["strings"][0])
            + &left_over(&card, &proposal);
        insta::assert_snapshot!(all, @r#"
        3 pictures in 3 shots, 1 left over
        the camera's clock: -1d 02:03:05: 40 of 44 shots fall on a mark
          "a/x.jpg" cannot be taken: it is empty
        in the list, and not in the folder: b.jpg

        String 1 (MPPT 1): 2 pictures of 3 modules
          M002         "a/2.JPG" (order)  ? look at it
          M001         "a/1.JPG" (order)
          without a picture: M003

        Left over, 1: more shots than modules
          "\u{1b}[2J.JPG"
        "#);
    }
}
