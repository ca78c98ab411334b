//! Folder of a report (resumable export): every form of it, and all pictures under names that say where they were taken. Repeated, it
//! writes what is not there yet; no file in it is a database, and none is larger than its picture.
//!
//! Called by `report`; calls the hub for each file.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::Value;

use super::Asked;
use crate::cli::client::{HubClient, full};
use crate::cli::file;
use crate::cli::print::{count, line};
use crate::domain::Token;

/// Where the pictures are, within it.
pub const PICTURES: &str = "pictures";

/// Of what is on this hub of a picture the most.
const CLASSES: [&str; 3] = ["original", "preview", "thumb"];

pub(super) async fn write(
    client: &HubClient,
    token: &Token,
    asked: &Asked,
    dir: &Path,
) -> anyhow::Result<()> {
    fs::create_dir_all(dir.join(PICTURES)).with_context(|| dir.display().to_string())?;
    let json = client.get(&asked.form("json")).await?.checked().await?.bytes().await?;
    let report: Value = serde_json::from_slice(&json).context("the hub's answer is no report")?;
    file::write(&dir.join("report.json"), full(json)).await?;
    for format in ["pdf", "html", "xlsx", "csv"] {
        let answer = client.get(&asked.form(format)).await?.checked().await?;
        file::write(&dir.join(format!("report.{format}")), answer.body).await?;
    }
    let (mut written, mut there, mut lacking) = (0, 0, 0);
    for photo in report["photos"].as_array().into_iter().flatten() {
        match picture(client, token, photo, &dir.join(PICTURES)).await? {
            Some(true) => written += 1,
            Some(false) => there += 1,
            None => lacking += 1,
        }
    }
    line(&format!("{}: {} written, {there} there already.", dir.display(), count(written, "picture")))?;
    if lacking > 0 {
        bail!("{} of which nothing has reached this hub yet", count(lacking, "picture"));
    }
    Ok(())
}

/// Whether it was written; `None`: nothing of it is here.
async fn picture(
    client: &HubClient,
    token: &Token,
    photo: &Value,
    dir: &Path,
) -> anyhow::Result<Option<bool>> {
    let variants = photo["variants"].as_array().map(Vec::as_slice).unwrap_or_default();
    for variant in CLASSES.iter().filter_map(|class| variants.iter().find(|v| v["class"] == *class)) {
        let path = dir.join(file_name(photo, variant));
        let there = fs::symlink_metadata(&path);
        if there.is_ok_and(|there| there.is_file() && Some(there.len()) == variant["bytes"].as_u64()) {
            return Ok(Some(false));
        }
        let sha256 = variant["sha256"].as_str().unwrap_or_default();
        let answer = client.get(&format!("/api/v1/audits/{token}/photos/{sha256}")).await?;
        if answer.status == 404 {
            continue;
        }
        file::write(&path, answer.checked().await?.body).await?;
        return Ok(Some(true));
    }
    Ok(None)
}

/// `S03-P12-M050-1.jpg`.
pub fn file_name(photo: &Value, variant: &Value) -> String {
    let ending = match variant["type"].as_str().unwrap_or_default() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/tiff" => "tif",
        _ => "heic",
    };
    format!("{}.{ending}", photo["name"].as_str().unwrap_or("picture"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_picture_is_named_by_its_place() {
        let photo = json!({ "name": "S03-P12-M050-1" });
        assert_eq!(file_name(&photo, &json!({ "type": "image/jpeg" })), "S03-P12-M050-1.jpg");
        assert_eq!(file_name(&photo, &json!({ "type": "image/tiff" })), "S03-P12-M050-1.tif");
    }
}
