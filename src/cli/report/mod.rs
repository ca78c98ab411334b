//! `fieldhub report`: the report of an audit as a file, or all forms of it with the pictures in a folder.
//!
//! Called by `cli`; calls the hub, which makes it, and `folder`.

mod closing;
mod folder;

use std::path::{Path, PathBuf};

use anyhow::bail;
use chrono::{Local, Offset};
use clap::{Args, ValueEnum};
use hyper::Method;
use serde_json::{Value, json};

use super::client::{HubClient, full};
use super::named_audit::WhichAudit;
use super::print::{self, line};
use super::{Output, file};
use crate::domain::Token;
use crate::domain::report::ReportSection;
pub use folder::{PICTURES as FOLDER_PICTURES, file_name as picture_name};

/// Make the report of an audit: a numbered version that can be made again later with the same bytes
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub report JALIBAT
  fieldhub report JALIBAT --lang fr -o jalibat.pdf
  fieldhub report JALIBAT --lang fr -o jalibat.xlsx
  fieldhub report JALIBAT --format folder -o /media/stick/jalibat
  fieldhub report JALIBAT --lang fr --final
  fieldhub report JALIBAT --without annex,history
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
    /// Make it final: no draft. Refused while something is open, which is said before
    #[arg(long = "final", conflicts_with_all = ["number", "draft"])]
    is_final: bool,
    /// Make it final whatever is open
    #[arg(long, requires = "is_final")]
    anyway: bool,
    /// The sections that it has, all others left out: summary, examined, conditions, map, strings, statistics, measurements, findings, claims, catalogue, history, photos, annex
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "number")]
    sections: Vec<String>,
    /// Sections to leave out
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with_all = ["number", "sections"])]
    without: Vec<String>,
    /// Say which versions there are, and make none
    #[arg(long, conflicts_with_all = ["number", "draft", "output", "is_final", "sections", "without"])]
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
        let offset = match number {
            None => format!("&utc_offset={}{}", utc_offset(), self.chosen_query()?),
            Some(_) => String::new(),
        };
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

    /// By what was left out, where that was said. What is no name the hub refuses.
    fn chosen(&self) -> anyhow::Result<Vec<String>> {
        let all = || ReportSection::ALL.into_iter().map(ReportSection::as_str);
        if let Some(unknown) = self.without.iter().find(|name| all().all(|known| known != name.as_str())) {
            bail!("{unknown} is none of {}", all().collect::<Vec<_>>().join(", "));
        }
        if self.without.is_empty() {
            return Ok(self.sections.clone());
        }
        let left = all().filter(|name| !self.without.iter().any(|out| out == name));
        let left: Vec<String> = left.map(str::to_owned).collect();
        if left.is_empty() {
            bail!("nothing would be left of the report");
        }
        Ok(left)
    }

    fn chosen_query(&self) -> anyhow::Result<String> {
        let chosen = self.chosen()?.join(",");
        Ok(if chosen.is_empty() { chosen } else { format!("&sections={chosen}") })
    }

    /// Freezes what there is now; the version that is there already where nothing has happened since.
    async fn make(&self, client: &HubClient, token: &Token) -> anyhow::Result<u32> {
        let lang = self.lang.unwrap_or(ReportTongue::En).tag();
        let chosen = self.chosen()?;
        let clean = closing::say(client, token).await?;
        if self.is_final && !clean && !self.anyway {
            bail!("something is open: settle it, or repeat this with --anyway");
        }
        let body = json!({
            "lang": lang,
            "utc_offset": utc_offset(),
            "sections": chosen,
            "final": self.is_final,
        });
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
                if one["final"] == true { "yes" } else { "draft" }.to_owned(),
                one["position"].to_string(),
                here.to_owned(),
            ]
        };
        let rows: Vec<_> = answer["versions"].as_array().into_iter().flatten().map(row).collect();
        if rows.is_empty() {
            return line("No version of the report yet.");
        }
        print::out(&print::table(
            ["NUMBER", "MADE AT", "BY", "LANGUAGE", "FINAL", "POSITION", "CAN BE MADE"],
            &rows,
        ))
    }
}

/// Whether it is no pipe or terminal, in which the sentence would come behind the report.
fn is_shown(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|there| there.is_file())
}
