//! Health check: whether marks are being kept; what /healthz says. The writer is judged by its work: its last commit, or a
//! probe that goes the way of a mark, and not by whether some file can be written.
//!
//! Fed by the writer's callback and by `Hub::probe`; asked by `http` and, for systemd's watchdog, by `cli`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde::Serialize;

use super::Hub;
use crate::store::{Committed, Medium, StoreError};

const RECENT: Duration = Duration::from_secs(60);
/// An idle hub makes a commit of nothing this often, as a card that cannot be written any more should be noticed
/// before somebody marks. More often would wear it for nothing.
pub const IDLE: Duration = Duration::from_secs(5 * 60);
/// A writer that does not answer in this time is not well: a worn card takes a second.
const ANSWERS: Duration = Duration::from_secs(5);
/// Longer than the slowest card flushes.
const HANGS: Duration = Duration::from_secs(30);
/// Anybody may ask, and a writer that fails opens the database anew at each probe.
const FAILED_PROBES: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub struct Health {
    inner: Mutex<HealthState>,
    /// When a probe that somebody asked for has last failed, and how.
    asking: tokio::sync::Mutex<Option<(Instant, String)>>,
}

#[derive(Debug, Default)]
struct HealthState {
    last_ok: Option<Instant>,
    failing: Option<String>,
    /// The last marks were. A commit of nothing needs no room and shows nothing of that; whether the disk can be written does.
    refused: bool,
    /// When the disk was last tried, and how that went.
    probe: Option<(Instant, Result<(), String>)>,
}

/// The answer of /healthz.
#[derive(Debug, Clone, Serialize)]
pub struct HealthReport {
    pub ok: bool,
    /// How the last commit went.
    pub commit: String,
    /// Whether the disk can be written.
    pub disk: String,
    pub notices: Vec<String>,
}

impl Health {
    pub fn committed(&self, committed: &Committed) {
        self.flushed(&committed.result);
        self.inner.lock().refused = committed.result.is_err();
    }

    /// How a commit went, be there a mark in it or not.
    pub fn flushed(&self, result: &Result<(), StoreError>) {
        let mut inner = self.inner.lock();
        match result {
            Ok(()) => {
                inner.last_ok = Some(Instant::now());
                inner.failing = None;
            }
            Err(error) => inner.failing = Some(error.to_string()),
        }
    }

    /// Whether a commit has succeeded so lately, and none failed since.
    pub fn committed_within(&self, time: Duration) -> bool {
        let inner = self.inner.lock();
        inner.failing.is_none() && inner.last_ok.is_some_and(|at| at.elapsed() < time)
    }

    /// Healthy: the last commit, of marks or of nothing, went well; the disk can be written; and the writer is well as far as
    /// can be told from outside. The disk is tried once a minute at most.
    pub fn report(
        &self,
        medium: &dyn Medium,
        min_free_bytes: u64,
        writer: Result<(), String>,
        notices: Vec<String>,
    ) -> HealthReport {
        let mut inner = self.inner.lock();
        let committed = inner.failing.is_none() && inner.last_ok.is_some_and(|at| at.elapsed() < RECENT);
        let roomy = medium.free_bytes().map_or(true, |free| free >= min_free_bytes);
        let disk = if !roomy {
            Err("full".to_owned())
        } else if writer.is_err() {
            // Where the writer hangs, so would whoever tries the disk.
            Err("not tried".to_owned())
        } else if committed && !inner.refused {
            Ok(())
        } else {
            match &inner.probe {
                // A failed commit is younger news than a try that went well.
                Some((at, result))
                    if inner.failing.is_none()
                        && !inner.refused
                        && at.elapsed() < RECENT
                        && result.is_ok() =>
                {
                    result.clone()
                }
                _ => {
                    let result = medium.probe().map_err(|error| error.to_string());
                    inner.probe = Some((Instant::now(), result.clone()));
                    result
                }
            }
        };
        HealthReport {
            // A failure that is over shows with the next probe: `Hub::checked_health`.
            ok: disk.is_ok() && writer.is_ok() && inner.failing.is_none(),
            commit: match (writer, &inner.failing, committed) {
                (Err(problem), ..) => problem,
                (Ok(()), Some(error), _) => error.clone(),
                (Ok(()), None, true) => "ok".to_owned(),
                (Ok(()), None, false) => "nothing to commit".to_owned(),
            },
            disk: disk.err().unwrap_or_else(|| "ok".to_owned()),
            notices,
        }
    }
}

impl Hub {
    /// As far as it is known without asking the writer.
    pub fn health(&self) -> HealthReport {
        self.report(Ok(()))
    }

    fn report(&self, writer: Result<(), String>) -> HealthReport {
        let (medium, least) = (self.engine.medium(), self.config.min_free_bytes);
        self.health.report(medium, least, writer.and(self.writer_state()), self.notices())
    }

    /// After a probe. It is a real commit when the last one failed, or is long ago.
    pub async fn checked_health(self: &Arc<Self>) -> HealthReport {
        let writer = self.ask_writer().await;
        let hub = Arc::clone(self);
        // The disk may be tried: not on a thread that serves others.
        match tokio::task::spawn_blocking(move || hub.report(writer)).await {
            Ok(report) => report,
            Err(error) => HealthReport {
                ok: false,
                commit: error.to_string(),
                disk: "not tried".to_owned(),
                notices: Vec::new(),
            },
        }
    }

    /// One at a time; and what was said a moment ago holds, unless marks have been taken since.
    async fn ask_writer(&self) -> Result<(), String> {
        let mut failed = self.health.asking.lock().await;
        let last_ok = self.health.inner.lock().last_ok;
        if let Some((at, problem)) = &*failed
            && at.elapsed() < FAILED_PROBES
            && last_ok.is_none_or(|ok| ok < *at)
        {
            return Err(problem.clone());
        }
        // It may have answered too late for another one.
        let said = match tokio::time::timeout(ANSWERS, self.probe(IDLE)).await {
            Ok(probed) => probed.map_err(|error| error.to_string()),
            Err(_) => Err("the writer does not answer".to_owned()),
        };
        *failed = said.as_ref().err().map(|problem| (Instant::now(), problem.clone()));
        said
    }

    fn writer_state(&self) -> Result<(), String> {
        match self.writer.busy() {
            _ if !self.writer.runs() => Err("the writer has ended".to_owned()),
            Some((time, what)) if time > HANGS => {
                Err(format!("the writer has been at {what} for {} s", time.as_secs()))
            }
            _ if !self.engine.is_open() => Err(StoreError::Reopening.to_string()),
            _ => Ok(()),
        }
    }

    /// Answers when the writer does: never, if that hangs. When nothing was committed for `idle`, the answer comes
    /// after a commit that changes nothing.
    pub async fn probe(&self, idle: Duration) -> Result<(), StoreError> {
        let flush = !self.health.committed_within(idle);
        let result = self.writer.probe(flush).await;
        if flush {
            self.health.flushed(&result);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DirMedium;

    #[test]
    fn a_failed_commit_makes_the_disk_be_tried_anew() {
        let dir = tempfile::tempdir().unwrap();
        let medium = DirMedium::new(dir.path());
        let health = Health::default();
        let report = |writer| health.report(&medium, 0, writer, Vec::new());
        assert!(report(Ok(())).ok);
        let ended = report(Err("the writer has ended".to_owned()));
        assert_eq!((ended.ok, ended.commit.as_str()), (false, "the writer has ended"));
        let failed = |result| {
            let (took, oddities) = (Duration::ZERO, Default::default());
            health.committed(&Committed { ops: 0, took, oddities, result });
        };
        failed(Err(StoreError::Failed("EIO".to_owned())));
        let report_now = report(Ok(()));
        assert_eq!(
            (report_now.ok, report_now.disk.as_str()),
            (false, "ok"),
            "a disk that takes a file is no writer"
        );
        failed(Ok(()));
        assert!(report(Ok(())).ok);
        failed(Err(StoreError::DiskFull));
        dir.close().unwrap();
        assert_ne!(report(Ok(())).disk, "ok");
    }
}
