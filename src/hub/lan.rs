//! mDNS name: under which name the hub is found on its network.
//!
//! Told by `lan`, by way of `cli`; asked by `http`.

use super::Hub;

/// What is announced at present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnLan {
    /// `fieldhub.local`
    pub host: String,
    /// The host that was wished for, when that is another machine's.
    pub instead_of: Option<String>,
    /// What lists of services show.
    pub service: String,
    pub port: u16,
}

impl OnLan {
    pub fn url(&self) -> String {
        match self.port {
            80 => format!("http://{}/", self.host),
            port => format!("http://{}:{port}/", self.host),
        }
    }
}

impl Hub {
    /// `None`: by its address alone.
    pub fn say_on_lan(&self, on_lan: Option<OnLan>) {
        self.on_lan.send_replace(on_lan);
    }

    pub fn on_lan(&self) -> Option<OnLan> {
        self.on_lan.borrow().clone()
    }

    /// Wakes when the name changes, for who has to follow it.
    pub fn watch_on_lan(&self) -> tokio::sync::watch::Receiver<Option<OnLan>> {
        self.on_lan.subscribe()
    }
}
