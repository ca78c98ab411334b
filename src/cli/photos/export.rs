//! `fieldhub photos export`: an audit's pictures as files, with a table of what they are. Repeated, it writes what is not there yet.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::Value;

use super::{WhichAudit, count, file, line, list, photos_of, place, text};
use crate::cli::client::{HubClient, full};
use crate::cli::print;
use crate::domain::Token;
use crate::domain::photo::PictureType;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub photos export JALIBAT pictures")]
pub struct PhotosExportCommand {
    #[command(flatten)]
    which: WhichAudit,
    /// Where to; made if it is not there
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// What is on this hub of a photo, the largest first.
const CLASSES: [&str; 3] = ["original", "preview", "thumb"];

impl PhotosExportCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let token = self.which.token(client).await?;
        fs::create_dir_all(&self.dir).with_context(|| self.dir.display().to_string())?;
        let (mut written, mut there, mut lacking) = (0_u64, 0_u64, 0_u64);
        let mut table = String::from("file,of,picture_kind,class,name,caption,taken_at,technician,sha256\n");
        for photo in photos_of(client, &token).await?.iter().filter(|photo| photo["taken_out"].is_null()) {
            let held = |class: &&str| {
                list(photo, "variants").iter().find(|v| v["class"] == **class && v["held"] == true)
            };
            let Some(variant) = CLASSES.iter().find_map(held) else {
                lacking += 1;
                continue;
            };
            let name = file_name(photo, variant);
            table.push_str(&row(&name, photo, variant));
            match self.write(client, &token, &name, variant).await? {
                true => written += 1,
                false => there += 1,
            }
        }
        file::write(&self.dir.join("photos.csv"), full(table.into_bytes())).await?;
        line(&format!("{} written, {there} there already.", count(written, "picture")))?;
        if lacking > 0 {
            bail!("{} of which nothing has reached this hub yet", count(lacking, "photo"));
        }
        Ok(())
    }

    /// Whole or not at all; whether it was not there.
    async fn write(
        &self,
        client: &HubClient,
        token: &Token,
        name: &str,
        variant: &Value,
    ) -> anyhow::Result<bool> {
        let path = self.dir.join(name);
        if is_there(&path, variant) {
            return Ok(false);
        }
        let sha256 = text(variant, "sha256");
        let answer = client.get(&format!("/api/v1/audits/{token}/photos/{sha256}")).await?;
        file::write(&path, answer.checked().await?.body).await?;
        Ok(true)
    }
}

fn is_there(path: &Path, variant: &Value) -> bool {
    fs::symlink_metadata(path)
        .is_ok_and(|there| there.is_file() && Some(there.len()) == variant["bytes"].as_u64())
}

/// `M050-abcdef01.jpg`: what it is of, and the beginning of its hash; so it is the same one each time.
fn file_name(photo: &Value, variant: &Value) -> String {
    let place = place(photo);
    let ending = PictureType::parse(text(variant, "type")).map_or("bin", PictureType::ending);
    let hash = text(variant, "sha256");
    format!("{place}-{}.{ending}", &hash[..hash.len().min(8)])
}

fn row(name: &str, photo: &Value, variant: &Value) -> String {
    let field = |value: &Value, field: &str| cell(value[field].as_str().unwrap_or_default());
    let cells = [
        cell(name),
        cell(&place(photo)),
        field(photo, "picture_kind"),
        field(variant, "class"),
        field(photo, "name"),
        field(photo, "caption"),
        cell(&photo["taken_at_ms"].as_u64().map(|ms| print::time(Some(ms))).unwrap_or_default()),
        field(photo, "technician_name"),
        field(variant, "sha256"),
    ];
    format!("{}\n", cells.join(","))
}

/// Quoted; and nothing that a spreadsheet would run.
fn cell(text: &str) -> String {
    let apostrophe = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{apostrophe}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_tells_what_a_file_is_and_runs_nothing() {
        let photo = json!({ "at": { "module_id": "M050" }, "picture_kind": "el", "caption": "=cmd \"x\"", "technician_name": "Léa" });
        let variant = json!({ "class": "thumb", "sha256": "abcdef0123", "type": "image/jpeg" });
        let name = file_name(&photo, &variant);
        assert_eq!(name, "M050-abcdef01.jpg");
        let row = row(&name, &photo, &variant);
        assert_eq!(
            row,
            "\"M050-abcdef01.jpg\",\"M050\",\"el\",\"thumb\",\"\",\"'=cmd \"\"x\"\"\",\"\",\"Léa\",\"abcdef0123\"\n"
        );
    }
}
