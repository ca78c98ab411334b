//! `fieldhub company`: who writes the reports: name, address, contact, a standing text and the logo.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{HubClient, NOT_EXPECTED, full, no_body};
use super::{Output, WrongUse, print};
use anyhow::Context;

const PATH: &str = "/api/v1/company";
const LOGO: &str = "/api/v1/company/logo";

const ABOUT: &str = "\
Every report that is made from now on has it: on the cover, and on the head and foot of each page. Versions that were
made before keep what they have. An audit that names another company has that one's name.

Examples:
  fieldhub company
  fieldhub company set --name 'Solaire & Fils SARL' --address '12 rue des Lilas, 31000 Toulouse'
  fieldhub company set --contact '+33 5 00 00 00 00 · audit@example.org' --logo logo.png
  fieldhub company set --text 'This report is of the modules that were examined.'
  fieldhub company set --no-logo";

/// Who writes the reports: name, address, contact, a standing text and the logo
#[derive(Debug, Args)]
#[command(after_help = ABOUT, args_conflicts_with_subcommands = true)]
pub struct CompanyCommand {
    #[command(subcommand)]
    what: Option<CompanyEdit>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Subcommand)]
enum CompanyEdit {
    /// Change what is given, and leave the rest; an empty text takes one away
    Set(CompanySet),
}

#[derive(Debug, Args)]
struct CompanySet {
    /// As it is to stand on reports
    #[arg(long)]
    name: Option<String>,
    /// Street and place
    #[arg(long)]
    address: Option<String>,
    /// Telephone, mail, registration
    #[arg(long)]
    contact: Option<String>,
    /// What each report is to say on its cover
    #[arg(long)]
    text: Option<String>,
    /// A PNG or JPEG, at most 4 MiB
    #[arg(long, value_name = "FILE", conflicts_with = "no_logo")]
    logo: Option<PathBuf>,
    /// Take the logo away
    #[arg(long)]
    no_logo: bool,
    #[command(flatten)]
    output: Output,
}

/// `/api/v1/company`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CompanyAnswer {
    name: Option<String>,
    address: Option<String>,
    contact: Option<String>,
    text: Option<String>,
    logo: Option<LogoAnswer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LogoAnswer {
    width: u32,
    height: u32,
}

impl CompanyCommand {
    /// Nothing to change is a mistake in writing.
    pub fn check(&self) -> anyhow::Result<()> {
        match &self.what {
            Some(CompanyEdit::Set(set)) if !set.changes_texts() && set.logo.is_none() && !set.no_logo => {
                Err(WrongUse("say what to set: --name, --address, --contact, --text or --logo".to_owned())
                    .into())
            }
            _ => Ok(()),
        }
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let output = match &self.what {
            None => &self.output,
            Some(CompanyEdit::Set(set)) => {
                set.send(client).await?;
                &set.output
            }
        };
        let answer: Value = client.get(PATH).await?.json().await?;
        if output.json || self.output.json {
            return print::json(&answer);
        }
        print::out(&page(&serde_json::from_value(answer).context(NOT_EXPECTED)?))
    }
}

impl CompanySet {
    fn texts(&self) -> [(&'static str, &Option<String>); 4] {
        let Self { name, address, contact, text, .. } = self;
        [("name", name), ("address", address), ("contact", contact), ("text", text)]
    }

    fn changes_texts(&self) -> bool {
        self.texts().iter().any(|(_, typed)| typed.is_some())
    }

    async fn send(&self, client: &HubClient) -> anyhow::Result<()> {
        // The logo first: a file that is none changes nothing.
        if let Some(path) = &self.logo {
            let file = std::fs::read(path).with_context(|| path.display().to_string())?;
            client
                .request(Method::PUT, LOGO, "application/octet-stream", full(file))
                .await?
                .checked()
                .await?;
        }
        if self.no_logo {
            client.request(Method::DELETE, LOGO, "", no_body()).await?.checked().await?;
        }
        if !self.changes_texts() {
            return Ok(());
        }
        let had: Value = client.get(PATH).await?.json().await?;
        let texts = self.texts().into_iter().map(|(name, typed)| {
            let now = typed.as_ref().map_or_else(|| had[name].clone(), |typed| json!(typed));
            (name.to_owned(), now)
        });
        let body = full(Value::Object(texts.collect()).to_string());
        client.request(Method::PUT, PATH, "application/json", body).await?.checked().await?;
        Ok(())
    }
}

fn page(company: &CompanyAnswer) -> String {
    let said = [
        ("name", &company.name),
        ("address", &company.address),
        ("contact", &company.contact),
        ("text", &company.text),
    ];
    let mut lines: Vec<(&str, String)> = said
        .into_iter()
        .filter_map(|(name, text)| Some((name, text.as_ref()?.lines().collect::<Vec<_>>().join(", "))))
        .collect();
    if let Some(logo) = &company.logo {
        lines.push(("logo", format!("{} × {} pixels", logo.width, logo.height)));
    }
    match lines.is_empty() {
        true => {
            "nobody has said which company writes the reports; see `fieldhub company set --help`\n".to_owned()
        }
        false => print::details(&lines),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_what_is_known_and_where_nothing_is_how_to_say_it() {
        assert!(page(&CompanyAnswer::default()).contains("fieldhub company set"));
        let answer = json!({"name": "Solaire", "address": "12 rue\nToulouse", "more": 1,
            "logo": {"width": 640, "height": 200, "bytes": 9}});
        insta::assert_snapshot!(page(&serde_json::from_value(answer).unwrap()), @r"
          name     Solaire
          address  12 rue, Toulouse
          logo     640 × 200 pixels
        ");
    }
}
