//! Metrics for Prometheus. Fed by the writer's callback and by `http`; read by `GET /metrics`.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use super::status_board::{LinkReport, LinkState};
use crate::domain::Beyond;
use crate::store::{Committed, Oddities};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct StatusLabel {
    pub status: u16,
}

/// Why an operation is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ReasonLabel {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct KindLabel {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfLink {
    upstream: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct StateOfLink {
    upstream: String,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct BytesOfLink {
    upstream: String,
    direction: &'static str,
}

/// What is counted as it fails.
pub type Failures = Counter;

type Of<Label> = Family<Label, Gauge<u64, AtomicU64>>;

/// Looked up on the board when somebody asks.
#[derive(Debug, Default)]
struct Upstreams {
    pending: Of<OfLink>,
    parked: Of<OfLink>,
    left_out: Of<OfLink>,
    last_success: Of<OfLink>,
    state: Of<StateOfLink>,
    bytes: Of<BytesOfLink>,
}

impl Upstreams {
    fn register(&self, registry: &mut Registry) {
        let waits = "What waits for an upstream: modules for a v3.3 cloud, operations for a fieldhub";
        registry.register("upstream_pending", waits, self.pending.clone());
        registry.register("upstream_parked", "Modules that an upstream does not take", self.parked.clone());
        let left_out = "What an upstream tells and nothing can be made of, since the start";
        registry.register("upstream_left_out", left_out, self.left_out.clone());
        let last = "When an upstream last answered, since the epoch; absent until then";
        registry.register_with_unit("upstream_last_success", last, Unit::Seconds, self.last_success.clone());
        registry.register("upstream_state", "1 for the state that an upstream is in", self.state.clone());
        let bytes = "Sent to and received from an upstream today";
        registry.register_with_unit("upstream_today", bytes, Unit::Bytes, self.bytes.clone());
    }

    fn set(&self, reports: &[LinkReport]) {
        // What is gone from the board is gone from here.
        self.pending.clear();
        self.parked.clear();
        self.left_out.clear();
        self.last_success.clear();
        self.state.clear();
        self.bytes.clear();
        for report in reports {
            let upstream = || report.info.name.to_string();
            let of = OfLink { upstream: upstream() };
            self.pending.get_or_create(&of).set(report.pending());
            self.parked.get_or_create(&of).set(report.parked);
            self.left_out.get_or_create(&of).set(report.left_out().rows);
            if let Some(ms) = report.last_success_ms {
                self.last_success.get_or_create(&of).set(ms / 1_000);
            }
            for state in LinkState::ALL {
                let label = StateOfLink { upstream: upstream(), state };
                self.state.get_or_create(&label).set(u64::from(state == report.state.as_str()));
            }
            for (direction, bytes) in [("sent", report.sent_today), ("received", report.received_today)] {
                self.bytes.get_or_create(&BytesOfLink { upstream: upstream(), direction }).set(bytes);
            }
        }
    }
}

#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    commits: Counter,
    commit_failures: Counter,
    ops: Counter,
    ops_refused: Family<ReasonLabel, Counter>,
    ops_restamped: Counter,
    without_room: Family<KindLabel, Counter>,
    commit_seconds: Histogram,
    pub requests: Family<StatusLabel, Counter>,
    pub live: Gauge,
    database_bytes: Gauge<u64, AtomicU64>,
    free_bytes: Gauge<u64, AtomicU64>,
    audits: Gauge,
    pub handshake_failures: Failures,
    upstreams: Upstreams,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("fieldhub");
        let metrics = Self {
            commits: Counter::default(),
            commit_failures: Counter::default(),
            ops: Counter::default(),
            ops_refused: Family::default(),
            ops_restamped: Counter::default(),
            without_room: Family::default(),
            commit_seconds: Histogram::new(exponential_buckets(0.000_25, 2.0, 14)),
            requests: Family::default(),
            live: Gauge::default(),
            database_bytes: Gauge::default(),
            free_bytes: Gauge::default(),
            audits: Gauge::default(),
            handshake_failures: Failures::default(),
            upstreams: Upstreams::default(),
            registry: Registry::default(),
        };
        registry.register("commits", "Transactions on the disk", metrics.commits.clone());
        registry.register("commit_failures", "Transactions that failed", metrics.commit_failures.clone());
        registry.register("ops", "Operations taken into the log", metrics.ops.clone());
        let refused = "Operations that no tablet or hub should send, by reason";
        registry.register("ops_refused", refused, metrics.ops_refused.clone());
        let restamped = "Operations that came with another stamp than they have here";
        registry.register("ops_restamped", restamped, metrics.ops_restamped.clone());
        let without = "Large requests told to come later, as the memory for those in hand is taken: their body, or their answer";
        registry.register("refused_for_room", without, metrics.without_room.clone());
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
        registry.register(
            "tls_handshake_failures",
            "TLS handshakes that failed; a tablet that does not trust the CA is one",
            metrics.handshake_failures.clone(),
        );
        metrics.upstreams.register(&mut registry);
        Self { registry, ..metrics }
    }
}

impl Metrics {
    pub fn committed(&self, committed: &Committed) {
        match &committed.result {
            Ok(()) => {
                self.commits.inc();
                self.ops.inc_by(committed.ops as u64);
                let Oddities { id_conflicts, stamps_out_of_range, restamped, beyond } = committed.oddities;
                for (bound, count) in Beyond::ALL.into_iter().zip(beyond) {
                    self.refused(bound.label(), count);
                }
                self.refused("id_conflict", id_conflicts);
                self.refused("stamp_out_of_range", stamps_out_of_range);
                self.ops_restamped.inc_by(restamped as u64);
                self.commit_seconds.observe(committed.took.as_secs_f64());
            }
            Err(_) => {
                self.commit_failures.inc();
            }
        }
    }

    /// So many operations were refused for this reason.
    pub fn refused(&self, reason: &'static str, count: usize) {
        if count > 0 {
            self.ops_refused.get_or_create(&ReasonLabel { reason }).inc_by(count as u64);
        }
    }

    /// There is no memory for one more large `kind`.
    pub fn refused_for_room(&self, kind: &'static str) {
        self.without_room.get_or_create(&KindLabel { kind }).inc();
    }

    pub fn commits(&self) -> u64 {
        self.commits.get()
    }

    /// Prometheus text, with what is only looked up now.
    pub fn text(&self, (database, free): (u64, u64), audits: usize, links: &[LinkReport]) -> String {
        self.database_bytes.set(database);
        self.free_bytes.set(free);
        self.audits.set(i64::try_from(audits).unwrap_or(i64::MAX));
        self.upstreams.set(links);
        let mut text = String::new();
        if encode(&mut text, &self.registry).is_err() {
            tracing::warn!("the metrics could not be written as text");
        }
        text
    }
}
