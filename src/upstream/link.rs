//! One upstream as the rounds see it. Status codes (401, 429, 503 with its Retry-After) are judged here: try again,
//! pause, refused. Calls are counted, paced and judged, and why a round ends early.
//!
//! Made by `start`, used by `run`, `v33` and `peer`; calls `client`, `meter` and the hub.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hyper::StatusCode;
use parking_lot::Mutex;
use tokio::time::sleep;

use super::client::{Client, Request, UpstreamResponse};
use super::ledger::Ledger;
use super::meter::{DayUsage, Meter};
use super::photo_rules::account;
use crate::domain::{LinkName, Token};
use crate::hub::{ByClass, Hub, LinkHandle, LinkKind, LinkReason, ReasonCode};
use crate::store::StoreError;

/// How often things are done that nobody waits for.
#[derive(Debug, Clone, Copy)]
pub struct Intervals {
    /// Reading an audit where something is going on.
    pub busy: Duration,
    /// And one where nothing is.
    pub quiet: Duration,
    /// While sending, what is there is read again as far back as rows come late, this often.
    pub reread: Duration,
    /// Nothing is sent to a v3.3 cloud that was read longer ago than this: somebody may have marked the module there.
    pub fresh: Duration,
    pub heartbeat: Duration,
    pub technicians: Duration,
    /// After a mark, others are waited for this long, so that a burst is one round.
    pub gather: Duration,
    /// When somebody wants to know now, and a round is under way on whose connections nothing has moved for so long, its
    /// calls are given up and made anew. Longer than the far side of a satellite takes.
    pub stuck: Duration,
}

impl Default for Intervals {
    fn default() -> Self {
        Self {
            busy: Duration::from_secs(5),
            quiet: Duration::from_secs(60),
            reread: Duration::from_secs(5),
            fresh: Duration::from_secs(1),
            heartbeat: Duration::from_secs(10),
            technicians: Duration::from_secs(15),
            gather: Duration::from_millis(250),
            stuck: Duration::from_secs(5),
        }
    }
}

/// Why a round ends before its work is done.
#[derive(Debug)]
pub enum Stop {
    /// Something that passes: try again, after what the upstream asked for.
    Retry {
        why: LinkReason,
        after: Option<Duration>,
    },
    /// It failed over this (500): over one audit, or one mark, perhaps. The others are tried.
    Trouble {
        why: LinkReason,
    },
    /// Somebody has to do something about it.
    Paused {
        why: LinkReason,
    },
    /// Not now: the day's budget is used up, or it is not the hour. Goes on after this long.
    Later {
        why: LinkReason,
        after: Duration,
    },
    /// The upstream does not take this, and never will as it is.
    Refused {
        status: StatusCode,
        why: String,
        answer: Box<UpstreamResponse>,
    },
    Store(StoreError),
}

impl Stop {
    /// Why, where it ends the whole round.
    pub fn reason(&self) -> LinkReason {
        match self {
            Stop::Retry { why, .. }
            | Stop::Trouble { why }
            | Stop::Paused { why }
            | Stop::Later { why, .. } => why.clone(),
            Stop::Refused { .. } => LinkReason::new(ReasonCode::RefusesAudit, self.to_string()),
            Stop::Store(_) => LinkReason::new(ReasonCode::Here, self.to_string()),
        }
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Stop::Store(error)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Retry { why, .. }
            | Stop::Trouble { why }
            | Stop::Paused { why }
            | Stop::Later { why, .. } => why.fmt(f),
            Stop::Refused { status, why, .. } => write!(f, "it answered {}: {why}", status.as_u16()),
            Stop::Store(error) => error.fmt(f),
        }
    }
}

/// What pictures of a class may do now.
#[derive(Debug, Clone, Copy)]
pub struct PictureLeave {
    pub class: usize,
    /// So many bytes.
    pub left: u64,
    /// Only what one of the two sides had and lost.
    pub only_lost: bool,
}

/// One upstream.
pub struct UpstreamLink {
    pub name: LinkName,
    pub kind: LinkKind,
    pub hub: Arc<Hub>,
    pub board: LinkHandle,
    pub intervals: Intervals,
    pub presence: bool,
    /// Answers that made sense, since the hub's start.
    pub(super) answers: AtomicU64,
    /// Set once its files are there.
    pub(super) client: OnceLock<Client>,
    pub(super) meter: Mutex<Meter>,
    /// Of pictures, one for each class.
    pub(super) photo_meters: Mutex<ByClass<Meter>>,
    pub(super) ledger: Arc<Ledger>,
    /// Audits that go up; `None` for all.
    pub(super) only: Option<BTreeSet<Token>>,
}

impl fmt::Debug for UpstreamLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("name", &self.name).finish_non_exhaustive()
    }
}

impl UpstreamLink {
    /// Audits of this hub that go to this upstream.
    pub fn audits(&self) -> Vec<Token> {
        let mut tokens = self.hub.tokens();
        tokens.retain(|token| self.takes(token));
        tokens
    }

    pub fn takes(&self, token: &Token) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(token))
    }

    /// Whether it is an hour for sending marks; else when it is.
    pub fn may_push(&self) -> Result<(), Stop> {
        let now_ms = self.hub.clock().now_ms();
        let opens = self.meter.lock().may_push(now_ms);
        opens.map_err(|opens_ms| Stop::Later {
            why: LinkReason::new(ReasonCode::Hours, "it sends at its set hours only"),
            after: Duration::from_millis(opens_ms.saturating_sub(now_ms)),
        })
    }

    /// Whether this upstream costs by the byte.
    pub fn is_metered(&self) -> bool {
        self.meter.lock().is_limited()
    }

    /// Whether pictures of this class may travel now, and how many bytes of them. Of a class that is off, what one side had and lost
    /// still does: off is for what is copied, and not for what is mended.
    pub fn may_travel(&self, class: usize) -> Result<PictureLeave, (LinkReason, Duration)> {
        let now_ms = self.hub.clock().now_ms();
        let later = |code, words, ms: u64| {
            (LinkReason::new(code, words), Duration::from_millis(ms.saturating_sub(now_ms)))
        };
        let mut meters = self.photo_meters.lock();
        let Some(meter) = meters.get_mut(class) else {
            return Err(later(ReasonCode::NoPhotos, "no such class of pictures", u64::MAX));
        };
        let only_lost = meter.budget() == Some(0);
        let mut whole = self.meter.lock();
        let hours = whole.may_push(now_ms).and_then(|()| meter.may_push(now_ms));
        let hours = hours.map_err(|ms| later(ReasonCode::Hours, "pictures go at their set hours only", ms));
        let left = if only_lost { Ok(None) } else { meter.may_spend(now_ms) };
        let spend = left.and_then(|left| {
            whole.may_spend_aside(now_ms)?;
            Ok(left.unwrap_or(u64::MAX))
        });
        let spend =
            spend.map_err(|ms| later(ReasonCode::Budget, "what pictures may cost today is used up", ms));
        hours.and(spend).map(|left| PictureLeave { class, left, only_lost })
    }

    /// A call for a picture: what its answer means depends on the picture, but for who may not come in.
    pub async fn call_for_picture(&self, class: usize, request: Request) -> Result<UpstreamResponse, Stop> {
        let before = self.passed();
        let answered = self.exchange(request).await;
        let (sent, received) = self.passed();
        let now_ms = self.hub.clock().now_ms();
        if let Some(meter) = self.photo_meters.lock().get_mut(class) {
            meter.spent(sent.saturating_sub(before.0), received.saturating_sub(before.1), now_ms);
        }
        let answer = answered?;
        match answer.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => judge(answer),
            _ => Ok(answer),
        }
    }

    /// One call, with a good answer or why there is none.
    pub async fn call(&self, request: Request) -> Result<UpstreamResponse, Stop> {
        judge(self.exchange(request).await?)
    }

    async fn exchange(&self, request: Request) -> Result<UpstreamResponse, Stop> {
        self.may_spend()?;
        let Some(client) = self.client.get() else {
            let why = LinkReason::new(ReasonCode::Settings, "what it is called with is not there yet");
            return Err(Stop::Paused { why });
        };
        let answered = client.send(request).await;
        self.count();
        let answer = match answered {
            Ok(answer) => answer,
            Err(error) => {
                let why = LinkReason::new(error.code(), error.to_string());
                return Err(Stop::Retry { why, after: None });
            }
        };
        if let Some(told_ms) = answer.told_ms {
            self.hub.clock().told_by_upstream(told_ms);
        }
        Ok(answer)
    }

    /// Bytes that went and came, in all.
    fn passed(&self) -> (u64, u64) {
        self.client.get().map(Client::bytes).unwrap_or_default()
    }

    /// Another call has a connection of its own.
    pub fn forget_connections(&self) {
        if let Some(client) = self.client.get() {
            client.forget_connections();
        }
    }

    /// Returns when nothing has moved for that time, on any connection.
    pub async fn still_for(&self, time: Duration) {
        let mut passed = self.passed();
        loop {
            sleep(time).await;
            let now = self.passed();
            if now == passed {
                return;
            }
            passed = now;
        }
    }

    /// What came was what such an upstream says, and not some page with a good status.
    pub fn answered(&self) {
        self.answers.fetch_add(1, Ordering::Relaxed);
    }

    /// How often that was so.
    pub fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    fn may_spend(&self) -> Result<(), Stop> {
        let now_ms = self.hub.clock().now_ms();
        let spend = self.meter.lock().may_spend(now_ms);
        spend.map(drop).map_err(|until_ms| Stop::Later {
            why: LinkReason::new(ReasonCode::Budget, "the day's budget of bytes is used up"),
            after: Duration::from_millis(until_ms.saturating_sub(now_ms)),
        })
    }

    /// What this link has cost is known after a restart, where it costs by the byte.
    pub async fn write_down(&self, at_once: bool) {
        let mut days = Vec::new();
        let mut note = |account, meter: &Meter| {
            if meter.is_limited() {
                days.push((account, meter.today()));
            }
        };
        note(self.name.to_string(), &self.meter.lock());
        for (class, meter) in self.photo_meters.lock().iter().enumerate() {
            // Those that never travel cost nothing.
            if meter.budget() != Some(0) && meter.today() != DayUsage::default() {
                note(account(&self.name, class), meter);
            }
        }
        if days.is_empty() {
            return;
        }
        let ledger = Arc::clone(&self.ledger);
        if let Err(error) = tokio::task::spawn_blocking(move || ledger.note(days, at_once)).await {
            tracing::warn!(%error, "what a metered link cost could not be written down");
        }
    }

    /// Calls run side by side: what passed since is counted by whoever asks first, and once.
    fn count(&self) {
        let now_ms = self.hub.clock().now_ms();
        let mut meter = self.meter.lock();
        let (sent, received) = self.passed();
        let (sent_today, received_today) = meter.has_passed(sent, received, now_ms);
        self.board.set_bytes_today(sent_today, received_today);
    }
}

/// What an answer means to every kind of upstream.
pub fn judge(answer: UpstreamResponse) -> Result<UpstreamResponse, Stop> {
    let status = answer.status;
    if status.is_success() {
        return Ok(answer);
    }
    let said = said(&answer.body);
    let why =
        said.clone().unwrap_or_else(|| status.canonical_reason().unwrap_or("no reason given").to_owned());
    Err(match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Stop::Paused {
            why: LinkReason::new(
                ReasonCode::LetsNobodyIn,
                format!(
                    "it does not let this hub in ({}: {why}): check the token of this upstream, then sync again",
                    status.as_u16()
                ),
            ),
        },
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => Stop::Retry {
            why: LinkReason::new(
                ReasonCode::AsksToWait,
                format!("it asked to wait ({}: {why})", status.as_u16()),
            ),
            after: answer.retry_after(),
        },
        status if status.is_client_error() => Stop::Refused { status, why, answer: Box::new(answer) },
        status if status.is_server_error() => {
            let after = answer.retry_after();
            let why = format!("it is in trouble ({}: {why})", status.as_u16());
            let why = LinkReason::new(ReasonCode::InTrouble, why);
            // Gateways, a hub that is busy or full: of all that is sent there.
            let whole = matches!(status.as_u16(), 502..=504 | 507 | 508 | 511) || after.is_some();
            if whole { Stop::Retry { why, after } } else { Stop::Trouble { why } }
        }
        // A captive portal, or an address that has moved.
        status => Stop::Retry {
            why: LinkReason::new(
                ReasonCode::Elsewhere,
                format!(
                    "something else answers at its address ({}): is there a page to log in to?",
                    status.as_u16()
                ),
            ),
            after: None,
        },
    })
}

/// What the upstream says is wrong, for people: a line at most.
pub fn said(body: &[u8]) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    let said = answer.get("error")?.as_str()?;
    Some(said.chars().filter(|c| !c.is_control()).take(200).collect())
}
