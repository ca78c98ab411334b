//! Live feed (server-sent events, SSE): the tail of the log.
//!
//! One loop per reader with a cursor of its own: read what is after it, send, wait for a nudge.
//! Nothing is queued for a reader beyond one page, so a slow one reads later.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, StreamExt, unfold};
use serde_json::json;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};
use uuid::Uuid;

use super::live_cursor::{parse_cursor, proved};
use super::live_event::{Event, PAGE_BYTES, encode, event, photos_now};
use super::live_tail::{Tail, TailRead};
use super::wire::{Cloud, Technician, Technicians};
use crate::domain::{Position, Token};
use crate::http::app::App;
use crate::http::conn::answer_memory::{AnswerAccount, RoomTaken};
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::Reads;
use crate::http::guard::caller::Caller;
use crate::http::guard::feed_quota::FeedGuard;
use crate::http::guard::path::{AuditPath, Params};
use crate::hub::{LogExtent, Nudges, Resume};
use crate::store::StoreError;

/// Comments never reach a page, so a stall can only be told by a real event.
const PING: Duration = Duration::from_secs(10);
/// Who is here is told at most this often: it is a whole list for every listener, and anybody's heartbeat
/// may change it. So is what is in the cloud.
const ASIDE: Duration = Duration::from_millis(250);
/// Photos whose pictures have come are told so many at a time.
const ARRIVED: usize = 16;
/// Who is further behind than so many operations reads in pages, which have their room in the answers' memory.
const EDGE: u64 = 8;
/// Bytes of the events of a page: of each operation and its module.
const IN_HAND: usize = 5 * PAGE_BYTES;

pub struct LiveFeed {
    app: App,
    /// Who listens: looked at again whenever the crew changes, and with every ping.
    caller: Caller,
    crew: Option<watch::Receiver<u64>>,
    token: Token,
    log_id: Uuid,
    after: u64,
    /// Where the audit's log begins: another one when it was removed and made again.
    start: u64,
    ready: VecDeque<Event>,
    tail: Arc<Tail>,
    nudges: Nudges,
    ping: Interval,
    stopping: watch::Receiver<bool>,
    here: Option<Vec<Technician>>,
    cloud: Option<Cloud>,
    /// So many pictures that came after their photos are told.
    arrived: u64,
    /// When who is here, and what is in the cloud, may be told again.
    aside_from: Instant,
    /// It has changed since, and nobody else may wake this feed.
    aside_waits: bool,
    ended: bool,
    /// What the page that is being sent has taken.
    page: Option<PageInHand>,
    connection: Arc<LiveConnection>,
}

/// Of all feeds of a stream, one has a page in hand.
type PageInHand = (RoomTaken, OwnedMutexGuard<()>);

/// One stream, of however many audits: counted while it is open, however it ends.
pub struct LiveConnection {
    app: App,
    account: AnswerAccount,
    turn: Arc<Mutex<()>>,
    _guard: FeedGuard,
}

impl LiveConnection {
    pub fn open(app: &App, caller: &Caller, account: AnswerAccount) -> Result<Arc<Self>, ApiError> {
        let guard = app.feeds.open(caller)?;
        app.hub.metrics().live.inc();
        Ok(Arc::new(Self { app: app.clone(), account, turn: Arc::default(), _guard: guard }))
    }

    /// Waits until there is room for a page.
    async fn page(&self) -> PageInHand {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        (self.account.wait(IN_HAND).await, turn)
    }
}

impl Drop for LiveConnection {
    fn drop(&mut self) {
        self.app.hub.metrics().live.dec();
    }
}

/// The live feed (server-sent events)
#[utoipa::path(get, path = "/api/v1/audits/{token}/live", tag = "operations",
    params(("token" = String, Path), ("after" = Option<String>, Query, description = "`LOGID:SEQ`, or a bare `SEQ`"), ("Last-Event-ID" = Option<String>, Header),
        ("proof" = Option<String>, Query, description = "the `proof` that came with this position; `LOGID:SEQ:PROOF` says the same in one")),
    responses((status = 200, content_type = "text/event-stream"), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn live(
    State(app): State<App>,
    Reads(caller): Reads,
    AuditPath(token): AuditPath,
    params: Params,
    account: AnswerAccount,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (field, cursor) = match headers.get(HeaderName::from_static("last-event-id")) {
        Some(id) => ("Last-Event-ID", Some(id.to_str().unwrap_or("?"))),
        None => ("after", params.get("after")),
    };
    let cursor = cursor.filter(|text| !text.is_empty()).map(|text| parse_cursor(field, text)).transpose()?;
    let cursor = cursor.map(|at| proved(at, params.get("proof"))).transpose()?;
    let connection = LiveConnection::open(&app, &caller, account)?;
    let feed = LiveFeed::open(app, caller, token, cursor, connection).await?;
    Ok(answer(feed.events()))
}

/// A stream of events as a response.
pub fn answer(events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let said = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
        // For whoever puts a proxy in front.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (said, Body::from_stream(events.map(Ok::<_, Infallible>))).into_response()
}

impl LiveFeed {
    pub async fn open(
        app: App,
        caller: Caller,
        token: Token,
        cursor: Option<Position>,
        connection: Arc<LiveConnection>,
    ) -> Result<Self, ApiError> {
        if !app.hub.exists(&token) {
            return Err(StoreError::UnknownAudit(token).into());
        }
        // Subscribed before the first read: a nudge in between is kept.
        let nudges = app.hub.watch(&token);
        let log_id = app.hub.identity().log_id;
        let resume = match cursor {
            None => Resume::From(0),
            Some(Position::Seq(seq)) => Resume::From(seq),
            // Whoever they are: what they have seen is proved, or it is a claim.
            Some(Position::Cursor(cursor)) => app.hub.resume(&token, cursor, false).await?,
        };

        let mut ping = interval_at(Instant::now() + PING, PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut feed = LiveFeed {
            crew: app.hub.crew().map(|crew| crew.changes()),
            caller,
            // As the cursor was judged by: another log since then is noticed at the first reading.
            log_id,
            after: 0,
            start: app.hub.extent(&token)?.start,
            ready: VecDeque::new(),
            arrived: app.hub.arrivals().count(&token),
            tail: app.tails.of(&token),
            nudges,
            ping,
            stopping: app.stopping.clone(),
            here: None,
            cloud: None,
            aside_from: Instant::now(),
            aside_waits: false,
            ended: false,
            page: None,
            connection,
            token,
            app,
        };
        feed.hello()?;
        match resume {
            Resume::From(seq) => feed.after = seq,
            Resume::Reset => feed.reset(true)?,
        }
        Ok(feed)
    }

    pub fn events(self) -> impl Stream<Item = Event> + Send + 'static {
        unfold(self, |mut feed| async move {
            let event = feed.next().await?;
            Some((event, feed))
        })
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            // Before what is ready: whoever was sent away gets nothing more, however far behind.
            if self.is_out() {
                return None;
            }
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            self.page = None;
            if self.ended {
                return None;
            }
            match self.read().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(StoreError::UnknownAudit(_)) => {
                    self.ended = true;
                    self.ready.push_back(event("gone", &json!({})));
                    continue;
                }
                // What was read was of the one before: the next reading begins anew.
                Err(StoreError::Replaced) => continue,
                Err(error) => {
                    // The page comes back by itself and says where it was.
                    tracing::warn!(%error, "a live feed could not read on");
                    return None;
                }
            }
            tokio::select! {
                () = self.nudges.next() => {}
                () = changed(&self.crew) => {}
                () = sleep_until(self.aside_from), if self.aside_waits => {}
                _ = self.ping.tick() => {
                    // Time passes as well.
                    self.ended = !self.caller.is_as_before(&self.app.hub);
                    let now = self.app.hub.clock().now_ms();
                    self.ready.push_back(event("ping", &json!({ "time_ms": now })));
                }
                // An error means the sender is gone: the hub is stopping too.
                _ = stopped(&mut self.stopping) => return None,
            }
        }
    }

    /// Whether the crew has changed, and its listener is no longer of it.
    fn is_out(&mut self) -> bool {
        let Some(crew) = &mut self.crew else { return false };
        if !crew.has_changed().unwrap_or(false) {
            return false;
        }
        crew.mark_unchanged();
        !self.caller.is_as_before(&self.app.hub)
    }

    fn hello(&mut self) -> Result<(), StoreError> {
        let head = self.app.hub.head(&self.token)?;
        let now = self.app.hub.clock().now_ms();
        let data = json!({ "log_id": self.log_id, "head": head, "time_ms": now });
        self.ready.push_back(event("hello", &data));
        Ok(())
    }

    /// `resend`: what this reader has was of another log, and so may be what it sent to that.
    fn reset(&mut self, resend: bool) -> Result<(), StoreError> {
        let LogExtent { log_id, start, head } = self.app.hub.extent(&self.token)?;
        (self.log_id, self.start, self.after) = (log_id, start, 0);
        let data = json!({ "log_id": self.log_id, "head": head, "resend": resend });
        self.ready.push_back(event("reset", &data));
        Ok(())
    }

    /// Make events of what is new. True when there are any.
    async fn read(&mut self) -> Result<bool, StoreError> {
        let LogExtent { log_id, start, head } = self.app.hub.extent(&self.token)?;
        if log_id != self.log_id {
            self.reset(true)?;
            return Ok(true);
        }
        if start != self.start || (self.after > 0 && self.after < start) {
            // What this reader has was erased: the audit was removed and made again.
            self.reset(false)?;
            return Ok(true);
        }
        self.after = self.after.max(start);
        if self.after < head {
            if head - self.after > EDGE {
                let connection = Arc::clone(&self.connection);
                tokio::select! {
                    page = connection.page() => self.page = Some(page),
                    _ = stopped(&mut self.stopping) => return Err(StoreError::Stopping),
                }
            }
            let encode = |from| encode(&self.app.hub, &self.token, self.log_id, from);
            let (events, end) = match self.tail.read(self.log_id, self.after, head, encode)? {
                TailRead::Events(events, end) => (events, end),
                TailRead::Behind => encode(self.after)?,
            };
            self.after = end;
            self.ready.extend(events);
        }
        self.read_aside();
        Ok(!self.ready.is_empty())
    }

    /// What is told beside the log.
    fn read_aside(&mut self) {
        let hub = &self.app.hub;
        let here = Technician::list(hub.present(&self.token));
        let cloud = Cloud::of(hub, &self.token, self.log_id);
        let news = match &self.here {
            // When somebody was last seen changes all the time and is no news.
            Some(old) => {
                let who = |t: &Technician| {
                    (t.technician_id.clone(), t.technician_name.clone(), t.focus.clone(), t.string)
                };
                !old.iter().map(who).eq(here.iter().map(who))
            }
            None => true,
        };
        let cloud_news = cloud != self.cloud;
        let (arrived, upto) = hub.arrivals().after(&self.token, self.arrived, ARRIVED);
        let any_news = news || cloud_news || !arrived.is_empty();
        let now = Instant::now();
        self.aside_waits = any_news && now < self.aside_from;
        if self.aside_waits || !any_news {
            return;
        }
        self.aside_from = now + ASIDE;
        // There may be others.
        self.aside_waits = arrived.len() == ARRIVED;
        self.arrived = upto;
        if !arrived.is_empty()
            && let Ok(photos) = photos_now(hub, &self.token, &arrived)
        {
            self.ready.push_back(event("photos", &json!({ "photos": photos })));
        }
        if news {
            let told = Technicians { technicians: here };
            self.ready.push_back(event("presence", &told));
            self.here = Some(told.technicians);
        }
        if cloud_news {
            // An upstream that was taken away: null, and nothing is in the cloud any more.
            self.ready.push_back(event("cloud", &cloud));
            self.cloud = cloud;
        }
    }
}

/// Who may do what has changed. Does not take the news: see [`LiveFeed::is_out`].
async fn changed(crew: &Option<watch::Receiver<u64>>) {
    if let Some(crew) = crew
        && crew.clone().changed().await.is_ok()
    {
        return;
    }
    // No crew, or none any more: nothing to hear of.
    std::future::pending().await
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // `Err`: the router has no end of its own (a command in process), so neither has the feed.
    if stopping.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
