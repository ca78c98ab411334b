//! systemd readiness and watchdog (sd_notify, `Type=notify`, `WatchdogSec=`): how far a repair has got, that the hub is
//! ready and where, and as long as the writer answers that the hub lives.
//!
//! Called by `serve` and, while a database is opened, by the store through a plain function; calls sd-notify. Without systemd there
//! is no socket to tell, and all of this does nothing.

use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;

use parking_lot::Mutex;
use sd_notify::NotifyState;
use tokio::task::JoinHandle;

use crate::hub::{Hub, IDLE};
use crate::store::{StoreError, WorkProgress};

/// What an opening may take until it is heard of again, as `TimeoutStartSec` is in the unit: it is heard of whenever bytes have
/// come or gone, and a worn card takes a minute over one write.
const STEP: Duration = Duration::from_secs(3 * 60);

/// What ends a word of how many bytes something has moved.
pub const SO_FAR: &str = " MiB so far";

/// systemd reads in milliseconds. One that hangs holds up neither the end nor anything else.
const HEARS_WITHIN: Duration = Duration::from_secs(1);
/// Messages that may wait for it.
const WAITING: usize = 64;

/// Pings for as long as it is kept.
#[derive(Debug)]
pub struct Watch(Option<JoinHandle<()>>);

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(pings) = &self.0 {
            pings.abort();
        }
    }
}

/// What systemd is told of a hub that takes requests and is at nothing else: where it is.
static OPEN_AT: Mutex<Option<String>> = Mutex::new(None);

/// A database is gone through, at the start, for a restore, or when it is reopened after a failure: the writer is then busy, and
/// no dead one. `update` takes each new word of that for a sign of life.
pub fn working(progress: WorkProgress) {
    let status = match progress {
        WorkProgress::Alive => return tell(&[NotifyState::Watchdog]),
        WorkProgress::Over => match OPEN_AT.lock().clone() {
            Some(status) => return tell(&[NotifyState::Watchdog, NotifyState::Status(&status)]),
            None => return,
        },
        WorkProgress::Goes { what, part, bytes } => {
            let part = part.map(|part| format!("{:.0} %", part * 100.0));
            let bytes = bytes.map(|bytes| format!("{:.2}{SO_FAR}", bytes as f64 / f64::from(1 << 20)));
            let how: Vec<String> = part.into_iter().chain(bytes).collect();
            format!("{what}: {}", how.join(", "))
        }
    };
    tracing::debug!("{status}");
    let step = u32::try_from(STEP.as_micros()).unwrap_or(u32::MAX);
    tell(&[NotifyState::ExtendTimeoutUsec(step), NotifyState::Watchdog, NotifyState::Status(&status)]);
}

/// The hub takes requests; `status` says where.
pub fn ready(hub: &Arc<Hub>, status: String) -> Watch {
    *OPEN_AT.lock() = Some(status.clone());
    tell(&[NotifyState::Ready, NotifyState::Status(&status)]);
    let Some(patience) = sd_notify::watchdog_enabled().filter(|time| !time.is_zero()) else {
        return Watch(None);
    };
    let hub = Arc::clone(hub);
    Watch(Some(tokio::spawn(async move {
        // Two may get lost; systemd asks for half of the time at most.
        let mut turns = tokio::time::interval(patience / 3);
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turns.tick().await;
            // A writer that hangs never answers, and a new process may help. A commit that fails is an answer: a new
            // process would find the same disk, and be gone for those who read.
            let said = match hub.probe(IDLE).await {
                Ok(()) => status.clone(),
                // There is no writer any more: only a new process has one.
                Err(error @ StoreError::Stopping) => {
                    tracing::error!(%error, "the writer has ended: the watchdog is not told that the hub lives");
                    continue;
                }
                Err(error) => format!("{status}; marks wait on the tablets: {error}"),
            };
            tell(&[NotifyState::Watchdog, NotifyState::Status(&said)]);
        }
    })))
}

/// The last word: heard when this returns, or systemd does not listen.
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("Stopping")]);
    let (told, heard) = mpsc::channel();
    if teller().is_some_and(|teller| teller.try_send(News::Told(told)).is_ok()) {
        let _ = heard.recv_timeout(HEARS_WITHIN);
    }
}

enum News {
    /// As sd_notify(3) has it, without the last line's end.
    Of(String),
    /// When all before it was sent.
    Told(mpsc::Sender<()>),
}

/// Does not block: the socket has room for ten messages, and a systemd that hangs, or reads late on a machine that is very
/// busy, must not hold up those who mark. What finds no place is lost, as it would be news of long ago.
fn tell(news: &[NotifyState<'_>]) {
    let Some(teller) = teller() else { return };
    let lines: Vec<String> = news.iter().map(ToString::to_string).collect();
    if teller.try_send(News::Of(lines.join("\n"))).is_err() {
        tracing::warn!("systemd does not listen: it is not told how the hub is");
    }
}

/// A thread that may wait for systemd; none where there is no systemd to tell.
fn teller() -> Option<&'static mpsc::SyncSender<News>> {
    static TELLER: OnceLock<Option<mpsc::SyncSender<News>>> = OnceLock::new();
    let start = || {
        std::env::var_os("NOTIFY_SOCKET")?;
        let (teller, news) = mpsc::sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("supervisor".to_owned());
        let started = thread.spawn(move || news.into_iter().for_each(send));
        started.inspect_err(|error| tracing::warn!(%error, "systemd cannot be told how the hub is")).ok()?;
        Some(teller)
    };
    TELLER.get_or_init(start).as_ref()
}

fn send(news: News) {
    match news {
        News::Of(lines) => {
            if let Err(error) = sd_notify::notify(&[NotifyState::Custom(&lines)]) {
                tracing::warn!(%error, "systemd could not be told how the hub is");
            }
        }
        // Fails when nobody waits any more.
        News::Told(told) => {
            let _ = told.send(());
        }
    }
}
