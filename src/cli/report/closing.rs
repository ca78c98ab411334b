//! Checklist before a report, on the terminal: what is open, what tablets last said, and what the hub cannot know.
//!
//! Called by `report`; calls the hub.

use serde_json::Value;

use crate::cli::client::HubClient;
use crate::cli::print::{self, aside, count};
use crate::domain::Token;

/// Says what is open, to stderr: the report may be on its way to a pipe. Whether nothing is.
pub(super) async fn say(client: &HubClient, token: &Token) -> anyhow::Result<bool> {
    let list = client.get(&format!("/api/v1/audits/{token}/closing")).await?.json().await?;
    lines(&list).iter().for_each(|line| aside(line));
    Ok(list["clean"] == true)
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

fn lines(list: &Value) -> Vec<String> {
    let mut lines: Vec<String> = list["checks"].as_array().into_iter().flatten().filter_map(check).collect();
    match number(&list["pictures_missing"]) {
        0 => {}
        some => lines.push(format!("Open: {} known and not on this hub yet.", count(some, "picture"))),
    }
    match list["tablets"].as_array() {
        None => lines.push("Not known: what is still on tablets; this hub keeps no crew.".to_owned()),
        Some(tablets) => lines.extend(tablets.iter().filter_map(tablet)),
    }
    if list["clean"] == true {
        lines.push("Nothing is open that this hub knows of.".to_owned());
    }
    lines
}

fn check(check: &Value) -> Option<String> {
    let some = number(&check["count"]);
    let (what, missing) = match check["check"].as_str()? {
        "pending" => (count(some, "module"), "not checked, and nobody said why"),
        "conflicts" => (count(some, "conflict"), "not settled"),
        "no_session" => (count(some, "string"), "without a time under current"),
        "no_severity" => (count(some, "defect"), "without severity"),
        "no_picture" => (count(some, "defect"), "without a photo"),
        _ => return None,
    };
    if some == 0 || check["used"] != true {
        return None;
    }
    let place = |place: &Value| match place["module_id"].as_str() {
        Some(module) => module.to_owned(),
        None => format!("string {}", place["string"]),
    };
    let first: Vec<String> = check["first"].as_array().into_iter().flatten().map(place).collect();
    let more = if some > first.len() as u64 { ", …" } else { "" };
    Some(format!("Open: {what} {missing}: {}{more}", first.join(", ")))
}

fn tablet(tablet: &Value) -> Option<String> {
    let name = tablet["name"].as_str().unwrap_or_default();
    let Some(told) = tablet["told_ms"].as_u64().filter(|_| tablet["unsent"].is_u64()) else {
        return Some(format!("Not known: what is still on the tablet of {name}; it did not say."));
    };
    let waits = [(&tablet["unsent"], "mark"), (&tablet["unsent_photos"], "photo")];
    let waits: Vec<String> = waits
        .into_iter()
        .map(|(value, what)| (number(value), what))
        .filter(|(some, _)| *some > 0)
        .map(|(some, what)| count(some, what))
        .collect();
    if waits.is_empty() {
        return None;
    }
    let said = print::time(Some(told));
    Some(format!("Open: {} on the tablet of {name}, as it said at {said}.", waits.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_open_is_said_with_its_first_places_and_what_is_not_known_too() {
        let place = |module: &str| json!({ "string": 1, "module_id": module });
        let list = json!({
            "clean": false,
            "checks": [
                { "check": "pending", "count": 7, "used": true, "first": [place("M003"), place("M004")] },
                { "check": "conflicts", "count": 1, "used": true, "first": [{ "string": 2, "module_id": null }] },
                { "check": "no_session", "count": 3, "used": false, "first": [] },
                { "check": "of_later", "count": 3, "used": true, "first": [] },
                { "check": "no_picture", "count": 0, "used": true, "first": [] },
            ],
            "pictures_missing": 1,
            "tablets": [
                { "name": "Omar", "unsent": 2, "unsent_photos": 1, "told_ms": 0 },
                { "name": "Léa", "unsent": 0, "unsent_photos": null, "told_ms": 0 },
                { "name": "Old", "unsent": null, "unsent_photos": null, "told_ms": null },
            ],
        });
        let said = lines(&list);
        assert_eq!(said[0], "Open: 7 modules not checked, and nobody said why: M003, M004, …");
        assert_eq!(said[1], "Open: 1 conflict not settled: string 2");
        assert_eq!(said[2], "Open: 1 picture known and not on this hub yet.");
        assert!(said[3].starts_with("Open: 2 marks and 1 photo on the tablet of Omar"), "{}", said[3]);
        assert_eq!(said[4], "Not known: what is still on the tablet of Old; it did not say.");
        assert_eq!(said.len(), 5);
        let nothing = lines(&json!({ "clean": true, "checks": [], "tablets": null }));
        assert_eq!(nothing.len(), 2, "{nothing:?}");
    }
}
