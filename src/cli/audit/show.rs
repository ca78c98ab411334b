//! `fieldhub audit show`: one audit, and how far each of its strings is.

use std::collections::BTreeMap;

use clap::Args;
use serde_json::Value;

use super::client::HubClient;
use super::{Output, WhichAudit, count, number, path_of, print, text};
use crate::domain::Status;
use crate::domain::status::PENDING;

#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    which: WhichAudit,
    #[command(flatten)]
    output: Output,
}

impl Show {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let audit = client.get(&path_of(&self.which.token(client).await?)).await?.json().await?;
        if self.output.json {
            return print::json(&audit);
        }
        print::out(&page(&audit))
    }
}

fn page(audit: &Value) -> String {
    let figure = |field| number(audit, field);
    let hidden = match figure("hidden_count") {
        0 => String::new(),
        hidden => format!(", {hidden} hidden"),
    };
    let strings_in = count(figure("string_count"), "string");
    let modules = format!("{} in {strings_in}{hidden}", count(figure("module_count"), "module"));
    let found = format!(
        "{} marked, {}, {}",
        figure("marked"),
        count(figure("defects"), "defect"),
        count(figure("conflicts"), "conflict")
    );
    let set = SetCounts::of(audit);
    let mut details = vec![
        ("token", text(audit, "token").to_owned()),
        ("client", text(audit, "client").to_owned()),
        ("location", text(audit, "location").to_owned()),
        ("made", print::time(audit["created_at_ms"].as_u64())),
        ("last mark", print::time(audit["last_mark_at_ms"].as_u64())),
        ("modules", modules),
        ("found", found),
    ];
    details.extend(set.lines(figure("module_count")));
    let details = print::details(&details);
    let rows: Vec<[String; 6]> =
        strings(audit).into_iter().map(|(number, string)| string.row(number)).collect();
    let table = print::table(["STRING", "MODULES", "MARKED", "DEFECTS", "CONFLICTS", "PROGRESS"], &rows);
    format!("{}\n{details}\n{table}", text(audit, "name"))
}

/// What is set of modules beside their marks.
#[derive(Default)]
struct SetCounts {
    severity: u64,
    /// Of the defects.
    graded: u64,
    defects: u64,
    not_examined: u64,
    serials: u64,
    conflicts: u64,
}

impl SetCounts {
    fn of(audit: &Value) -> Self {
        let mut counts = Self::default();
        let strings = &audit["strings_properties"];
        for module in audit["modules"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let set = |name: &str| module["properties"][name].is_string();
            let status = module["status"].as_str().unwrap_or(PENDING).parse::<Status>().ok();
            let string = &strings[number(module, "string").to_string()]["properties"]["not_examined"];
            let defect = status.is_some_and(Status::is_defect);
            counts.defects += u64::from(defect);
            counts.graded += u64::from(defect && set("severity"));
            counts.severity += u64::from(set("severity"));
            counts.serials += u64::from(set("serial"));
            // What was marked was examined, whatever is said of its string.
            counts.not_examined += u64::from(status.is_none() && (set("not_examined") || string.is_string()));
            counts.conflicts += u64::from(module["property_conflicts"].is_array());
        }
        counts
    }

    /// Of what there is.
    fn lines(&self, modules: u64) -> Vec<(&'static str, String)> {
        let graded = format!("{} of {}", self.graded, count(self.defects, "defect"));
        let all = [
            (self.severity, "severity", graded),
            (self.not_examined, "not examined", count(self.not_examined, "module")),
            (self.serials, "serials", format!("{} of {}", self.serials, count(modules, "module"))),
            (self.conflicts, "two answers", format!("{}, to be settled", count(self.conflicts, "module"))),
        ];
        all.into_iter().filter(|(n, ..)| *n > 0).map(|(_, name, text)| (name, text)).collect()
    }
}

/// How far a string is.
#[derive(Default)]
struct Progress {
    modules: u64,
    marked: u64,
    defects: u64,
    conflicts: u64,
}

fn strings(audit: &Value) -> BTreeMap<u64, Progress> {
    let mut strings: BTreeMap<u64, Progress> = BTreeMap::new();
    for module in audit["modules"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let string = strings.entry(number(module, "string")).or_default();
        let status = module["status"].as_str().unwrap_or(PENDING).parse::<Status>().ok();
        string.modules += 1;
        string.marked += u64::from(status.is_some());
        string.defects += u64::from(status.is_some_and(Status::is_defect));
        string.conflicts += u64::from(module["conflict"].as_bool().unwrap_or(false));
    }
    strings
}

impl Progress {
    fn row(&self, number: u64) -> [String; 6] {
        const WIDTH: u64 = 20;
        // Both rounded down: full is only what is complete.
        let (done, percent) =
            (self.marked * WIDTH / self.modules.max(1), self.marked * 100 / self.modules.max(1));
        let bar: String = (0..WIDTH).map(|n| if n < done { '█' } else { '·' }).collect();
        // String 0: marked, but in no layout.
        let name = if number == 0 { print::NOTHING.to_owned() } else { number.to_string() };
        [
            name,
            self.modules.to_string(),
            self.marked.to_string(),
            self.defects.to_string(),
            self.conflicts.to_string(),
            format!("{bar} {percent:>3} %"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_set_beside_marks_is_counted_where_there_is_any() {
        let module = |string: u64, status: &str, properties: Value| json!({"string": string, "status": status, "properties": properties});
        let audit = json!({"module_count": 5, "strings_properties": {"2": {"properties": {"not_examined": "shade"}}},
            "modules": [module(1, "dead", json!({"severity": "B", "serial": "X1"})), module(1, "pending", json!({"not_examined": "no_time"})),
                module(1, "pending", json!({"serial": "X2"})), module(2, "pending", Value::Null), module(2, "inequality", Value::Null)]});
        let lines = SetCounts::of(&audit).lines(5);
        let lines: Vec<String> = lines.iter().map(|(name, text)| format!("{name}: {text}")).collect();
        assert_eq!(lines, ["severity: 1 of 2 defects", "not examined: 2 modules", "serials: 2 of 5 modules"]);
        assert!(SetCounts::of(&json!({"modules": [module(1, "ok", Value::Null)]})).lines(1).is_empty());
    }

    #[test]
    fn a_page_has_the_details_and_each_string() {
        let module =
            |string: u64, status: &str| json!({"string": string, "status": status, "conflict": string == 2});
        let audit = json!({"token": "t", "name": "N", "client": null, "module_count": 4, "string_count": 2, "marked": 3,
            "defects": 1, "conflicts": 1, "created_at_ms": 1_761_300_000_000u64,
            "modules": [module(1, "ok"), module(1, "pending"), module(2, "dead"), module(0, "ok")]});
        insta::assert_snapshot!(page(&audit), @"
        N
          token      t
          client     -
          location   -
          made       2025-10-24 10:00 UTC
          last mark  -
          modules    4 modules in 2 strings
          found      3 marked, 1 defect, 1 conflict

        STRING  MODULES  MARKED  DEFECTS  CONFLICTS  PROGRESS
             -        1       1        0          0  ████████████████████ 100 %
             1        2       1        0          0  ██████████··········  50 %
             2        1       1        1          1  ████████████████████ 100 %
        ");
    }
}
