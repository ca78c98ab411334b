//! `fieldhub clock`: what time the hub has, who has set it, and setting it by hand.

use clap::{Args, Subcommand};
use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{HubClient, NOT_EXPECTED, full};
use super::hub_status::whose_time;
use super::{Output, WrongUse, print};
use crate::domain::iso8601;
use anyhow::Context;

const ABOUT: &str = "\
A machine without a clock chip, and without the internet, learns the time from tablets that have worked with the
hub for an hour, when most of them agree. Where none are there, or they are wrong, set it by hand:

It may be set back as well. Marks keep their order, and nobody has to join again. A machine's clock that is
synchronised over the network always counts.

Examples:
  fieldhub clock set '2026-05-30 21:00'
  fieldhub clock set 2026-05-30T23:00+02:00
  fieldhub clock set machine";

/// What time the hub has, who has set it, and setting it
#[derive(Debug, Args)]
#[command(after_help = ABOUT, args_conflicts_with_subcommands = true)]
pub struct ClockCommand {
    #[command(subcommand)]
    what: Option<ClockChange>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Subcommand)]
enum ClockChange {
    /// Set the hub's clock, forward or back
    Set {
        /// The time now, in UTC or with an offset: `2026-05-30 21:00`, `2026-05-30T23:00+02:00`; or `machine`, for
        /// what this machine's clock says
        time: String,
        #[command(flatten)]
        output: Output,
    },
}

/// `/api/v1/clock`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ClockAnswer {
    time_ms: Option<u64>,
    time_source: Option<String>,
    contradicted_ms: Option<u64>,
    machine_ms: Option<u64>,
}

impl ClockCommand {
    /// A time that is none is a mistake in writing.
    pub fn check(&self) -> anyhow::Result<()> {
        match &self.what {
            Some(ClockChange::Set { time, .. }) if time != "machine" => moment(time).map(drop),
            _ => Ok(()),
        }
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let (answer, output) = match &self.what {
            None => (client.get("/api/v1/clock").await?.json().await?, &self.output),
            Some(ClockChange::Set { time, output }) => (set(client, time).await?, output),
        };
        if output.json {
            return print::json(&answer);
        }
        let answer = serde_json::from_value(answer).context(NOT_EXPECTED)?;
        print::out(&page(&answer))
    }
}

async fn set(client: &HubClient, time: &str) -> anyhow::Result<Value> {
    let time_ms = match time {
        "machine" => u64::try_from(chrono::Utc::now().timestamp_millis())?,
        text => moment(text)?,
    };
    let body = full(json!({ "time_ms": time_ms }).to_string());
    client.request(Method::PUT, "/api/v1/clock", "application/json", body).await?.json().await
}

/// To the minute is enough.
fn moment(text: &str) -> anyhow::Result<u64> {
    let with_seconds = match text.split_at_checked(16) {
        Some((minute, offset)) => format!("{}:00{offset}", minute.replacen(' ', "T", 1)),
        None => String::new(),
    };
    let read = iso8601::parse(text).or_else(|| iso8601::parse(&with_seconds));
    read.ok_or_else(|| {
        let example = "write `2026-05-30 21:00` (UTC), `2026-05-30T23:00+02:00`, or machine";
        WrongUse(format!("`{text}` is not a time; {example}")).into()
    })
}

fn page(clock: &ClockAnswer) -> String {
    let mut lines = vec![
        ("time", print::time(clock.time_ms)),
        ("source", whose_time(clock.time_source.as_deref())),
        ("machine", print::time(clock.machine_ms)),
    ];
    if clock.contradicted_ms.is_some() {
        lines.push(("tablets", print::time(clock.contradicted_ms)));
    }
    print::details(&lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_taken_as_people_write_it() {
        let nine = 1_780_174_800_000;
        for text in [
            "2026-05-30 21:00",
            "2026-05-30T21:00",
            "2026-05-30T21:00Z",
            "2026-05-30 23:00+02:00",
            "2026-05-30T23:00:00+02:00",
            "2026-05-30 21:00:00",
        ] {
            assert_eq!(moment(text).unwrap(), nine, "{text}");
        }
        for wrong in ["", "21:00", "2026-05-30", "yesterday", "2026-05-30 25:00", "ééééééééé"] {
            assert!(moment(wrong).unwrap_err().is::<WrongUse>(), "{wrong}");
        }
    }

    #[test]
    fn it_says_whose_time_it_is_and_what_tablets_say_against_it() {
        let answer = json!({"time_ms": 1_761_300_000_000u64, "time_source": "person", "machine_ms": 0, "more": 1,
            "contradicted_ms": 1_792_836_000_000u64});
        insta::assert_snapshot!(page(&serde_json::from_value(answer).unwrap()), @r"
          time     2025-10-24 10:00 UTC
          source   set by hand
          machine  1970-01-01 00:00 UTC
          tablets  2026-10-24 10:00 UTC
        ");
    }
}
