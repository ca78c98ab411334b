//! `fieldhub poster`: one sheet of A4 for the wall of the van, with the codes that join the Wi-Fi and open the hub.
//!
//! Called by `cli`; the hub makes the sheet (`domain::poster`), the same that its page shows.

use std::env;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde::Deserialize;

use super::client::{HubClient, NOT_EXPECTED, full};
use super::{file, hint, print};
use crate::domain::poster::PosterLanguages;

/// Make a sheet to print: what to scan, in which order
#[derive(Debug, Args)]
#[command(after_help = ABOUT)]
pub struct PosterCommand {
    /// The file to write [default: HUB-poster.html on a terminal, otherwise standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// In which language, or which two: fr, en, de, es, it; `both` is fr,en
    #[arg(long, value_name = "LANG[,LANG]", default_value = "both", value_parser = languages)]
    lang: String,
}

fn languages(tags: &str) -> Result<String, String> {
    tags.parse::<PosterLanguages>().map(|_| tags.to_owned()).map_err(|error| error.to_string())
}

/// What `GET /api/v1/poster` says, as far as it is needed here.
#[derive(Deserialize)]
struct SaidPoster {
    name: String,
    origin: Option<String>,
    sheet: Option<String>,
}

const ABOUT: &str = "\
One page of A4, as an HTML file that needs nothing else: open it in a browser and print it. It shows the Wi-Fi
(from [wifi] in the settings), the hub's address and the crew code, each to scan or to type.
Print it again when the crew code or the Wi-Fi password has been replaced.

Examples:
  fieldhub poster
  fieldhub poster --lang en -o /media/usb/poster.html";

impl PosterCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let poster: SaidPoster =
            client.get(&format!("/api/v1/poster?lang={}", self.lang)).await?.read().await?;
        if poster.origin.is_none() {
            bail!(
                "the hub does not know where tablets find it: bring its network up, or give its address as origin of \
                 [lan]"
            );
        }
        let sheet = poster.sheet.context(NOT_EXPECTED)?;
        let by_a_person = io::stdout().is_terminal();
        let path = match &self.output {
            Some(path) => path.clone(),
            None if by_a_person => file_name(&poster.name).into(),
            None => return print::out(&sheet),
        };
        file::write(&path, full(sheet)).await?;
        print::line(&format!("{}: print it on A4 from any browser", path.display()))?;
        if by_a_person && !["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some()) {
            print::out(&to_a_screen(&path))?;
        }
        Ok(())
    }
}

/// Of a hub's name, what every file system and shell takes as it is.
fn file_name(hub: &str) -> String {
    let words = hub.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-");
    // A name has at most 255 bytes, and a hub's may have more.
    let name: String = name.chars().take(50).collect();
    format!("{}-poster.html", if name.is_empty() { "fieldhub" } else { &name })
}

/// A Pi in a van has no browser: how the file comes to a machine that has one.
fn to_a_screen(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let user = ["SUDO_USER", "USER"].iter().find_map(|name| env::var(name).ok());
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let host = if host.contains('.') { host } else { format!("{host}.local") };
    let from = format!("{}@{host}:{}", user.unwrap_or_else(|| "root".to_owned()), whole.display());
    format!(
        "No browser on this machine? Type this on your laptop, to fetch it:\n    {}\nOr copy it to a USB stick: -o \
         /media/usb/poster.html. Or join as a lead: the page has a sheet to print too.\n",
        hint::words(&["scp".to_owned(), from, ".".to_owned()])
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_the_hub() {
        assert_eq!(file_name("fieldhub"), "fieldhub-poster.html");
        assert_eq!(file_name("Van 1 / été"), "Van-1-été-poster.html");
        assert_eq!(file_name("../.."), "fieldhub-poster.html");
    }
}
