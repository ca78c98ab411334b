//! `fieldhub photos import`: pictures of a card or folder find their modules. The hub proposes, string by string people confirm, and
//! what was confirmed is sent; nothing in the folder is changed.
//!
//! Called by `photos`; `card` reads the folder, `options` and `adjusting` what was typed, `shown` prints the proposal, `sending` sends a picture.

mod adjusting;
mod card;
mod options;
mod sending;
mod shown;

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use hyper::Method;
use serde_json::{Value, json};

use super::{Output, count, line, list, photos_of, place, print, text};
use crate::cli::client::{HubClient, full, no_body};
use crate::cli::named_audit::AuditNames;
use crate::cli::{confirm, file};
use crate::domain::Token;
use adjusting::StringAnswer;
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

/// A picture as a string was confirmed with it, or passed over.
type Settled = (Option<u64>, Option<u64>);

fn settled(picture: &Value) -> Settled {
    (picture["string"].as_u64(), picture["picture"].as_u64())
}

/// What became of all of them.
#[derive(Debug, Default)]
struct PhotoImport {
    imported: u64,
    /// Of these, so many had been taken out of the audit before.
    again: u64,
    known: u64,
    /// Of these, those that the audit has at another module, with its name.
    elsewhere: Vec<String>,
    passed_over: HashSet<Settled>,
    failed: Vec<(String, String)>,
    settled: HashSet<Settled>,
}

impl PhotoImport {
    /// The next string with pictures of which nothing was said yet, in the order in which they were taken.
    fn next<'p>(&self, proposal: &'p Value) -> Option<(&'p Value, Vec<&'p Value>)> {
        list(proposal, "strings").iter().find_map(|string| {
            let number = string["string"].as_u64();
            let new = |picture: &&Value| {
                shown::of_string(picture, number) && !self.settled.contains(&settled(picture))
            };
            let mut mine: Vec<&Value> = list(proposal, "pictures").iter().filter(new).collect();
            mine.sort_by_key(|picture| picture["shot"].as_u64());
            (!mine.is_empty()).then_some((string, mine))
        })
    }

    fn settle(&mut self, picture: &Value) {
        self.settled.insert(settled(picture));
    }

    fn pass_over(&mut self, pictures: &[&Value]) {
        for picture in pictures {
            self.settle(picture);
            self.passed_over.insert(settled(picture));
        }
    }
}

async fn propose(client: &HubClient, token: &Token, question: &Value) -> anyhow::Result<Value> {
    let path = format!("/api/v1/audits/{token}/photos/proposal");
    let body = full(serde_json::to_vec(question)?);
    client.request(Method::POST, &path, "application/json", body).await?.json().await
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
        let mut question = self.options.question(&card, csv)?;
        let mut proposal = propose(client, &token, &question).await?;
        if self.dry_run && self.output.json {
            return print::json(&self.told(&card, proposal));
        }
        if !self.output.json {
            print::out(&shown::head(&card, &proposal))?;
        }
        if self.dry_run {
            for string in list(&proposal, "strings") {
                print::out(&shown::string(&card, &proposal, string))?;
            }
            return print::out(&shown::left_over(&card, &proposal));
        }
        if !self.yes {
            print::aside(adjusting::HELP);
        }
        let mut done = PhotoImport::default();
        let mut sender = PhotoSender::of(client, &token, &self.kind).await?;
        while let Some((string, mine)) = done.next(&proposal) {
            if !self.output.json {
                print::out(&shown::string(&card, &proposal, string))?;
            }
            match self.asked(&card, string, mine.len())? {
                StringAnswer::Import => self.string(&card, &mine, &mut sender, &mut done).await?,
                StringAnswer::PassOver => done.pass_over(&mine),
                StringAnswer::Adjust(adjustment) => {
                    let mut other = question.clone();
                    if let Some(all) = other["adjust"].as_array_mut() {
                        all.push(adjustment);
                    }
                    match propose(client, &token, &other).await {
                        Ok(changed) => (question, proposal) = (other, changed),
                        // A module that is not there, or further than there are modules.
                        Err(error) => print::aside(&format!("{error:#}")),
                    }
                }
            }
        }
        if !self.output.json {
            print::out(&shown::left_over(&card, &proposal))?;
        }
        self.end(&card, &proposal, &done)
    }

    /// Until it is clear what somebody wants.
    fn asked(&self, card: &Card, string: &Value, pictures: usize) -> anyhow::Result<StringAnswer> {
        let pictures = count(pictures as u64, "picture");
        let question = format!("Import {pictures} of string {}?", string["string"].as_u64().unwrap_or(0));
        loop {
            if self.yes {
                return Ok(StringAnswer::Import);
            }
            match adjusting::read(card, &confirm::answer(&question)?) {
                Ok(answer) => return Ok(answer),
                Err(error) => print::aside(&format!("{error:#}")),
            }
        }
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
            done.settle(picture);
            match sender.send(file, &picture["at"]).await {
                Ok(SentPicture::New) => done.imported += 1,
                Ok(SentPicture::Again) => {
                    done.imported += 1;
                    done.again += 1;
                }
                Ok(SentPicture::Known(elsewhere)) => {
                    done.known += 1;
                    done.elsewhere.extend(elsewhere.map(|module| format!("{:?} at {module}", file.name)));
                }
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
                &json!({ "imported": done.imported, "again": done.again, "known": done.known, "elsewhere": done.elsewhere,
                "passed_over": done.passed_over.len(), "left_over": left_over, "failed": failed }),
            )?;
        } else {
            let PhotoImport { imported, known, passed_over, .. } = done;
            line(&format!(
                "\n{} imported, {known} there already, {} passed over, {left_over} left over.",
                count(*imported, "picture"),
                passed_over.len()
            ))?;
            if done.again > 0 {
                line(&format!("Imported again, for they had been taken out of the audit: {}.", done.again))?;
            }
            if !done.elsewhere.is_empty() {
                let named = shown::names(done.elsewhere.iter().map(String::as_str));
                line(&format!("There already, but of other modules: {named}."))?;
            }
        }
        match done.failed.len() + card.unread.len() {
            0 => Ok(()),
            failed => bail!("{} could not be taken, and the others were", count(failed as u64, "file")),
        }
    }
}
