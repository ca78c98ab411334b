//! `fieldhub photos import`: pictures of a card or folder find their modules. The hub proposes, string by string people confirm, and
//! what was confirmed is sent; nothing in the folder is changed.
//!
//! Called by `photos`; `card` reads the folder, `options` what was typed, `shown` prints the proposal, `sending` sends a picture.

mod card;
mod options;
mod sending;
mod shown;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use hyper::Method;
use serde_json::{Value, json};

use super::{Output, count, line, list, place, print, text};
use crate::cli::client::{HubClient, full, no_body};
use crate::cli::named_audit::AuditNames;
use crate::cli::{confirm, file};
use card::Card;
use options::ProposalOptions;
use sending::{PhotoSender, SentPicture};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub photos import /media/usb/DCIM --audit JALIBAT --dry-run
  fieldhub photos import /media/usb/DCIM --audit JALIBAT --by order --first M001 --snake
  fieldhub photos import pictures --audit JALIBAT --by csv --csv list.csv")]
pub struct PhotosImportCommand {
    /// The card or folder; nothing in it is changed
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The audit: its name or token, or the beginning of one
    #[arg(long, value_name = "AUDIT")]
    audit: String,
    #[command(flatten)]
    options: ProposalOptions,
    /// What kind of pictures they are: el, visible, or another word
    #[arg(long, default_value = "el", value_name = "WORD")]
    kind: String,
    /// Only show what would be done
    #[arg(long)]
    dry_run: bool,
    /// Do not ask about each string
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    output: Output,
}

/// What became of all of them.
#[derive(Debug, Default)]
struct PhotoImport {
    imported: u64,
    known: u64,
    passed_over: u64,
    failed: Vec<(String, String)>,
}

impl PhotosImportCommand {
    /// What can be refused before the hub is asked.
    pub fn check(&self) -> anyhow::Result<()> {
        if self.dry_run { Ok(()) } else { confirm::askable(self.yes) }
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let names = AuditNames::of(client).await?;
        // With --yes nobody sees which one was meant.
        let token =
            if self.yes && !self.dry_run { names.whole(&self.audit)? } else { names.find(&self.audit)? };
        let dir = self.dir.clone();
        let card = tokio::task::spawn_blocking(move || Card::look(&dir)).await??;
        if card.pictures.is_empty() && card.unread.is_empty() {
            bail!("{}: there are no pictures in it", self.dir.display());
        }
        let csv = self.options.csv.as_deref().map(file::read).transpose()?;
        let question = self.options.question(&card, csv)?;
        let body = full(serde_json::to_vec(&question)?);
        let path = format!("/api/v1/audits/{token}/photos/proposal");
        let answer = client.request(Method::POST, &path, "application/json", body).await?;
        let proposal = answer.json().await?;
        if self.dry_run && self.output.json {
            return print::json(&self.told(&card, proposal));
        }
        if !self.output.json {
            print::out(&shown::head(&card, &proposal))?;
        }
        let mut done = PhotoImport::default();
        let mut sender = PhotoSender::of(client, &token, &self.kind).await?;
        for string in list(&proposal, "strings") {
            if !self.output.json {
                print::out(&shown::string(&card, &proposal, string))?;
            }
            if self.dry_run {
                continue;
            }
            let number = string["string"].as_u64();
            let mut mine: Vec<&Value> = list(&proposal, "pictures")
                .iter()
                .filter(|picture| shown::of_string(picture, number))
                .collect();
            mine.sort_by_key(|picture| picture["shot"].as_u64());
            let pictures = count(mine.len() as u64, "picture");
            if !confirm::agreed(self.yes, &format!("Import {pictures} of string {}?", number.unwrap_or(0)))? {
                done.passed_over += mine.len() as u64;
                continue;
            }
            self.string(&card, &mine, &mut sender, &mut done).await?;
        }
        if !self.output.json {
            print::out(&shown::left_over(&card, &proposal))?;
        }
        if self.dry_run { Ok(()) } else { self.end(&card, &proposal, &done) }
    }

    async fn string(
        &self,
        card: &Card,
        pictures: &[&Value],
        sender: &mut PhotoSender<'_>,
        done: &mut PhotoImport,
    ) -> anyhow::Result<()> {
        for picture in pictures {
            let number = picture["picture"].as_u64().and_then(|number| usize::try_from(number).ok());
            let Some(file) = number.and_then(|number| card.pictures.get(number)) else { continue };
            match sender.send(file, &picture["at"]).await {
                Ok(SentPicture::New) => done.imported += 1,
                Ok(SentPicture::Known) => done.known += 1,
                // The hub takes no more of them: none of the others either.
                Err(error) if sending::is_over(&error) => {
                    let so_far =
                        format!("{} imported; repeat the command to go on", count(done.imported, "picture"));
                    return Err(error).context(so_far);
                }
                Err(error) => {
                    print::aside(&format!("{:?}: {error:#}", file.name));
                    done.failed.push((file.name.clone(), format!("{error:#}")));
                }
            }
        }
        Ok(())
    }

    fn told(&self, card: &Card, mut proposal: Value) -> Value {
        if let Some(pictures) = proposal["pictures"].as_array_mut() {
            for (picture, file) in pictures.iter_mut().zip(&card.pictures) {
                picture["name"] = file.name.as_str().into();
            }
        }
        proposal["unread"] =
            card.unread.iter().map(|(name, problem)| json!({ "name": name, "reason": problem })).collect();
        proposal
    }

    fn end(&self, card: &Card, proposal: &Value, done: &PhotoImport) -> anyhow::Result<()> {
        let left_over = proposal["left_over"].as_u64().unwrap_or(0);
        if self.output.json {
            let failed = done.failed.iter().chain(&card.unread);
            let failed: Value =
                failed.map(|(name, problem)| json!({ "name": name, "reason": problem })).collect();
            print::json(
                &json!({ "imported": done.imported, "known": done.known, "passed_over": done.passed_over,
                "left_over": left_over, "failed": failed }),
            )?;
        } else {
            let PhotoImport { imported, known, passed_over, .. } = done;
            line(&format!(
                "\n{} imported, {known} there already, {passed_over} passed over, {left_over} left over.",
                count(*imported, "picture")
            ))?;
        }
        match done.failed.len() + card.unread.len() {
            0 => Ok(()),
            failed => bail!("{} could not be taken, and the others were", count(failed as u64, "file")),
        }
    }
}
