//! How pictures are to find their modules, as it is typed (command line arguments), and the question to the hub that it becomes.
//!
//! Read by `photos import`; calls `card` for the numbers of pictures.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::adjusting::{self, number_of, wrong};
use super::card::Card;
use crate::domain::iso8601;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MatchBy {
    // With words of their own the whole help would be laid out in the long way.
    Name,
    Csv,
    Order,
    Time,
}

#[derive(Debug, Args)]
pub struct ProposalOptions {
    /// How pictures find their modules; without it, what the other options are for, or by name
    #[arg(long, value_enum)]
    by: Option<MatchBy>,
    /// By name: what names are like, such as '{string}-{position}_*'; also {module}, {row}, {column} and ?
    #[arg(long)]
    template: Option<String>,
    /// By csv: a table of files and modules, or of files, strings and positions; CSV, or the first sheet of an XLSX
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// By order: the module of the first picture
    #[arg(long, value_name = "MODULE")]
    first: Option<String>,
    /// By order: every other row from its end; every other string, where the layout knows no rows
    #[arg(long)]
    snake: bool,
    /// By order: the other way round
    #[arg(long)]
    backwards: bool,
    /// By order and time: so many seconds apart is one shot
    #[arg(long, value_name = "SECONDS")]
    double: Option<u64>,
    /// By time: what to add to the camera's time to get that of the hub (UTC), such as +01:02:03; without it, by best fit
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = clock)]
    clock: Option<i64>,
    /// By time: a picture and when it was taken, such as IMG_0042.JPG=2026-11-29T21:14:05Z
    #[arg(long, value_name = "NAME=TIME", conflicts_with = "clock")]
    known: Option<String>,
    /// A module that has no picture: those behind it move along
    #[arg(long, value_name = "MODULE")]
    skip: Vec<String>,
    /// A picture that belongs to nothing
    #[arg(long, value_name = "NAME")]
    leave: Vec<String>,
    /// From this picture on, so many modules further, such as IMG_0042.JPG=1
    #[arg(long, value_name = "NAME=N")]
    shift: Vec<String>,
    /// Two pictures that were taken the wrong way round, such as IMG_0042.JPG=IMG_0043.JPG
    #[arg(long, value_name = "NAME=NAME")]
    swap: Vec<String>,
    /// This picture alone belongs to this module, such as IMG_0042.JPG=M012
    #[arg(long, value_name = "NAME=MODULE")]
    put: Vec<String>,
}

/// `+01:02:03`, `-2:00:00`, `+400d 01:00:00`: in milliseconds.
fn clock(text: &str) -> Result<i64, String> {
    let wrong = || "write hours, minutes and seconds, such as +01:02:03".to_owned();
    let text = text.trim();
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (days, rest) = match rest.split_once('d') {
        Some((days, rest)) => (days.trim().parse::<i64>().map_err(|_| wrong())?, rest.trim()),
        None => (0, rest),
    };
    let parts: Vec<i64> = rest
        .split(':')
        .map(|part| part.parse::<u32>().map(i64::from))
        .collect::<Result<_, _>>()
        .map_err(|_| wrong())?;
    let [hours, minutes, seconds] = parts[..] else { return Err(wrong()) };
    if minutes > 59 || seconds > 59 || hours > 1_000_000 || !(0..=36_500).contains(&days) {
        return Err(wrong());
    }
    Ok(sign * (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000)
}

impl ProposalOptions {
    fn by(&self) -> &'static str {
        match self.by {
            Some(MatchBy::Name) => "name",
            Some(MatchBy::Csv) => "csv",
            Some(MatchBy::Order) => "order",
            Some(MatchBy::Time) => "time",
            None if self.csv.is_some() => "csv",
            None if self.first.is_some() => "order",
            None if self.clock.is_some() || self.known.is_some() => "time",
            None => "name",
        }
    }

    /// What the hub is asked; `csv` is what is in that file.
    pub fn question(&self, card: &Card, csv: Option<Vec<u8>>) -> anyhow::Result<Value> {
        let by = self.by();
        let needs = |there: bool, option: &str| {
            if there { Ok(()) } else { Err(wrong(format!("--by {by} needs {option}"))) }
        };
        needs(by != "csv" || csv.is_some(), "--csv FILE")?;
        needs(by != "order" || self.first.is_some(), "--first MODULE")?;
        let pictures = card.pictures.iter().map(|file| {
            let mut picture = json!({ "name": file.name, "bytes": file.bytes });
            if let Some(taken_ms) = file.taken_ms {
                picture["taken_at_ms"] = taken_ms.into();
            }
            picture
        });
        let mut question =
            json!({ "by": by, "pictures": pictures.collect::<Vec<_>>(), "adjust": self.adjustments(card)? });
        let mut say = |field: &str, value: Option<Value>| {
            if let Some(value) = value {
                question[field] = value;
            }
        };
        say("template", self.template.as_deref().map(Value::from));
        say("first", self.first.as_deref().map(Value::from));
        say("path", self.snake.then(|| "snake".into()));
        say("backwards", self.backwards.then(|| true.into()));
        say("double_ms", self.double.map(|seconds| seconds.saturating_mul(1_000).into()));
        say(
            "csv",
            csv.map(|bytes| crate::domain::import::text_of_file(&bytes)).transpose()?.map(Value::from),
        );
        say("clock", self.clock.map(|add| json!({ "add_ms": add })));
        if let Some(known) = &self.known {
            let wrong = || {
                wrong(format!(
                    "--known {known}: write a picture and a time, such as IMG_0042.JPG=2026-11-29T21:14:05Z"
                ))
            };
            let (name, time) = known.rsplit_once('=').ok_or_else(wrong)?;
            let at_ms = iso8601::parse(time).ok_or_else(wrong)?;
            say("clock", Some(json!({ "picture": number_of(card, name)?, "at_ms": at_ms })));
        }
        Ok(question)
    }

    /// Those that move what is behind them first.
    fn adjustments(&self, card: &Card) -> anyhow::Result<Vec<Value>> {
        let pair = |option: &str, text: &'_ str, such_as: &str| {
            let words = || wrong(format!("--{option} {text}: write {such_as}"));
            text.rsplit_once('=').map(|(one, other)| (one.to_owned(), other.to_owned())).ok_or_else(words)
        };
        let mut all: Vec<Value> = self.skip.iter().map(|module| adjusting::skip(module)).collect();
        for name in &self.leave {
            all.push(adjusting::leave(card, name)?);
        }
        for text in &self.shift {
            let (name, by) = pair("shift", text, "IMG_0042.JPG=1")?;
            all.push(adjusting::shift(card, &name, &by)?);
        }
        for text in &self.swap {
            let (one, with) = pair("swap", text, "IMG_0042.JPG=IMG_0043.JPG")?;
            all.push(adjusting::swap(card, &one, &with)?);
        }
        for text in &self.put {
            let (name, module) = pair("put", text, "IMG_0042.JPG=M012")?;
            all.push(adjusting::put(card, &name, &module)?);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_read_as_people_write_it() {
        assert_eq!(clock("+01:02:03"), Ok(3_723_000));
        assert_eq!(clock("-2:00:00"), Ok(-7_200_000));
        assert_eq!(clock("0:00:05"), Ok(5_000));
        assert_eq!(clock("+2d 01:00:00"), Ok(176_400_000));
        for bad in ["", "1", "1:2", "+1:60:00", "a:b:c", "1:2:3:4", "--1:00:00"] {
            assert!(clock(bad).is_err(), "{bad}");
        }
    }
}
