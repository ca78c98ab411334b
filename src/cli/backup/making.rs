//! Making of a backup: the hub's copy is written, flushed, read back and compared; the hub is told how far that is and what came of
//! it, for the page.
//!
//! Called by `backup`, and by `serve` when one is wanted on the page; calls `stick`, `shelf` and the hub.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Frame;
use hyper::{Method, header};
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::failure::{code_of, failed};
use super::file;
use super::picture_folder::{self, PicturesOut};
use super::shelf::Shelf;
use super::stick::Stick;
use crate::cli::client::{ClientBody, HubClient, full};
use crate::cli::hub_status::StatusAnswer;
use crate::hub::BackupProblem;

const TELL_EVERY: Duration = Duration::from_millis(500);

/// One that is there.
#[derive(Debug)]
pub struct MadeBackup {
    pub file: PathBuf,
    pub bytes: u64,
    /// Older ones that went for it.
    pub removed: usize,
    /// Pictures that were copied with it, where that was asked for.
    pub pictures: Option<PicturesOut>,
}

/// To a file of this name.
pub async fn to_file(client: &HubClient, file: &Path, photos: bool) -> anyhow::Result<MadeBackup> {
    let making = Making::of(client, None);
    making.tell(async { making.with_pictures(making.to_file(file).await?, photos).await }).await
}

/// Onto the stick with this label, next to earlier ones.
pub async fn to_stick(
    client: &HubClient,
    root: &Path,
    label: &str,
    keep: usize,
    photos: bool,
) -> anyhow::Result<MadeBackup> {
    let making = Making::of(client, Some(label));
    let made = async {
        let stick = Stick::find(root, label)?;
        let written =
            async { making.with_pictures(making.to_dir(stick.dir(), keep).await?, photos).await }.await;
        // Also after a failure; the first reason is the one to tell.
        let left = stick.leave();
        let written = written?;
        left?;
        Ok(written)
    };
    making.tell(made).await
}

/// Into a directory, next to earlier ones.
pub async fn to_dir(client: &HubClient, dir: &Path, keep: usize) -> anyhow::Result<MadeBackup> {
    let making = Making::of(client, None);
    making.tell(making.to_dir(dir, keep)).await
}

struct Making<'c> {
    client: &'c HubClient,
    /// Tells it from others that somebody makes at the same time.
    run: String,
    stick: Option<&'c str>,
    progress: Arc<CopyProgress>,
}

#[derive(Default)]
struct CopyProgress {
    bytes: AtomicU64,
    of_bytes: AtomicU64,
}

impl<'c> Making<'c> {
    fn of(client: &'c HubClient, stick: Option<&'c str>) -> Self {
        let run = uuid::Uuid::new_v4().to_string();
        Self { client, run, stick, progress: Arc::default() }
    }

    /// Tells the hub of it all along. What the hub does not hear, as one of before does not, is no reason to fail.
    async fn tell(
        &self,
        work: impl Future<Output = anyhow::Result<MadeBackup>>,
    ) -> anyhow::Result<MadeBackup> {
        self.say(json!({"state": "going"})).await;
        let status: anyhow::Result<StatusAnswer> = self.client.ask("/api/v1/status").await;
        let audits = status.map_or(0, |status| status.audits);
        let mut work = std::pin::pin!(work);
        let made = loop {
            tokio::select! {
                made = &mut work => break made,
                () = tokio::time::sleep(TELL_EVERY) => {
                    let [bytes, of_bytes] =
                        [&self.progress.bytes, &self.progress.of_bytes].map(|count| count.load(Ordering::Relaxed));
                    self.say(json!({"state": "going", "bytes": bytes, "of_bytes": of_bytes})).await;
                }
            }
        };
        self.say(match &made {
            Ok(made) => {
                json!({"state": "done", "file": made.file, "stick": self.stick, "bytes": made.bytes, "audits": audits})
            }
            Err(error) => {
                json!({"state": "failed", "problem": code_of(error).as_str(), "words": format!("{error:#}")})
            }
        })
        .await;
        made
    }

    async fn say(&self, mut what: Value) {
        what["run"] = json!(self.run);
        let body = full(what.to_string());
        let _ = self.client.request(Method::PUT, "/api/v1/backups/told", "application/json", body).await;
    }

    async fn to_dir(&self, dir: &Path, keep: usize) -> anyhow::Result<MadeBackup> {
        let status: StatusAnswer = self.client.get("/api/v1/status").await?.read().await?;
        let shelf = Shelf::open(dir, status.hub_id.as_deref().unwrap_or_default())?;
        let made_room = shelf.make_room(status.database_bytes)?;
        let made = self.to_file(&shelf.place(status.time_ms.unwrap_or(0))).await?;
        Ok(MadeBackup { removed: made_room + shelf.keep(keep)?, ..made })
    }

    /// After the marks: whatever room is left takes pictures, but for that of the next two copies.
    async fn with_pictures(&self, made: MadeBackup, photos: bool) -> anyhow::Result<MadeBackup> {
        if !photos {
            return Ok(made);
        }
        let dir = picture_folder::beside_backup(&made.file);
        let words = || format!("{} is written; its pictures are not all there", made.file.display());
        let pictures = picture_folder::export(self.client, &dir, made.bytes.saturating_mul(2))
            .await
            .with_context(words)?;
        Ok(MadeBackup { pictures: Some(pictures), ..made })
    }

    /// The file gets its name when what is on its disk is what the hub sent.
    async fn to_file(&self, file: &Path) -> anyhow::Result<MadeBackup> {
        let answer = self.client.get("/api/v1/backup").await?;
        let full = answer.status == 507;
        let answer = answer.checked().await.map_err(|error| match full {
            true => failed(BackupProblem::HubFull, error.to_string()),
            false => error,
        })?;
        let length =
            answer.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        self.progress.of_bytes.store(length.unwrap_or(0), Ordering::Relaxed);
        let sent = Arc::new(Mutex::new(crc32fast::Hasher::new()));
        let body = counted(answer.body, Arc::clone(&sent), Arc::clone(&self.progress));
        let check = |part: &Path| {
            let sent = sent.lock().clone().finalize();
            if file::checksum_on_disk(part)? != sent {
                let words = "what was read back is not what was written: use another stick or card";
                return Err(failed(BackupProblem::NotTheSame, words));
            }
            Ok((true, ()))
        };
        let (bytes, ()) = file::write_checked(file, body, check).await?;
        Ok(MadeBackup { file: file.to_owned(), bytes, removed: 0, pictures: None })
    }
}

fn counted(body: ClientBody, sum: Arc<Mutex<crc32fast::Hasher>>, progress: Arc<CopyProgress>) -> ClientBody {
    body.map_frame(move |frame: Frame<Bytes>| {
        if let Some(data) = frame.data_ref() {
            sum.lock().update(data);
            progress.bytes.fetch_add(data.len() as u64, Ordering::Relaxed);
        }
        frame
    })
    .boxed_unsync()
}
