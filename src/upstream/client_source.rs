//! Where the client of an upstream comes from (retry until its files are there): it is there, or it is made of files that may
//! be missing when the hub starts.
//!
//! Asked by `run`, in the task of the upstream; `cli` reads the files.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::client::Client;
use super::link::UpstreamLink;
use crate::hub::{LinkReason, LinkState, Nudges, ReasonCode};

const AGAIN: Duration = Duration::from_secs(5);

/// Or why nothing can be called there, on this machine as it is. May block.
pub type MakeClient = Arc<dyn Fn() -> Result<Client, String> + Send + Sync>;

pub enum ClientSource {
    Ready(Box<Client>),
    Made(MakeClient),
}

impl fmt::Debug for ClientSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ready(_) => "Ready",
            Self::Made(_) => "Made",
        })
    }
}

impl ClientSource {
    /// Once there is one. Until then the board says why there is none, and `look` puts there what waits; `None` when the hub stops
    /// first.
    pub(super) async fn client(
        self,
        link: &UpstreamLink,
        nudges: &mut Nudges,
        stopping: &mut watch::Receiver<bool>,
        mut look: impl FnMut(&UpstreamLink) + Send,
    ) -> Option<Client> {
        let make = match self {
            Self::Ready(client) => return Some(*client),
            Self::Made(make) => make,
        };
        loop {
            let make = Arc::clone(&make);
            let why = match tokio::task::spawn_blocking(move || make()).await {
                Ok(Ok(client)) => return Some(client),
                Ok(Err(why)) => why,
                Err(error) => error.to_string(),
            };
            link.board.set_state(LinkState::Paused { why: LinkReason::new(ReasonCode::Settings, why) });
            look(link);
            let again = Instant::now() + AGAIN;
            loop {
                tokio::select! {
                    () = stopped(stopping) => return None,
                    () = sleep_until(again) => {}
                    () = link.board.woken() => {}
                    () = nudges.next() => {
                        sleep(link.intervals.gather).await;
                        look(link);
                        continue;
                    }
                }
                break;
            }
        }
    }
}

/// Returns when the hub stops.
pub(super) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that whoever could say so is gone, which is as good.
    let _ = stopping.wait_for(|stop| *stop).await;
}
