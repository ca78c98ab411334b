//! Runtime environment: what the hub is told of the machine around it while it runs; where tablets
//! find it, over which Wi-Fi, and whether it speaks for the internet.
//!
//! `cli` looks at the machine and says; `http` asks, at each request: nothing here is kept over a change.

use std::collections::BTreeSet;
use std::net::IpAddr;

use tokio::sync::watch;

use super::Hub;
use crate::domain::wifi::Wifi;

/// Nothing of it is known until somebody says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The one address that the hub names: scheme, host, port, and a slash.
    pub origin: Option<String>,
    /// What tablets join to get there.
    pub wifi: Option<Wifi>,
    /// Where the hub's own CA can be had, over plain HTTP. Nothing where it has none.
    pub trust_url: Option<String>,
    pub probes: Probes,
    /// Under which names tablets open the hub, in small letters; `*.example.org` for all of a domain, `*` for any.
    pub names: BTreeSet<String>,
}

impl Surroundings {
    /// Whether a host is among the names.
    pub fn is_named(&self, host: &str) -> bool {
        let of_domain = |name: &String| {
            let domain = name.strip_prefix('*')?;
            (domain.is_empty() || (domain.starts_with('.') && host.ends_with(domain))).then_some(())
        };
        self.names.contains(host) || self.names.iter().any(|name| of_domain(name).is_some())
    }
}

/// At which of this machine's addresses the hub answers probes in place of the internet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Probes {
    #[default]
    Nowhere,
    /// Everywhere, but for these.
    But(Vec<IpAddr>),
}

impl Probes {
    pub fn answered_at(&self, local: IpAddr) -> bool {
        match self {
            Self::Nowhere => false,
            Self::But(except) => !except.contains(&local),
        }
    }
}

impl Hub {
    /// Whether that is news.
    pub fn say_surroundings(&self, now: Surroundings) -> bool {
        self.surroundings.send_if_modified(|known| {
            let news = *known != now;
            *known = now;
            news
        })
    }

    /// As they are at this moment. Not to be held over an await.
    pub fn surroundings(&self) -> watch::Ref<'_, Surroundings> {
        self.surroundings.borrow()
    }

    /// Where tablets find this hub, as far as whoever bound its sockets can tell.
    pub fn found_at(&self) -> Option<String> {
        self.surroundings().origin.clone()
    }
}
