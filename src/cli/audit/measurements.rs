//! `fieldhub audit measurements`: a device's file (I-V curves, insulation) brought in beside strings and modules. What would be made is
//! told first, and can be shifted.

use std::path::PathBuf;

use clap::Args;
use hyper::Method;
use serde_json::Value;

use super::client::{HubClient, full};
use super::{Output, WhichAudit, count, file, path_of, print, text};

/// Lines of one kind that are shown.
const SHOWN: usize = 60;

const ABOUT: &str = "\
Reads PVserv text files, Benning CSV, and any CSV or XLSX with a column for the string or module and columns named as
the trade names them (Voc, Isc, Vmpp, Impp, Pmax, FF, Rs, Rsh, Riso, irradiance, module temperature). Number 1 of a
device is string 1, unless shifted. The same file again sets nothing new.

Examples:
  fieldhub audit measurements JALIBAT pvserv.txt --dry-run
  fieldhub audit measurements JALIBAT pvserv.txt --first 3 --place 11=M012
  fieldhub audit measurements JALIBAT night.csv --device \"TRI-KA\" --column \"voc=Uoc [V]\" --column string=Strang";

/// Bring measurements of a device's file in: I-V curves, insulation, voltages
#[derive(Debug, Args)]
#[command(after_help = ABOUT)]
pub struct AuditMeasurementsCommand {
    #[command(flatten)]
    which: WhichAudit,
    /// The device's file; `-` reads standard input
    file: PathBuf,
    /// Say what would be set, and set nothing
    #[arg(long)]
    dry_run: bool,
    /// Added to each number: it is the string with the sum
    #[arg(long, allow_negative_numbers = true, value_name = "BY")]
    shift: Option<i64>,
    /// The string that the file's lowest number is
    #[arg(long, conflicts_with = "shift", value_name = "STRING")]
    first: Option<u16>,
    /// What a single number is of: a string or a module
    #[arg(long, value_name = "NUMBER=PLACE")]
    place: Vec<String>,
    /// Whose columns are named, now or with an earlier file
    #[arg(long)]
    device: Option<String>,
    /// Which column is what; kept for the next file of the device
    #[arg(long, value_name = "FIELD=COLUMN", requires = "device")]
    column: Vec<String>,
    #[command(flatten)]
    output: Output,
}

/// As a part of a query.
fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

impl AuditMeasurementsCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let token = self.which.token(client).await?;
        let bytes = file::read(&self.file)?;
        let path = format!("{}/measurements?{}", path_of(&token), self.query());
        let answer = client.request(Method::POST, &path, "text/plain", full(bytes)).await?.json().await?;
        if self.output.json {
            return print::json(&answer);
        }
        print::out(&page(&answer))?;
        if !self.dry_run {
            print::line(&format!("{} set", count(answer["made"].as_u64().unwrap_or(0), "measurement")))?;
        }
        Ok(())
    }

    fn query(&self) -> String {
        let mut query = format!("dry_run={}", self.dry_run);
        let one = |name: &str, value: String| format!("&{name}={}", quoted(&value));
        query.extend(self.shift.map(|by| one("shift", by.to_string())));
        query.extend(self.first.map(|first| one("first", first.to_string())));
        query.extend(self.device.clone().map(|device| one("device", device)));
        query.extend(self.place.iter().cloned().map(|place| one("place", place)));
        query.extend(self.column.iter().cloned().map(|column| one("column", column)));
        query
    }
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn place(of: &Value) -> String {
    match (of["module_id"].as_str(), of["string"].as_u64()) {
        (Some(module), _) => module.to_owned(),
        (None, Some(string)) => format!("string {string}"),
        (None, None) => print::NOTHING.to_owned(),
    }
}

/// `ff 0.884 (under 0.9)`.
fn values(row: &Value) -> String {
    let values = row["values"].as_object();
    let said = values.into_iter().flatten().map(|(field, value)| {
        let beyond = list(row, "beyond").iter().find(|one| one["field"] == *field);
        let limit = |one: &Value| one["limit"].as_f64().unwrap_or_default();
        let beyond = beyond.map(|one| format!(" ({} {})", text(one, "is"), limit(one))).unwrap_or_default();
        format!("{field} {}{beyond}", value.as_str().unwrap_or_default())
    });
    said.collect::<Vec<_>>().join(", ")
}

fn row(row: &Value) -> String {
    let number = row["number"].as_u64().map(|number| format!("Nr. {number}")).unwrap_or_default();
    let take = row["take"].as_u64().map(|take| format!(" ({take})")).unwrap_or_default();
    let becomes = match text(row, "state") {
        "left" => match text(row, "left") {
            "no_such_string" => "left out: the audit has no such string".to_owned(),
            "no_such_module" => "left out: the audit has no such module".to_owned(),
            "several_modules" => "left out: it may be one module or another".to_owned(),
            "diode" => "left out: a bypass diode; say of which module with --place".to_owned(),
            other => format!("left out: {other}"),
        },
        "same" => format!("{}, there already", place(&row["of"])),
        "moves" => {
            let from: Vec<String> = list(row, "from").iter().map(place).collect();
            format!("{}, and no longer {}", place(&row["of"]), from.join(", "))
        }
        _ => place(&row["of"]),
    };
    let verdict = match row["verdict"].as_str() {
        Some("look") => "look at it",
        Some("failed") => "the measurement failed",
        Some(verdict) => verdict,
        None => "no limit",
    };
    format!("  line {}: {number}{take} -> {becomes}; {verdict}: {}\n", row["line"], values(row))
}

fn page(answer: &Value) -> String {
    let rows = list(answer, "measurements");
    let state = |state: &str| rows.iter().filter(|row| row["state"] == state).count();
    let mut page = format!(
        "{} in the file: {} new, {} there already, {} of something else until now, {} left out\n",
        count(rows.len() as u64, "measurement"),
        state("new"),
        state("same"),
        state("moves"),
        state("left"),
    );
    page.extend(rows.iter().take(SHOWN).map(row));
    if rows.len() > SHOWN {
        page += &format!("  and {} more\n", rows.len() - SHOWN);
    }
    for problem in list(answer, "problems").iter().take(SHOWN) {
        let said = match text(problem, "problem") {
            "no_number" => "no number",
            "no_values" => "no values",
            "bad_value" => "this is no number",
            "unreadable" => "this says nothing that is known",
            "too_many" => "too many measurements",
            "unknown_columns" => "nobody can tell which column is what; name them with --device and --column",
            other => other,
        };
        page += &format!("  line {}: {said}: {}\n", problem["line"], text(problem, "text"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_one_part_of_a_query() {
        assert_eq!(quoted("voc=Uoc [V]&é"), "voc%3DUoc%20%5BV%5D%26%C3%A9");
    }
}
