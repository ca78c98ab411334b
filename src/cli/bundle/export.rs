//! `fieldhub bundle export`: all marks, or those since the last time, as one file.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use hyper::header::HeaderValue;
use hyper::{HeaderMap, Method};
use serde_json::json;

use super::check::{self, Contents};
use super::client::{HubClient, full};
use super::picture_folder::{self, PicturesOut};
use super::{Output, file, named, print};
use crate::http::{LEFT_OUT, LEFT_OUT_WHY};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub bundle export /media/usb/van.fhbundle
  fieldhub bundle export /media/usb/since.fhbundle --since-last")]
pub struct BundleExportCommand {
    /// The file to write
    file: PathBuf,
    /// Leave out what earlier bundles of this hub hold
    #[arg(long)]
    since_last: bool,
    /// Leave out the pictures of photos, which lie beside the file, in FILE.photos
    #[arg(long)]
    no_photos: bool,
    /// Overwrite the file if it is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    output: Output,
}

impl BundleExportCommand {
    pub fn check(&self) -> anyhow::Result<()> {
        file::check_free(&self.file, self.force)
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let path = format!("/api/v1/bundle?since_last={}", self.since_last);
        let answer = client.get(&path).await?.checked().await?;
        let left_out = left_out(&answer.headers);
        // Before it has its name: a bundle that is not whole never takes the place of one that is.
        let check = |path: &std::path::Path| {
            let contents = check::contents(path)?;
            if let Some(lost) = contents.lost.first() {
                bail!("the bundle was not written whole ({}): is the stick failing?", lost.problem);
            }
            Ok((contents.counts.operations > 0, contents))
        };
        let (bytes, contents) = file::write_checked(&self.file, answer.body, check).await?;
        let operations = contents.counts.operations;
        if operations > 0 {
            let written = format!("{} is written, but the hub could not record that", named(&self.file));
            remember(client, &contents).await.context(written)?;
        }
        // The marks are on the stick: whatever room there is takes pictures.
        let dir = picture_folder::beside_bundle(&self.file);
        let pictures = match self.no_photos || !self.file.exists() {
            true => PicturesOut::default(),
            false => {
                let words =
                    || format!("{} is whole; its pictures are not all there (--force)", named(&self.file));
                picture_folder::export(client, &dir, 0).await.with_context(words)?
            }
        };
        let (file, audits) = (named(&self.file), contents.upto.len());
        if self.output.json {
            let file = (operations > 0).then_some(file);
            print::json(&json!({
                "success": left_out.is_empty(), "file": file, "bytes": bytes, "audits": audits, "operations": operations,
                "left_out": left_out.iter().map(|(token, _)| token).collect::<Vec<_>>(),
                "left_out_why": left_out.iter().map(|(_, why)| why).collect::<Vec<_>>(),
                "photos": pictures.json(),
            }))?;
        } else {
            self.say(operations, audits, bytes)?;
            pictures.said(&dir).map_or(Ok(()), |said| print::line(&said))?;
        }
        whole(&left_out)
    }

    fn say(&self, operations: u64, audits: usize, bytes: u64) -> anyhow::Result<()> {
        let file = named(&self.file);
        if operations == 0 {
            let since = if self.since_last { " since the last time" } else { "" };
            return print::line(&format!("Nothing has happened{since}, so {file} was not written"));
        }
        let (operations, audits) =
            (print::count(operations, "operation"), print::count(audits as u64, "audit"));
        let bytes = print::bytes(bytes);
        print::line(&format!("Wrote {file} ({bytes}): {operations} of {audits}, read back and complete"))
    }
}

/// Audits that the hub could not read, and why, if it says so: one of an earlier version does not.
fn left_out(headers: &HeaderMap) -> Vec<(String, String)> {
    let said = |name, between| {
        let text = headers.get(name).and_then(|text: &HeaderValue| text.to_str().ok()).unwrap_or_default();
        text.split(between).filter(|one| !one.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let reasons = said(LEFT_OUT_WHY, '|').into_iter().chain(std::iter::repeat(String::new()));
    said(LEFT_OUT, ',').into_iter().zip(reasons).collect()
}

/// A bundle without some audit is better than none, and no success.
fn whole(left_out: &[(String, String)]) -> anyhow::Result<()> {
    if left_out.is_empty() {
        return Ok(());
    }
    let why = |why: &str| if why.is_empty() { String::new() } else { format!(" ({why})") };
    let tokens: Vec<String> =
        left_out.iter().map(|(token, reason)| format!("{token}{}", why(reason))).collect();
    bail!(
        "not in the bundle, as this hub cannot read it: {}. Restore a backup, then export again; see fieldhub doctor",
        tokens.join(", ")
    )
}

/// It is safe on somebody's stick: the next `--since-last` begins there.
async fn remember(client: &HubClient, contents: &Contents) -> anyhow::Result<()> {
    let seq = |(token, seq)| json!({ "token": token, "seq": seq });
    let audits: Vec<_> = contents.upto.iter().map(seq).collect();
    let body = full(json!({ "log_id": contents.log_id, "audits": audits }).to_string());
    let path = "/api/v1/bundle/exported";
    client.request(Method::PUT, path, "application/json", body).await?.checked().await.map(|_| ())
}
