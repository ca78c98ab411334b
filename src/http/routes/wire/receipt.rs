//! Receipt as JSON (upload progress): how much of an audit is in the cloud.
//!
//! Part of each summary, and sent by the live feed; read from the hub's status board.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::Token;
use crate::hub::Hub;

/// How much of an audit is in the cloud: every upstream that takes it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Cloud {
    /// The log that `seq` and `shown` count in.
    pub log_id: Uuid,
    /// Everything up to here is there, notes, marks that lost and history too, but for marks of parked modules: tablets
    /// need not keep it. 0 where only v3.3 clouds take the audit.
    pub seq: u64,
    /// What modules show by marks up to here is there, but for parked modules.
    pub shown: u64,
    /// `everything`, or `shown`: only what each module shows, as v3.3 clouds do.
    #[schema(value_type = String)]
    pub holds: &'static str,
    /// What waits: modules for a v3.3 cloud, operations for a fieldhub; the most of all upstreams.
    pub pending: u64,
    /// What has gone up since the hub's start, counted as `pending` is: a bar is made of this, and of no fall of `pending`.
    pub sent: u64,
    /// Modules whose last mark is after `shown`, and that need not go up: marked and taken back before any upstream heard of it,
    /// or sent out of turn. Left empty where there are more than 500.
    pub settled: Vec<String>,
    /// Modules whose last mark is not after `shown`, and that wait: parked ones that somebody has tried again.
    pub lacking: Vec<String>,
    /// Modules that an upstream does not take.
    pub parked: Vec<String>,
}

/// They go with each word of the receipt.
const MOST_SETTLED: usize = 500;

impl Cloud {
    /// Of positions in the log of this id.
    pub fn of(hub: &Hub, token: &Token, log_id: Uuid) -> Option<Self> {
        hub.receipt(token, log_id).map(|receipt| Self {
            log_id,
            seq: receipt.whole(),
            shown: receipt.shown,
            holds: receipt.holds.as_str(),
            pending: receipt.pending,
            sent: receipt.sent,
            settled: if receipt.settled.len() > MOST_SETTLED {
                Vec::new()
            } else {
                receipt.settled.keys().map(ToString::to_string).collect()
            },
            lacking: receipt.lacking.iter().map(ToString::to_string).collect(),
            parked: receipt.parked.iter().map(ToString::to_string).collect(),
        })
    }
}
