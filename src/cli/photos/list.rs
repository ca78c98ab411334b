//! `fieldhub photos list`: the photos of an audit, or what all photos take of the hub.

use clap::Args;
use serde_json::{Value, json};

use super::{Output, count, line, list, photos_of, place, print, text};
use crate::cli::client::HubClient;
use crate::cli::named_audit;
use crate::cli::nights;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub photos list
  fieldhub photos list JALIBAT")]
pub struct PhotosListCommand {
    /// The audit: its name or token, or the beginning of one; without it, what all photos take of the hub
    #[arg(value_name = "AUDIT")]
    audit: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl PhotosListCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let Some(audit) = &self.audit else {
            let answer = client.get("/api/v1/photos").await?.json().await?;
            return if self.output.json { print::json(&answer) } else { print::out(&of_hub(&answer)) };
        };
        let photos = photos_of(client, &named_audit::token_of(client, audit).await?).await?;
        if self.output.json {
            return print::json(&json!({ "photos": photos }));
        }
        if photos.is_empty() {
            return line("No photos yet.");
        }
        print::out(&page(&photos))
    }
}

fn of_hub(answer: &Value) -> String {
    let number = |value: &Value, field: &str| value[field].as_u64().unwrap_or(0);
    let sum =
        |value: &Value| format!("{} ({})", number(value, "blobs"), print::bytes(number(value, "bytes")));
    let room = number(answer, "quota").saturating_sub(number(answer, "bytes"));
    let free = number(answer, "free_bytes").saturating_sub(number(answer, "keep_free"));
    let room = room.min(free);
    let refused = match answer["refused"].as_str() {
        Some("quota") => "photos are refused: they have their quota (photos.quota); marks go on".to_owned(),
        Some(_) => {
            "photos are refused: the disk is too full for them (photos.keep_free); marks go on".to_owned()
        }
        None => format!("{}, or {}", print::bytes(room), nights::fit(answer, room)),
    };
    print::details(&[
        ("pictures", sum(answer)),
        ("of at most", print::bytes(number(answer, "quota"))),
        ("room", refused),
        ("begun", sum(&answer["partial"])),
        ("missing", sum(&answer["missing"])),
        ("damaged", sum(&answer["damaged"])),
        ("taken out", sum(&answer["taken_out"])),
        ("in no audit", sum(&answer["orphaned"])),
    ])
}

fn page(photos: &[Value]) -> String {
    let rows: Vec<[String; 7]> = photos
        .iter()
        .map(|photo| {
            let held = list(photo, "variants").iter().filter(|variant| variant["held"] == true);
            let held: Vec<&str> = held.map(|variant| text(variant, "class")).collect();
            let out = photo["taken_out"].as_object().map(|_| "taken out");
            [
                place(photo),
                text(photo, "picture_kind").to_owned(),
                print::time(photo["at_ms"].as_u64()),
                text(photo, "technician_name").to_owned(),
                if held.is_empty() { print::NOTHING.to_owned() } else { held.join(" ") },
                text(photo, "name").to_owned(),
                out.or(photo["caption"].as_str()).unwrap_or(print::NOTHING).to_owned(),
            ]
        })
        .collect();
    let table = print::table(["OF", "KIND", "WHEN", "BY", "HERE", "NAME", "CAPTION"], &rows);
    format!("{table}{}\n", count(photos.len() as u64, "photo"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_photos_take_is_told_with_how_many_nights_still_fit() {
        let sum = |blobs: u64, bytes: u64| json!({ "blobs": blobs, "bytes": bytes });
        let hub = json!({ "blobs": 3_000, "bytes": 6_000_000_000_u64, "quota": 32_u64 << 30, "free_bytes": 20_000_000_000_u64,
            "keep_free": 1_u64 << 30, "refused": null, "partial": sum(2, 1 << 20), "missing": sum(0, 0), "damaged": sum(0, 0),
            "taken_out": sum(4, 5_000), "orphaned": sum(1, 900) });
        insta::assert_snapshot!(of_hub(&hub), @r"
        pictures     3000 (5.6 GiB)
        of at most   32.0 GiB
        room         17.6 GiB, or 3.2 nights of 1,000 pictures of 6 MB
        begun        2 (1.0 MiB)
        missing      0 (0 B)
        damaged      0 (0 B)
        taken out    4 (4.9 KiB)
        in no audit  1 (900 B)
        ");
    }
}
