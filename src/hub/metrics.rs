//! Numbers for Prometheus. Fed by the writer's callback and by `http`; read by `GET /metrics`.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::store::Committed;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Status {
    pub status: u16,
}

#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    commits: Counter,
    commit_failures: Counter,
    ops: Counter,
    commit_seconds: Histogram,
    pub requests: Family<Status, Counter>,
    pub live: Gauge,
    database_bytes: Gauge<u64, AtomicU64>,
    free_bytes: Gauge<u64, AtomicU64>,
    audits: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("fieldhub");
        let metrics = Self {
            commits: Counter::default(),
            commit_failures: Counter::default(),
            ops: Counter::default(),
            commit_seconds: Histogram::new(exponential_buckets(0.000_25, 2.0, 14)),
            requests: Family::default(),
            live: Gauge::default(),
            database_bytes: Gauge::default(),
            free_bytes: Gauge::default(),
            audits: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("commits", "Transactions on the disk", metrics.commits.clone());
        registry.register("commit_failures", "Transactions that failed", metrics.commit_failures.clone());
        registry.register("ops", "Operations taken into the log", metrics.ops.clone());
        registry.register_with_unit(
            "commit",
            "Time of one transaction with its flush",
            Unit::Seconds,
            metrics.commit_seconds.clone(),
        );
        registry.register("http_requests", "Requests answered, by status", metrics.requests.clone());
        registry.register("live_streams", "Live feeds open", metrics.live.clone());
        registry.register_with_unit(
            "database",
            "Size of the database file",
            Unit::Bytes,
            metrics.database_bytes.clone(),
        );
        registry.register_with_unit("disk_free", "Free on its disk", Unit::Bytes, metrics.free_bytes.clone());
        registry.register("audits", "Audits on this hub", metrics.audits.clone());
        Self { registry, ..metrics }
    }
}

impl Metrics {
    pub fn committed(&self, committed: &Committed<'_>) {
        match &committed.result {
            Ok(()) => {
                self.commits.inc();
                self.ops.inc_by(committed.ops as u64);
                self.commit_seconds.observe(committed.took.as_secs_f64());
            }
            Err(_) => {
                self.commit_failures.inc();
            }
        }
    }

    pub fn commits(&self) -> u64 {
        self.commits.get()
    }

    /// Prometheus text, with what is only looked up now.
    pub fn text(&self, (database, free): (u64, u64), audits: usize) -> String {
        self.database_bytes.set(database);
        self.free_bytes.set(free);
        self.audits.set(i64::try_from(audits).unwrap_or(i64::MAX));
        let mut text = String::new();
        if encode(&mut text, &self.registry).is_err() {
            tracing::warn!("the metrics could not be written as text");
        }
        text
    }
}
