//! `fieldhub report`: the report of an audit as a file, or all forms of it with the pictures in a folder.
//!
//! Called by `cli`; calls the hub, which makes it, and `folder`.

mod folder;

use std::path::{Path, PathBuf};

use chrono::{Local, Offset};
use clap::{Args, ValueEnum};
use hyper::Method;
use serde_json::{Value, json};

use super::client::{HubClient, full};
use super::named_audit::WhichAudit;
use super::print::{self, line};
use super::{Output, file};
use crate::domain::Token;

/// Make the report of an audit: a numbered version that can be made again later with the same bytes
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub report JALIBAT
  fieldhub report JALIBAT --lang fr -o jalibat.pdf
  fieldhub report JALIBAT --lang fr -o jalibat.xlsx
  fieldhub report JALIBAT --format folder -o /media/stick/jalibat
  fieldhub report JALIBAT --number 1 --format html
  fieldhub report JALIBAT --list")]
pub struct ReportCommand {
    #[command(flatten)]
    which: WhichAudit,
    /// A document to sign and hand over (PDF), a page for a phone, a workbook, or a folder with all of them and the pictures; if not given, by the ending of FILE, else PDF
    #[arg(long)]
    format: Option<ReportForm>,
    /// The language; for an earlier version its own, if not given
    #[arg(long)]
    lang: Option<ReportTongue>,
    /// Where to; AUDIT-report-N in this directory if not given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// An earlier version, made again
    #[arg(long, value_name = "N", conflicts_with = "draft")]
    number: Option<u32>,
    /// What there is now, without a number
    #[arg(long)]
    draft: bool,
    /// Say which versions there are, and make none
    #[arg(long, conflicts_with_all = ["number", "draft", "output"])]
    list: bool,
    #[command(flatten)]
    output_form: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportForm {
    Pdf,
    Html,
    Xlsx,
    Folder,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReportTongue {
    En,
    Fr,
    De,
    Es,
    It,
}

impl ReportTongue {
    fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::De => "de",
            Self::Es => "es",
            Self::It => "it",
        }
    }
}

/// A version of the report, or a draft, as the hub is asked for it.
#[derive(Debug)]
struct Asked {
    /// `/api/v1/audits/TOKEN/reports/2`
    path: String,
    query: String,
}

impl Asked {
    fn form(&self, format: &str) -> String {
        format!("{}?format={format}{}", self.path, self.query)
    }
}

/// Minutes that this machine's times are ahead of UTC.
fn utc_offset() -> i32 {
    Local::now().offset().fix().local_minus_utc() / 60
}

impl ReportCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let token = self.which.token(client).await?;
        if self.list {
            return self.versions(client, &token).await;
        }
        let (name, number) = match self.number {
            _ if self.draft => ("draft".to_owned(), None),
            Some(number) => (number.to_string(), Some(number)),
            None => {
                let number = self.make(client, &token).await?;
                (number.to_string(), Some(number))
            }
        };
        let lang = self.lang.map(|lang| format!("&lang={}", lang.tag())).unwrap_or_default();
        let offset = if number.is_none() { format!("&utc_offset={}", utc_offset()) } else { String::new() };
        let asked = Asked {
            path: format!("/api/v1/audits/{token}/reports/{name}"),
            query: format!("{lang}{offset}"),
        };
        let default = format!("{token}-report-{name}");
        match self.form() {
            ReportForm::Pdf => self.write(client, &asked, "pdf", &default).await,
            ReportForm::Html => self.write(client, &asked, "html", &default).await,
            ReportForm::Xlsx => self.write(client, &asked, "xlsx", &default).await,
            ReportForm::Folder => {
                let dir = self.output.clone().unwrap_or_else(|| PathBuf::from(default));
                folder::write(client, &token, &asked, &dir).await
            }
        }
    }

    fn form(&self) -> ReportForm {
        let ending = self.output.as_ref().and_then(|path| path.extension()?.to_str());
        let by_ending = || ending.and_then(|ending| ReportForm::from_str(ending, true).ok());
        self.format.or_else(by_ending).unwrap_or(ReportForm::Pdf)
    }

    /// Freezes what there is now; the version that is there already where nothing has happened since.
    async fn make(&self, client: &HubClient, token: &Token) -> anyhow::Result<u32> {
        let lang = self.lang.unwrap_or(ReportTongue::En).tag();
        let body = json!({ "lang": lang, "utc_offset": utc_offset() });
        let path = format!("/api/v1/audits/{token}/reports");
        let made = client
            .request(Method::POST, &path, "application/json", full(body.to_string()))
            .await?
            .json()
            .await?;
        Ok(u32::try_from(made["number"].as_u64().unwrap_or_default())?)
    }

    async fn write(
        &self,
        client: &HubClient,
        asked: &Asked,
        format: &str,
        default: &str,
    ) -> anyhow::Result<()> {
        let path = self.output.clone().unwrap_or_else(|| PathBuf::from(format!("{default}.{format}")));
        let answer = client.get(&asked.form(format)).await?.checked().await?;
        file::write(&path, answer.body).await?;
        if is_shown(&path) {
            line(&format!("{} written.", path.display()))?;
        }
        Ok(())
    }

    async fn versions(&self, client: &HubClient, token: &Token) -> anyhow::Result<()> {
        let answer = client.get(&format!("/api/v1/audits/{token}/reports")).await?.json().await?;
        if self.output_form.json {
            return print::json(&answer);
        }
        let text = |one: &Value, field: &str| one[field].as_str().unwrap_or(print::NOTHING).to_owned();
        let row = |one: &Value| {
            let here = if one["here"] == true { "yes" } else { "on another hub" };
            [
                one["number"].to_string(),
                print::time(one["made_at_ms"].as_u64()),
                text(one, "made_by"),
                text(one, "lang"),
                one["position"].to_string(),
                here.to_owned(),
            ]
        };
        let rows: Vec<_> = answer["versions"].as_array().into_iter().flatten().map(row).collect();
        if rows.is_empty() {
            return line("No version of the report yet.");
        }
        print::out(&print::table(["NUMBER", "MADE AT", "BY", "LANGUAGE", "POSITION", "CAN BE MADE"], &rows))
    }
}

/// Whether it is no pipe or terminal, in which the sentence would come behind the report.
fn is_shown(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|there| there.is_file())
}
