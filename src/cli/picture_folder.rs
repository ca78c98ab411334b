//! Pictures beside a bundle or a backup (content-addressed files): a folder on a stick, each picture under its hash, in folders of the
//! first two digits, as FAT holds some ten thousand such names in one. No file is larger than 256 MiB.
//!
//! Called by `bundle`, `backup` and `restore`; calls the hub by its API. What is there with the right size and hash is not written
//! again, and what the hub holds is not read again: so either may be broken off and repeated.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use http_body_util::BodyExt;
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::client::HubClient;
use super::file;
use super::photos::{list, photos_of, text};
use super::print::{self, count};
use crate::domain::Token;
use crate::domain::photo::{BlobDigest, BlobHash, CLASSES};

/// Bytes that are sent at a time.
const STEP: u64 = 1 << 20;

/// Named by the bundle: `van.fhbundle.photos`.
pub fn beside_bundle(bundle: &Path) -> PathBuf {
    let mut name = bundle.as_os_str().to_owned();
    name.push(".photos");
    name.into()
}

/// One for all backups in a directory: a picture lies there once.
pub fn beside_backup(backup: &Path) -> PathBuf {
    backup.parent().unwrap_or(Path::new("")).join("fieldhub-photos")
}

fn place(dir: &Path, hash: &str) -> PathBuf {
    dir.join(&hash[..2]).join(hash)
}

/// What an export came to.
#[derive(Debug, Default)]
pub struct PicturesOut {
    pub written: u64,
    pub bytes: u64,
    pub there: u64,
    /// This hub does not hold them, or not as they should be.
    pub lacking: u64,
}

impl PicturesOut {
    pub fn json(&self) -> Value {
        json!({ "written": self.written, "bytes": self.bytes, "there": self.there, "lacking": self.lacking })
    }

    /// `None`: there are no photos.
    pub fn said(&self, dir: &Path) -> Option<String> {
        if self.written + self.there + self.lacking == 0 {
            return None;
        }
        let (written, bytes) = (count(self.written, "picture"), print::bytes(self.bytes));
        let lacking = match self.lacking {
            0 => String::new(),
            lacking => {
                format!("; {} not on this hub, see `fieldhub photos verify`", count(lacking, "picture"))
            }
        };
        let there = self.there;
        Some(format!("{}: {written} written ({bytes}), {there} there already{lacking}", dir.display()))
    }
}

/// All pictures of all audits into the folder, as long as so many bytes stay free there.
pub async fn export(client: &HubClient, dir: &Path, keep_free: u64) -> anyhow::Result<PicturesOut> {
    let audits = client.get("/api/v1/audits").await?.json().await?;
    let (mut out, mut seen) = (PicturesOut::default(), std::collections::HashSet::new());
    for audit in list(&audits, "audits") {
        let token = Token::parse(text(audit, "token"))?;
        for photo in photos_of(client, &token).await? {
            for variant in list(&photo, "variants") {
                let Ok(hash) = text(variant, "sha256").parse::<BlobHash>() else { continue };
                if !seen.insert(hash) {
                    continue;
                }
                if variant["held"] != true {
                    // What was taken out goes after 30 days, and nobody misses it.
                    out.lacking += u64::from(photo["taken_out"].is_null());
                    continue;
                }
                let bytes = variant["bytes"].as_u64().unwrap_or(0);
                let room = keep_free.saturating_add(bytes);
                let written = write(client, &token, dir, hash, room).await.with_context(|| {
                    let done = count(out.written + out.there, "picture");
                    format!("{done} of them are in {}; typed again, this goes on from there", dir.display())
                })?;
                match written {
                    WrittenPicture::New(bytes) => {
                        (out.written, out.bytes) = (out.written + 1, out.bytes + bytes)
                    }
                    WrittenPicture::There => out.there += 1,
                    WrittenPicture::Lacking => out.lacking += 1,
                }
            }
        }
    }
    Ok(out)
}

enum WrittenPicture {
    New(u64),
    There,
    Lacking,
}

async fn write(
    client: &HubClient,
    token: &Token,
    dir: &Path,
    hash: BlobHash,
    room: u64,
) -> anyhow::Result<WrittenPicture> {
    let name = hash.to_string();
    let path = place(dir, &name);
    if matches!(hash_on_disk(&path), Ok(there) if there == hash) {
        return Ok(WrittenPicture::There);
    }
    let answer = client.get(&format!("/api/v1/audits/{token}/photos/{name}")).await?;
    if answer.status == 404 {
        return Ok(WrittenPicture::Lacking);
    }
    let answer = answer.checked().await?;
    fs::create_dir_all(path.parent().unwrap_or(dir)).with_context(|| dir.display().to_string())?;
    let disk = rustix::fs::statvfs(dir).with_context(|| dir.display().to_string())?;
    if disk.f_bavail.saturating_mul(disk.f_frsize) < room {
        bail!("no room is left for more pictures: use a larger stick, or delete what is not needed on it");
    }
    let sent = Arc::new(Mutex::new(BlobDigest::default()));
    let digest = Arc::clone(&sent);
    let body = answer.body.map_frame(move |frame| {
        if let Some(data) = frame.data_ref() {
            digest.lock().add(data);
        }
        frame
    });
    // It gets its name when what lies on the stick is what it is called.
    let check = |part: &Path| {
        // Damaged on this hub: another one may have it, and the rest goes on.
        if sent.lock().clone().finish() != hash {
            return Ok((false, ()));
        }
        if hash_on_disk(part)? != hash {
            bail!("what was read back is not what was written: use another stick or card");
        }
        Ok((true, ()))
    };
    let (bytes, ()) = file::write_checked(&path, body.boxed_unsync(), check).await?;
    Ok(if bytes == 0 { WrittenPicture::Lacking } else { WrittenPicture::New(bytes) })
}

/// What lies there, read from the disk and not from memory.
fn hash_on_disk(path: &Path) -> io::Result<BlobHash> {
    let mut file = File::open(path)?;
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    let (mut digest, mut piece) = (BlobDigest::default(), vec![0; 64 << 10]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(digest.finish()),
            read => digest.add(&piece[..read]),
        }
    }
}

/// What an import came to.
#[derive(Debug, Default)]
pub struct PicturesIn {
    pub taken: u64,
    pub bytes: u64,
    /// Their files are not what they are called.
    pub damaged: Vec<PathBuf>,
    /// The hub lacks them, and so does the folder.
    pub lacking: u64,
}

impl PicturesIn {
    pub fn json(&self) -> Value {
        let damaged: Vec<_> = self.damaged.iter().map(|file| file.display().to_string()).collect();
        json!({ "taken": self.taken, "bytes": self.bytes, "damaged": damaged, "lacking": self.lacking })
    }

    /// `None`: nothing was missing here.
    pub fn said(&self, dir: &Path) -> Option<String> {
        if self.taken + self.lacking == 0 && self.damaged.is_empty() {
            return None;
        }
        let (taken, bytes) = (count(self.taken, "picture"), print::bytes(self.bytes));
        let lacking = match self.lacking {
            0 => String::new(),
            lacking => format!("; {} neither there nor here", count(lacking, "picture")),
        };
        Some(format!("{}: {taken} taken in ({bytes}){lacking}", dir.display()))
    }

    /// Damaged ones keep none of the others, and are no success.
    pub fn whole(&self) -> anyhow::Result<()> {
        let Some(one) = self.damaged.first() else { return Ok(()) };
        let damaged = count(self.damaged.len() as u64, "picture");
        bail!("{damaged} damaged on the stick and not taken in, the others were: {}, ...", one.display())
    }
}

/// What the hub lacks of its audits' pictures and the folder has; `None`: there is no such folder.
pub async fn import(client: &HubClient, dir: &Path) -> anyhow::Result<Option<PicturesIn>> {
    if !dir.is_dir() {
        return Ok(None);
    }
    let audits = client.get("/api/v1/audits").await?.json().await?;
    let mut into = PicturesIn::default();
    for audit in list(&audits, "audits") {
        let token = Token::parse(text(audit, "token"))?;
        for (class, _) in CLASSES {
            let mut after = 0;
            loop {
                let path = format!("/api/v1/peer/{token}/photos?class={class}&after={after}&limit=1000");
                let page = client.get(&path).await?.json().await?;
                for lacking in list(&page, "lacking") {
                    let Ok(hash) = text(lacking, "sha256").parse() else { continue };
                    let have = lacking["have"].as_u64().unwrap_or(0);
                    take(client, &token, &place(dir, text(lacking, "sha256")), hash, have, &mut into).await?;
                }
                match page["next"].as_u64() {
                    Some(next) => after = next,
                    None => break,
                }
            }
        }
    }
    Ok(Some(into))
}

async fn take(
    client: &HubClient,
    token: &Token,
    path: &Path,
    hash: BlobHash,
    have: u64,
    into: &mut PicturesIn,
) -> anyhow::Result<()> {
    let bytes = match hash_on_disk(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            into.lacking += 1;
            return Ok(());
        }
        // A bad sector, or another file under its name.
        Ok(found) if found == hash => path.metadata().with_context(|| path.display().to_string())?.len(),
        _ => {
            into.damaged.push(path.to_owned());
            return Ok(());
        }
    };
    let mut at = have.min(bytes);
    let mut file = File::open(path).with_context(|| path.display().to_string())?;
    loop {
        let mut step = vec![0; usize::try_from((bytes - at).min(STEP)).unwrap_or(0)];
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(&mut step))
            .with_context(|| path.display().to_string())?;
        let last = at + step.len() as u64 == bytes;
        let address = format!("/api/v1/audits/{token}/photos/{hash}");
        let answer = client.append(&address, at, last, step).await?;
        let status = answer.status;
        let offset = answer.headers.get("upload-offset").and_then(|at| at.to_str().ok()?.parse::<u64>().ok());
        match (status, offset) {
            (200, _) => break,
            (204, Some(next)) => at = next,
            // A tablet sends the same one, or what was here went wrong: from where it says, or another time.
            (409, Some(next)) if next != at && next <= bytes => at = next,
            _ => {
                let done = count(into.taken, "picture");
                let words = || format!("{}: {done} taken in; typed again, this goes on", path.display());
                answer.checked().await.with_context(words)?;
                return Ok(());
            }
        }
    }
    (into.taken, into.bytes) = (into.taken + 1, into.bytes + bytes);
    Ok(())
}
