//! `fieldhub photos ...`: what photos there are, whether all of them are there and sound, and their pictures as files, in and out.
//!
//! Called by `cli`; one file per command.

mod export;
mod import;
mod list;
mod orphans;
mod verify;

use clap::Subcommand;
use http_body_util::BodyExt;
use serde_json::Value;

use super::client::HubClient;
use super::named_audit::WhichAudit;
use super::print::{count, line};
use super::{Output, file, print};
use crate::domain::Token;
use crate::domain::photo::BlobDigest;

#[derive(Debug, Subcommand)]
pub enum PhotosCommand {
    /// List an audit's photos, or what all photos take of the hub
    List(list::PhotosListCommand),
    /// Read every picture, and say which are missing or damaged
    Verify(verify::PhotosVerifyCommand),
    /// Import the pictures of a card or folder: each finds its module, and you confirm string by string
    Import(Box<import::PhotosImportCommand>),
    /// Say which pictures belong to no audit, and with `--remove` remove them
    Orphans(orphans::PhotosOrphansCommand),
    /// Write an audit's pictures into a directory; may be broken off and repeated
    Export(export::PhotosExportCommand),
}

impl PhotosCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        match self {
            Self::List(list) => list.run(client).await,
            Self::Verify(verify) => verify.run(client).await,
            Self::Import(import) => import.run(client).await,
            Self::Orphans(orphans) => orphans.run(client).await,
            Self::Export(export) => export.run(client).await,
        }
    }

    /// What can be refused before the hub is asked.
    pub fn check(&self) -> anyhow::Result<()> {
        if let Self::Import(import) = self { import.check() } else { Ok(()) }
    }
}

pub(super) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or(print::NOTHING)
}

pub(super) fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// All photos of an audit, those that were taken out among them.
pub(super) async fn photos_of(client: &HubClient, token: &Token) -> anyhow::Result<Vec<Value>> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("/api/v1/audits/{token}/photos?limit=500&after={after}");
        let page = client.get(&path).await?.json().await?;
        all.extend_from_slice(list(&page, "photos"));
        match page["upto"].as_u64() {
            Some(upto) if page["more"] == true => after = upto,
            _ => return Ok(all),
        }
    }
}

/// What a photo belongs to, as the beginning of a file's name too.
fn place(photo: &Value) -> String {
    match (photo["at"]["module_id"].as_str(), photo["at"]["string"].as_u64()) {
        (Some(module), _) => module.to_owned(),
        (None, Some(string)) => format!("string-{string}"),
        (None, None) => "audit".to_owned(),
    }
}

/// The hash of a picture as the hub gives it; `None`: it does not give it.
async fn hash_of(client: &HubClient, token: &Token, sha256: &str) -> anyhow::Result<Option<String>> {
    let answer = client.get(&format!("/api/v1/audits/{token}/photos/{sha256}")).await?;
    if answer.status != 200 {
        return Ok(None);
    }
    let (mut digest, mut body) = (BlobDigest::default(), answer.body);
    while let Some(frame) = body.frame().await {
        // Shorter than it was: whatever the hash is then, it is another one.
        let Ok(frame) = frame else { break };
        if let Ok(data) = frame.into_data() {
            digest.add(&data);
        }
    }
    Ok(Some(digest.finish().to_string()))
}
