//! `fieldhub photos verify`: every picture that an audit names is read and compared with its hash (scrub).

use std::collections::HashSet;

use anyhow::bail;
use clap::Args;
use hyper::Method;
use serde_json::{Value, json};

use super::{Output, count, hash_of, line, list, photos_of, place, print, text};
use crate::cli::client::{HubClient, full};
use crate::domain::Token;

/// So many are laid aside in one request.
const AT_ONCE: usize = 20;

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
                        // Another one; or held and not given: what lies there is no picture any more.
                        Some(_) => damaged.push(about),
                        None if variant["held"] == true => damaged.push(about),
                        // Its bytes go after 30 days, and nobody misses them.
                        None if !photo["taken_out"].is_null() => {}
                        None => missing.push(about),
                    }
                }
            }
        }
        lay_aside(client, &damaged).await?;
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
                "{} damaged, and laid aside in photos/damaged of the data directory: they come back from another hub that has them, or \
                 from a stick with `fieldhub bundle import` or `fieldhub restore`; keep the tablets that took them",
                count(damaged as u64, "picture")
            ),
        }
    }
}

/// From then on they are missing, and asked for wherever they may be.
async fn lay_aside(client: &HubClient, damaged: &[Value]) -> anyhow::Result<()> {
    for some in damaged.chunks(AT_ONCE) {
        let hashes: Vec<&str> = some.iter().map(|picture| text(picture, "sha256")).collect();
        let body = full(json!({ "sha256": hashes }).to_string());
        client
            .request(Method::POST, "/api/v1/photos/verify", "application/json", body)
            .await?
            .checked()
            .await?;
    }
    Ok(())
}

fn tell(what: &str, pictures: &[Value]) -> anyhow::Result<()> {
    pictures.iter().try_for_each(|picture| {
        let [audit, of, class, sha256] = ["audit", "of", "class", "sha256"].map(|field| text(picture, field));
        line(&format!("{what}: {audit}, {of}, {class}: {sha256}"))
    })
}
