//! `fieldhub photos verify`: every picture that an audit names is read and compared with its hash (scrub).

use std::collections::HashSet;

use anyhow::bail;
use clap::Args;
use serde_json::{Value, json};

use super::{Output, count, hash_of, line, list, photos_of, place, print, text};
use crate::cli::client::HubClient;
use crate::domain::Token;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub photos verify")]
pub struct PhotosVerifyCommand {
    #[command(flatten)]
    output: Output,
}

impl PhotosVerifyCommand {
    /// An error when something is missing or damaged: the exit code is for scripts.
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let audits = client.get("/api/v1/audits").await?.json().await?;
        let (mut seen, mut sound, mut missing, mut damaged) = (HashSet::new(), 0_u64, Vec::new(), Vec::new());
        for audit in list(&audits, "audits") {
            let token = Token::parse(text(audit, "token"))?;
            for photo in photos_of(client, &token).await? {
                for variant in list(&photo, "variants") {
                    let sha256 = text(variant, "sha256").to_owned();
                    if !seen.insert(sha256.clone()) {
                        continue;
                    }
                    let about = json!({ "audit": text(audit, "name"), "of": place(&photo), "class": variant["class"], "sha256": sha256 });
                    match hash_of(client, &token, &sha256).await? {
                        Some(hash) if hash == sha256 => sound += 1,
                        Some(_) => damaged.push(about),
                        // Held, and not given: what lies there is no picture any more.
                        None if variant["held"] == true => damaged.push(about),
                        // Its bytes go after 30 days, and nobody misses them.
                        None if !photo["taken_out"].is_null() => {}
                        None => missing.push(about),
                    }
                }
            }
        }
        if self.output.json {
            print::json(&json!({ "sound": sound, "missing": missing, "damaged": damaged }))?;
        } else {
            tell("damaged", &damaged)?;
            tell("missing", &missing)?;
            line(&format!("{} read and sound.", count(sound, "picture")))?;
        }
        match (damaged.len(), missing.len()) {
            (0, 0) => Ok(()),
            (0, missing) => bail!("{} not here yet", count(missing as u64, "picture")),
            (damaged, _) => bail!(
                "{} damaged: keep the tablets that took them, remove these files from photos/ in the data directory, and restart the \
                 hub: the tablets send them again",
                count(damaged as u64, "picture")
            ),
        }
    }
}

fn tell(what: &str, pictures: &[Value]) -> anyhow::Result<()> {
    pictures.iter().try_for_each(|picture| {
        let [audit, of, class, sha256] = ["audit", "of", "class", "sha256"].map(|field| text(picture, field));
        line(&format!("{what}: {audit}, {of}, {class}: {sha256}"))
    })
}
