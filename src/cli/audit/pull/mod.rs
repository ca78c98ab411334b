//! `fieldhub audit pull`: takes, once, what another hub already has of an audit. A second time has no effect.
//!
//! Called by `audit`; calls `cloud` or `peer`, by the kind of hub.

mod cloud;
mod peer;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;
use serde_json::Value;

use super::client::HubClient;
use super::{Output, WhichAudit, line, path_of, print};
use crate::cli::WrongUse;
use crate::cli::hub_status::StatusAnswer;
use crate::cli::serve::upstreams;
use crate::config::UrlText;
use crate::domain::site_clock::SiteTime;
use crate::domain::{LinkKind, LinkUrl};
use crate::upstream::client::{Client as Upstream, Request, UpstreamResponse};

const ABOUT: &str = "\
From a v3.3 cloud (--from https://HOST) come the marks that it holds, one for each module; the audit must be
here already, as its layout is not among them: `fieldhub audit import` brings it. From another fieldhub
(--from fieldhub+https://HOST) comes everything, with layout and history, and the audit is created.

What this hub already has is recognised, so this can be repeated at any time. To keep two hubs in step all the
time, give `fieldhub serve` the other one as --upstream.

Examples:
  fieldhub audit pull JALIBAT --from https://cloud.example --token-file cloud.token";

/// Take what another hub has of an audit
#[derive(Debug, Args)]
#[command(after_help = ABOUT)]
pub struct Pull {
    #[command(flatten)]
    which: WhichAudit,
    /// The other hub
    #[arg(long, value_name = "URL")]
    from: UrlText,
    /// A file with the token for that hub
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// A PEM file with the certificates to trust there, instead of the system's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

impl Pull {
    fn url(&self) -> anyhow::Result<&LinkUrl> {
        self.from.checked().map_err(|problem| WrongUse(format!("--from: {problem}")).into())
    }

    /// What can be refused before the hub is asked.
    pub fn check(&self) -> anyhow::Result<()> {
        self.url().map(|_| ())
    }

    /// Whether it may begin a new data directory.
    pub fn makes_data(&self) -> bool {
        self.url().is_ok_and(|url| url.kind() == LinkKind::Fieldhub)
    }

    pub async fn run(&self, hub: &HubClient) -> anyhow::Result<()> {
        let url = self.url()?;
        let audit = &self.which.token_here_or_there(hub).await?;
        let token = self.token_file.as_deref().map(upstreams::token_in).transpose()?;
        let ca = self.ca_file.as_deref().map(upstreams::certificates_in).transpose()?;
        let from =
            OtherHub { client: upstreams::client(url.clone(), token, ca, site_time(hub).await?)?, url };
        match url.kind() {
            LinkKind::V33 => {
                let pulled = cloud::pull(hub, &from, audit).await?;
                if self.output.json { print::json(&pulled.json()) } else { print::out(&pulled.text(url)) }
            }
            LinkKind::Fieldhub => {
                let pulled = peer::pull(hub, &from, audit).await?;
                if self.output.json { print::json(&pulled.json()) } else { line(&pulled.text(audit, url)) }
            }
        }
    }
}

/// The site's time as the hub has it: certificates are judged by it.
async fn site_time(hub: &HubClient) -> anyhow::Result<SiteTime> {
    let info: StatusAnswer = hub.get("/api/v1/hub").await?.read().await?;
    let (now_ms, quality, asked) = (info.time_ms.unwrap_or(0), info.quality(), Instant::now());
    Ok(Arc::new(move || (now_ms + u64::try_from(asked.elapsed().as_millis()).unwrap_or(u64::MAX), quality)))
}

/// The other hub.
struct OtherHub<'a> {
    client: Upstream,
    url: &'a LinkUrl,
}

impl OtherHub<'_> {
    /// A good answer, or why there is none.
    async fn call(&self, request: Request) -> anyhow::Result<UpstreamResponse> {
        let url = self.url;
        let answer = self.client.send(request).await.with_context(|| url.to_string())?;
        let status = answer.status.as_u16();
        if answer.status.is_success() {
            return Ok(answer);
        }
        let said: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let said = said.as_ref().and_then(|answer| answer["error"].as_str());
        // Somebody else's words, on somebody's terminal.
        let said: String = said.unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
        let said = if said.is_empty() { status.to_string() } else { format!("{status}: {said}") };
        match status {
            401 | 403 => bail!("{url} does not let this hub in ({said}); give its token with --token-file"),
            _ => bail!("{url} answered {said}"),
        }
    }
}
