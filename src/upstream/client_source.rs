//! Where the client of an upstream comes from (retry until its files are there): it is there, or it is made of files that may
//! be missing when the hub starts.
//!
//! Asked by `start`, in the task of the upstream; `cli` reads the files.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use super::client::Client;
use super::run::stopped;
use crate::hub::{LinkHandle, LinkReason, LinkState, ReasonCode};

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
    /// Once there is one. Until then the board says why there is none; `None` when the hub stops first.
    pub async fn client(self, board: &LinkHandle, stopping: &mut watch::Receiver<bool>) -> Option<Client> {
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
            board.set_state(LinkState::Paused { why: LinkReason::new(ReasonCode::Settings, why) });
            tokio::select! {
                () = stopped(stopping) => return None,
                () = sleep(AGAIN) => {}
                () = board.woken() => {}
            }
        }
    }
}
