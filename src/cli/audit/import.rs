//! `fieldhub audit import`: an audit from a plan, a tablet export or a CSV.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use hyper::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::client::{HubClient, full};
use super::{Output, file, in_short, line, print, token};
use crate::domain::Token;

/// All but what RFC 3986 calls unreserved.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Debug, Args)]
pub struct AuditImportCommand {
    /// The file; `-` is stdin
    file: PathBuf,
    /// The audit's token, as it stands in links; otherwise the one in the file, or a new UUID
    #[arg(long, value_parser = token)]
    token: Option<Token>,
    /// The name of the audit; otherwise the one in the file
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl AuditImportCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let source =
            if self.file == Path::new("-") { "stdin".to_owned() } else { self.file.display().to_string() };
        let bytes = file::read(&self.file)?;
        let json = is_json(&bytes);
        // A CSV has no name in it but that of the file.
        let stem =
            || self.file.file_stem().filter(|_| !json && source != "stdin")?.to_str().map(str::to_owned);
        let mut query = Vec::new();
        if let Some(token) = &self.token {
            query.push(format!("token={token}"));
        }
        if let Some(name) = self.name.clone().or_else(stem) {
            query.push(format!("name={}", utf8_percent_encode(&name, QUERY)));
        }
        let path = format!("/api/v1/audits?{}", query.join("&"));
        let kind = if json { "application/json" } else { "text/csv" };
        let response = client.request(Method::POST, &path, kind, full(bytes)).await?;
        let merged = response.status == 200;
        let audit = response.json().await.with_context(|| source.clone())?;
        if self.output.json {
            return print::json(&audit);
        }
        let did = if merged { "Merged it into" } else { "Made" };
        line(&format!("{source}: {did} {}", in_short(&audit)))
    }
}

fn is_json(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    matches!(text.trim_ascii_start().first(), Some(b'{' | b'['))
}
