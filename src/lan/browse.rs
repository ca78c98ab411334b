//! mDNS browsing: who is on the network at this moment, by asking with an empty memory.
//!
//! Called by `announce`, before it takes names and now and then afterwards, and by `discover`. The daemon that announces
//! cannot be asked: it would answer out of its memory, and tell others what it knows, so that they keep silent.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use mdns_sd::{HostnameResolutionEvent, ResolvedService, ServiceEvent};
use tokio::select;
use tokio::time::{Instant, sleep_until};

use super::daemon::Daemon;
use super::{LanError, machine};

/// Who answers for a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Nobody,
    /// This machine: another program, or we ourselves.
    ThisMachine,
    Another,
}

#[derive(Debug)]
pub struct MdnsAnswers {
    /// Each as it was heard: two hubs of one name are two.
    pub hubs: Vec<ResolvedService>,
    /// The full names of all that were heard of, also of those who have not said more.
    pub services: HashSet<String>,
    pub owner: Owner,
}

/// The hubs that answer, and who answers for this host.
pub async fn look(host: Option<&str>, within: Duration) -> Result<MdnsAnswers, LanError> {
    let daemon = Daemon::start()?;
    let heard = listen(&daemon, host, within).await;
    daemon.stop().await;
    heard
}

async fn listen(daemon: &Daemon, host: Option<&str>, within: Duration) -> Result<MdnsAnswers, LanError> {
    let until = Instant::now() + within;
    let hubs = daemon.hubs()?;
    let answers = host.map(|host| daemon.host(host, within)).transpose()?;
    let answer = async || match &answers {
        // Ends when its time is over, a little before ours or after.
        Some(answers) => match answers.recv_async().await {
            Ok(answer) => answer,
            Err(_) => std::future::pending().await,
        },
        None => std::future::pending().await,
    };
    let (mut found, mut services, mut owner) = (HashMap::new(), HashSet::new(), Owner::Nobody);
    loop {
        select! {
            heard = hubs.recv_async() => match heard.map_err(|_| LanError::Stopped)? {
                ServiceEvent::ServiceResolved(hub) => {
                    let id = hub.get_property_val_str("id").map(str::to_owned);
                    found.insert((hub.get_fullname().to_owned(), id), *hub);
                }
                ServiceEvent::ServiceFound(_, fullname) => {
                    services.insert(fullname);
                }
                ServiceEvent::ServiceRemoved(_, gone) => found.retain(|(fullname, _), _| *fullname != gone),
                _ => {}
            },
            answer = answer() => {
                if let HostnameResolutionEvent::AddressesFound(_, addresses) = answer {
                    let ours = machine::has_all(addresses.iter().map(|ip| ip.to_ip_addr()));
                    owner = if ours { Owner::ThisMachine } else { Owner::Another };
                }
            },
            () = sleep_until(until) => {
                return Ok(MdnsAnswers { hubs: found.into_values().collect(), services, owner });
            }
        }
    }
}
