//! `fieldhub poster`: one sheet of A4 for the wall of the van, with the codes that join the Wi-Fi and open the hub.
//!
//! Called by `cli`; `sheet` draws what the hub says, in the words of `words`.

mod sheet;
mod words;

use std::env;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::client::{HubClient, full};
use super::{file, hint, print};
use words::Language;

/// Make a sheet to print: what to scan, in which order
#[derive(Debug, Args)]
#[command(after_help = ABOUT)]
pub struct PosterCommand {
    /// The file to write [default: HUB-poster.html on a terminal, otherwise standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// In which language
    #[arg(long, value_name = "fr|en|both", default_value = "both")]
    lang: Language,
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
        let poster = client.get("/api/v1/poster").await?.json().await?;
        let poster: sheet::PosterFacts =
            serde_json::from_value(poster).context("the hub's answer is not what this version expects")?;
        let sheet = sheet::draw(&poster, self.lang)?;
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
