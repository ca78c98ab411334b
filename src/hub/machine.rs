//! The machine that the hub runs on, as far as a lead may look at it from the page: what doctor finds, where settings are changed, and
//! whether an upstream that somebody thinks of would work.
//!
//! `cli::serve` brings it, as the hub knows neither files of the system nor other hubs; `http` asks.

use std::fmt::Debug;

use futures_util::future::BoxFuture;

use super::{Hub, ReasonCode};
use crate::domain::{BearerToken, LinkUrl};

/// What a lead can be told of the machine.
#[derive(Debug, Clone, Default)]
pub struct MachineReport {
    /// The file where settings are changed; none where the hub was started by hand.
    pub settings_file: Option<String>,
    /// What to type after that.
    pub restart: Option<String>,
    pub checks: Vec<MachineCheck>,
}

#[derive(Debug, Clone)]
pub struct MachineCheck {
    pub group: &'static str,
    pub name: &'static str,
    /// `unknown`, `ok`, `look` or `do`.
    pub verdict: &'static str,
    pub said: String,
    pub remedy: Option<String>,
}

/// What came of calling an upstream once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TriedUpstream {
    /// It answers, lets this hub in, and has what was asked for.
    Works,
    /// It answers as such a hub does. Whether it lets this one in shows with an audit that is there as well.
    UnknownAudit,
    Failed {
        code: ReasonCode,
        words: String,
    },
}

pub trait Machine: Debug + Send + Sync {
    fn look(&self) -> BoxFuture<'_, MachineReport>;
    /// One call, with no setting changed.
    fn try_upstream(&self, url: LinkUrl, token: Option<BearerToken>) -> BoxFuture<'_, TriedUpstream>;
}

/// Looking takes seconds, and so may calling: one at a time of each, and the next waits.
#[derive(Debug, Default)]
pub struct MachineSlot {
    machine: std::sync::OnceLock<Box<dyn Machine>>,
    looking: tokio::sync::Mutex<()>,
    calling: tokio::sync::Mutex<()>,
}

impl Hub {
    /// Said once, by whoever serves.
    pub fn say_machine(&self, machine: impl Machine + 'static) {
        // A second one is the same machine.
        let _ = self.machine.machine.set(Box::new(machine));
    }

    /// `None`: nobody here knows the machine.
    pub async fn look_at_machine(&self) -> Option<MachineReport> {
        let machine = self.machine.machine.get()?;
        let _turn = self.machine.looking.lock().await;
        Some(machine.look().await)
    }

    /// The same.
    pub async fn try_upstream(&self, url: LinkUrl, token: Option<BearerToken>) -> Option<TriedUpstream> {
        let machine = self.machine.machine.get()?;
        let _turn = self.machine.calling.lock().await;
        Some(machine.try_upstream(url, token).await)
    }
}
