//! Sending of one picture at a time to the hub (resumable upload): its bytes in steps, from where an import that was broken off has
//! left it, then the photo that names them.
//!
//! Called by `photos import`; calls the hub's API, and `domain::image` for thumbnail and preview. Of a picture no more is in memory
//! than a step, or what its decoder needs, and of one picture at a time.

use std::collections::HashMap;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::anyhow;
use hyper::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::card::CardFile;
use super::{HubClient, full, list, no_body, photos_of, place, text};
use crate::domain::Token;
use crate::domain::image::{self, ReadImage, SmallImage};
use crate::domain::photo::{BlobDigest, BlobHash, PictureType};

/// Bytes of a step, and of a file that are read at a time.
const STEP: usize = 1 << 20;
const PIECE: usize = 128 << 10;
/// Characters of a file's name that a photo keeps.
const LONGEST_NAME: usize = 200;

/// What is wrong with one picture, and keeps none of the others.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct PictureProblem(String);

fn of_this_one(problem: impl Display) -> anyhow::Error {
    PictureProblem(problem.to_string()).into()
}

/// The hub, or the way to it, is what fails: it would with the next one too.
pub fn is_over(error: &anyhow::Error) -> bool {
    error.downcast_ref::<PictureProblem>().is_none()
}

/// What became of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SentPicture {
    New,
    /// New as well: it was in the audit, and somebody took it out.
    Again,
    /// The audit has this very picture; here another module's name than the proposed one, where it is of that.
    Known(Option<String>),
}

/// Where pictures go, and as whose.
pub struct PhotoSender<'h> {
    client: &'h HubClient,
    token: &'h Token,
    kind: &'h str,
    hub_name: String,
    hub_id: String,
    /// Originals that the audit has, and what they are of; `None`: they were taken out.
    known: HashMap<BlobHash, Option<String>>,
}

impl<'h> PhotoSender<'h> {
    pub async fn of(client: &'h HubClient, token: &'h Token, kind: &'h str) -> anyhow::Result<Self> {
        let hub = client.get("/api/v1/hub").await?.json().await?;
        let mut known = HashMap::new();
        for photo in photos_of(client, token).await? {
            let shown = photo["taken_out"].is_null();
            let variants = list(&photo, "variants").iter();
            let originals = variants.filter(|variant| variant["class"] == "original");
            for hash in originals.filter_map(|variant| text(variant, "sha256").parse::<BlobHash>().ok()) {
                let of = known.entry(hash).or_insert(None);
                if shown {
                    *of = Some(place(&photo));
                }
            }
        }
        let (hub_name, hub_id) = (text(&hub, "name").to_owned(), text(&hub, "hub_id").to_owned());
        Ok(Self { client, token, kind, hub_name, hub_id, known })
    }

    /// `at`: what it is of, as a proposal says.
    pub async fn send(&mut self, file: &CardFile, at: &Value) -> anyhow::Result<SentPicture> {
        let path = file.path.clone();
        let (hash, bytes) = tokio::task::spawn_blocking(move || hash_of(&path)).await?.map_err(unread)?;
        let of = place(&json!({ "at": at }));
        let became = match self.known.get(&hash) {
            Some(Some(there)) => return Ok(SentPicture::Known((*there != of).then(|| there.clone()))),
            Some(None) => SentPicture::Again,
            None => SentPicture::New,
        };
        let path = file.path.clone();
        let made = tokio::task::spawn_blocking(move || small_ones(&path)).await??;
        let mut variants = Vec::new();
        let mut original = json!({ "class": "original", "sha256": hash.to_string(), "bytes": bytes, "type": file.kind.as_str() });
        if let Some(made) = made {
            for (class, image) in [("thumb", made.thumb), ("preview", made.preview)] {
                variants.push(self.small(class, image).await?);
            }
            (original["width"], original["height"]) = (made.width.into(), made.height.into());
        }
        self.blob(&file.path, hash, bytes).await?;
        variants.push(original);
        let name = file.name.rsplit('/').next().unwrap_or_default();
        let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
        let mut photo = json!({
            "id": Uuid::now_v7(), "kind": "photo", "at": at, "picture_kind": self.kind, "variants": variants, "name": name,
            "technician_id": "hub", "technician_name": self.hub_name, "device_id": self.hub_id, "marked_at_ms": self.now_ms().await?,
        });
        if let Some(taken_ms) = file.taken_ms {
            photo["taken_at_ms"] = taken_ms.into();
        }
        let body = full(serde_json::to_vec(&json!({ "ops": [photo] }))?);
        let path = format!("/api/v1/audits/{}/ops", self.token);
        let answer = self.client.request(Method::POST, &path, "application/json", body).await?.json().await?;
        let result = &answer["results"][0];
        if result["outcome"] == "refused" {
            let why = result["reason"].as_str().unwrap_or("the hub did not say why").to_owned();
            return Err(if result["code"] == "too_many_photos" { anyhow!(why) } else { of_this_one(why) });
        }
        self.known.insert(hash, Some(of));
        Ok(became)
    }

    /// A picture that was made here, in one step.
    async fn small(&self, class: &str, image: SmallImage) -> anyhow::Result<Value> {
        let hash = BlobHash::of(&image.jpeg);
        let address = format!("/api/v1/audits/{}/photos/{hash}", self.token);
        let bytes = image.jpeg.len();
        let mut from = 0;
        loop {
            let rest = image.jpeg.get(from..).unwrap_or_default().to_vec();
            let answer = self.client.append(&address, from as u64, true, rest).await?;
            let on = offset(&answer.headers).and_then(|on| usize::try_from(on).ok()).filter(|on| *on > from);
            match (answer.status, on) {
                // An import that was broken off has left a part of it.
                (409, Some(on)) => from = on,
                _ => {
                    answer.checked().await?;
                    break;
                }
            }
        }
        Ok(
            json!({ "class": class, "sha256": hash.to_string(), "bytes": bytes, "type": PictureType::Jpeg.as_str(),
            "width": image.width, "height": image.height }),
        )
    }

    /// By the hub's clock: that of this machine may be wrong.
    async fn now_ms(&self) -> anyhow::Result<u64> {
        let hub = self.client.get("/api/v1/hub").await?.json().await?;
        hub["time_ms"].as_u64().ok_or_else(|| anyhow!("the hub did not say what time it is"))
    }

    /// From where the hub has it.
    async fn blob(&self, path: &Path, hash: BlobHash, bytes: u64) -> anyhow::Result<()> {
        let address = format!("/api/v1/audits/{}/photos/{hash}", self.token);
        let answer = self.client.request(Method::HEAD, &address, "", no_body()).await?.checked().await?;
        if answer.status == 200 {
            return Ok(());
        }
        let mut from = offset(&answer.headers).unwrap_or(0);
        // Once it may be told that it goes on elsewhere: somebody else is sending this very picture.
        let mut told = 0;
        loop {
            let piece = read_at(path, from).await?.map_err(unread)?;
            let last = from + piece.len() as u64 >= bytes;
            if piece.is_empty() && from < bytes {
                return Err(of_this_one("it has become shorter while it was read"));
            }
            let sent = piece.len() as u64;
            let answer = self.client.append(&address, from, last, piece).await?;
            if answer.status == 409 && told < 3 {
                told += 1;
                from =
                    offset(&answer.headers).ok_or_else(|| anyhow!("the hub did not say where to go on"))?;
                continue;
            }
            // It is no picture, or became another one: the next may be good.
            if matches!(answer.status, 400 | 413 | 415) {
                return Err(answer
                    .checked()
                    .await
                    .map_or_else(of_this_one, |_| of_this_one("the hub refused it")));
            }
            let answer = answer.checked().await?;
            if answer.status == 200 {
                return Ok(());
            }
            from += sent;
            if last {
                return Err(of_this_one("the hub has all of it, and did not take it"));
            }
        }
    }
}

fn offset(headers: &hyper::HeaderMap) -> Option<u64> {
    headers.get("upload-offset")?.to_str().ok()?.parse().ok()
}

fn unread(error: io::Error) -> anyhow::Error {
    of_this_one(format!("it cannot be read: {error}"))
}

async fn read_at(path: &Path, from: u64) -> anyhow::Result<io::Result<Vec<u8>>> {
    let path = path.to_owned();
    let read = move || {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut piece = Vec::new();
        file.take(STEP as u64).read_to_end(&mut piece)?;
        Ok(piece)
    };
    Ok(tokio::task::spawn_blocking(read).await?)
}

/// Thumbnail and preview; `None` of what is kept as a file, such as HEIC.
fn small_ones(path: &Path) -> anyhow::Result<Option<ReadImage>> {
    let file = File::open(path).map_err(unread)?;
    match image::read_image(&mut BufReader::with_capacity(PIECE, file)) {
        Ok(made) => Ok(Some(made)),
        Err(error) if error.keeps_file() => Ok(None),
        Err(error) => Err(of_this_one(error)),
    }
}

fn hash_of(path: &Path) -> io::Result<(BlobHash, u64)> {
    let mut file = File::open(path)?;
    let (mut digest, mut bytes, mut piece) = (BlobDigest::default(), 0, vec![0; PIECE]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok((digest.finish(), bytes)),
            n => {
                digest.add(&piece[..n]);
                bytes += n as u64;
            }
        }
    }
}
