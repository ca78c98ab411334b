//! Health check: whether marks are being kept; what /healthz says.
//!
//! Fed by the writer's callback and by `Hub::probe`; asked by `http` and, for systemd's watchdog, by `cli`.

use parking_lot::Mutex;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::Hub;
use crate::store::{Committed, Medium, StoreError};

const RECENT: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub struct Health {
    inner: Mutex<HealthState>,
}

#[derive(Debug, Default)]
struct HealthState {
    last_ok: Option<Instant>,
    failing: Option<String>,
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
    pub fn committed(&self, committed: &Committed<'_>) {
        self.flushed(&committed.result);
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

    /// Healthy: a commit succeeded within the last minute and none failed since, or there was
    /// nothing to commit and the disk can be written. The disk is tried once a minute at most.
    pub fn report(&self, medium: &dyn Medium, min_free_bytes: u64, notices: Vec<String>) -> HealthReport {
        let mut inner = self.inner.lock();
        let committed = inner.failing.is_none() && inner.last_ok.is_some_and(|at| at.elapsed() < RECENT);
        let roomy = medium.free_bytes().map_or(true, |free| free >= min_free_bytes);
        let disk = if !roomy {
            Err("full".to_owned())
        } else if committed {
            Ok(())
        } else {
            match &inner.probe {
                // A failed commit is younger news than a try that went well.
                Some((at, result)) if inner.failing.is_none() && at.elapsed() < RECENT && result.is_ok() => {
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
            // A failure that is over (the disk can be written again) shows as soon as it is tried.
            ok: disk.is_ok() && (inner.failing.is_none() || roomy),
            commit: match (&inner.failing, committed) {
                (Some(error), _) => error.clone(),
                (None, true) => "ok".to_owned(),
                (None, false) => "nothing to commit".to_owned(),
            },
            disk: disk.err().unwrap_or_else(|| "ok".to_owned()),
            notices,
        }
    }
}

impl Hub {
    /// What somebody should read: in /healthz and on the page.
    pub fn notices(&self) -> Vec<String> {
        let mut notices: Vec<String> = self
            .engine
            .damaged_files()
            .into_iter()
            .map(|file| {
                format!(
                    "A damaged database was set aside as {file}. The hub continued from its newest \
                     snapshot, and tablets send again what they have. Keep the file for support, then \
                     delete it."
                )
            })
            .collect();
        if self.engine.medium().free_bytes().is_ok_and(|free| free < self.config.min_free_bytes) {
            notices.push(
                "The hub's disk is full: marks wait on the tablets. Free some space on the hub.".to_owned(),
            );
        }
        notices.extend(self.crew.as_ref().and_then(|crew| crew.notice()));
        notices.extend(self.twin_notices());
        notices.extend(self.said());
        notices
    }

    pub fn health(&self) -> HealthReport {
        self.health.report(self.engine.medium(), self.config.min_free_bytes, self.notices())
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
        assert!(health.report(&medium, 0, Vec::new()).ok);
        dir.close().unwrap();
        let result = Err(StoreError::DiskFull);
        health.committed(&Committed {
            tokens: &[],
            ops: 0,
            took: Duration::ZERO,
            oddities: Default::default(),
            result,
        });
        assert!(!health.report(&medium, 0, Vec::new()).ok);
    }
}
