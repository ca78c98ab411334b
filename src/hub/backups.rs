//! Backup record: when the last backup of this hub was made, where it lies and what it holds; the one in the making; and the one
//! that somebody asked for on the page.
//!
//! Told by `fieldhub backup`, which makes them, through `http`; asked by `http`; `cli::serve` waits for what is wanted. The hub
//! itself can neither mount a stick nor write beyond its own directory, so it says that a backup is there only after whoever
//! wrote it has read it back.

use std::path::Path;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use uuid::Uuid;

use super::Hub;
use crate::domain::codes::codes;
use crate::store::PrivateFile;

const FILE: &str = "backups.json";
/// What is asked for begins within a second where anything is there to make it.
const BEGINS: Duration = Duration::from_secs(20);
/// A slow stick that takes a large database, and gives it back.
const SILENT: Duration = Duration::from_secs(10 * 60);
/// Longer words are cut: they are for people to read.
const LONGEST: usize = 500;

codes! {
    /// Why there is no backup. The page has a text for each, in every language (`web/test/codes.test.ts`).
    BackupProblem {
        /// Nobody began: no stick is plugged in, or nothing on this machine makes backups.
        Nobody = "nobody",
        NoStick = "no_stick",
        ReadOnly = "read_only",
        /// The stick is there, and cannot be mounted.
        Mount = "mount",
        NoRoom = "no_room",
        /// What was read back is not what was written.
        NotTheSame = "not_the_same",
        /// The hub's own disk has no room for the copy.
        HubFull = "hub_full",
        /// It was begun, and nothing was heard of it since.
        BrokenOff = "broken_off",
        Other = "other",
    }
}

/// One that was written, flushed and read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    pub at_ms: u64,
    /// As whoever wrote it names it.
    pub file: String,
    /// The label of the stick that it is on; else it is a file somewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stick: Option<String>,
    pub bytes: u64,
    pub audits: u64,
    /// A card that was copied is another hub, and has none yet.
    hub: Uuid,
}

/// The last one that somebody tried since, and why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedBackup {
    pub at_ms: u64,
    /// A word of [`BackupProblem`], or a later version's.
    pub problem: String,
    pub words: String,
}

/// One in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakingBackup {
    /// Nobody has begun it yet.
    pub wanted: bool,
    pub bytes: u64,
    /// What it will have; 0 until the hub has made the copy.
    pub of_bytes: u64,
}

/// What `fieldhub backup` tells of one.
#[derive(Debug, Clone)]
pub enum ToldBackup {
    Going { bytes: u64, of_bytes: u64 },
    Done { file: String, stick: Option<String>, bytes: u64, audits: u64 },
    Failed { problem: String, words: String },
}

/// Where one goes that is asked for on the page, as `cli::serve` has found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupWay {
    /// A directory of the settings, or the stick with this label.
    pub to: BackupTarget,
    /// Whether one is made every day without anybody asking.
    pub daily: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackupTarget {
    Dir(String),
    Stick(String),
}

#[derive(Debug, Clone, Default)]
pub struct BackupReport {
    pub last: Option<LastBackup>,
    /// Not when a later one went well.
    pub failed: Option<FailedBackup>,
    pub making: Option<MakingBackup>,
    pub way: Option<BackupWay>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct KeptBackups {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<LastBackup>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed: Option<FailedBackup>,
    /// A later version's.
    #[serde(flatten)]
    more: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug)]
struct Run {
    /// Whose words count; nothing as long as nobody has begun.
    id: Option<String>,
    heard: Instant,
    bytes: u64,
    of_bytes: u64,
}

#[derive(Debug)]
pub struct Backups {
    file: PrivateFile,
    inner: Mutex<BackupState>,
    wanted: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct BackupState {
    kept: KeptBackups,
    run: Option<Run>,
    way: Option<BackupWay>,
}

impl Backups {
    pub fn open(dir: &Path) -> Self {
        let file = PrivateFile::new(dir, FILE);
        // Nothing known is what is said then; the next backup writes it anew.
        let kept = file.read().unwrap_or_else(|error| {
            tracing::warn!(%error, "what is known of earlier backups cannot be read");
            None
        });
        let inner = BackupState { kept: kept.unwrap_or_default(), ..BackupState::default() };
        Self { file, inner: Mutex::new(inner), wanted: watch::Sender::default() }
    }
}

impl BackupState {
    /// What nobody has begun, or nobody has gone on with, has failed.
    fn settle(&mut self, now_ms: u64) {
        let Some(run) = &self.run else { return };
        let (problem, words) = match run.id {
            None if run.heard.elapsed() > BEGINS => {
                (BackupProblem::Nobody, "nothing on the hub's machine began to make a backup")
            }
            Some(_) if run.heard.elapsed() > SILENT => {
                (BackupProblem::BrokenOff, "the backup was begun, and nothing was heard of it since")
            }
            _ => return,
        };
        let problem = problem.as_str().to_owned();
        self.kept.failed = Some(FailedBackup { at_ms: now_ms, problem, words: words.to_owned() });
        self.run = None;
    }
}

impl Hub {
    pub fn backups(&self) -> BackupReport {
        let hub = self.identity().hub_id;
        let mut inner = self.backups.inner.lock();
        inner.settle(self.clock().now_ms());
        let making = inner.run.as_ref().map(|run| MakingBackup {
            wanted: run.id.is_none(),
            bytes: run.bytes,
            of_bytes: run.of_bytes,
        });
        BackupReport {
            last: inner.kept.last.clone().filter(|last| last.hub == hub),
            failed: inner.kept.failed.clone(),
            making,
            way: inner.way.clone(),
        }
    }

    /// Somebody wants one now. False while there is one in the making.
    pub fn want_backup(&self) -> bool {
        let mut inner = self.backups.inner.lock();
        inner.settle(self.clock().now_ms());
        if inner.run.is_some() {
            return false;
        }
        inner.run = Some(Run { id: None, heard: Instant::now(), bytes: 0, of_bytes: 0 });
        inner.kept.failed = None;
        drop(inner);
        self.backups.wanted.send_modify(|count| *count += 1);
        true
    }

    /// Wakes when one is wanted.
    pub fn wanted_backups(&self) -> watch::Receiver<u64> {
        self.backups.wanted.subscribe()
    }

    pub fn say_backup_way(&self, way: BackupWay) {
        self.backups.inner.lock().way = Some(way);
    }

    /// What whoever makes a backup tells of it; `run` is one of them. Writes a file.
    pub fn backup_told(&self, run: &str, told: ToldBackup) {
        let (hub, now_ms) = (self.identity().hub_id, self.clock().now_ms());
        let mut inner = self.backups.inner.lock();
        inner.settle(now_ms);
        let of_another = inner.run.as_ref().and_then(|run| run.id.as_deref()).is_some_and(|id| id != run);
        match told {
            ToldBackup::Going { bytes, of_bytes } if !of_another => {
                inner.run = Some(Run { id: Some(run.to_owned()), heard: Instant::now(), bytes, of_bytes });
                return;
            }
            ToldBackup::Going { .. } => return,
            ToldBackup::Done { file, stick, bytes, audits } => {
                let last = LastBackup { at_ms: now_ms, file: cut(file), stick, bytes, audits, hub };
                inner.kept.last = Some(last);
                inner.kept.failed = None;
            }
            // The other one goes on.
            ToldBackup::Failed { .. } if of_another => return,
            ToldBackup::Failed { problem, words } => {
                inner.kept.failed =
                    Some(FailedBackup { at_ms: now_ms, problem: cut(problem), words: cut(words) });
            }
        }
        if !of_another {
            inner.run = None;
        }
        if let Err(error) = self.backups.file.replace(&inner.kept) {
            tracing::warn!(%error, "what became of a backup is not known any more after the next start");
        }
    }
}

fn cut(text: String) -> String {
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(id: Option<&str>, heard: Instant) -> BackupState {
        let run = Run { id: id.map(str::to_owned), heard, bytes: 0, of_bytes: 0 };
        BackupState { run: Some(run), ..BackupState::default() }
    }

    #[test]
    fn what_nobody_begins_or_goes_on_with_has_failed() {
        let past = |time: Duration| Instant::now().checked_sub(time + Duration::from_secs(1));
        for (id, time, problem) in [(None, BEGINS, "nobody"), (Some("a"), SILENT, "broken_off")] {
            let mut fresh = state(id, Instant::now());
            fresh.settle(7);
            assert!(fresh.run.is_some() && fresh.kept.failed.is_none());
            let Some(then) = past(time) else { continue };
            let mut stale = state(id, then);
            stale.settle(7);
            assert!(stale.run.is_none());
            assert_eq!(stale.kept.failed.map(|failed| failed.problem).as_deref(), Some(problem));
        }
    }

    #[test]
    fn what_a_later_version_keeps_is_kept() {
        let text = r#"{"last": null, "cloud": {"at_ms": 7}}"#;
        let kept: KeptBackups = serde_json::from_str(text).unwrap();
        assert!(serde_json::to_string(&kept).unwrap().contains(r#""cloud":{"at_ms":7}"#));
    }
}
