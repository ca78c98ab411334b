//! mDNS responder thread (mdns-sd): one for as long as the names stay, and always told to end.
//!
//! Called by `announce` and `discover`; calls mdns-sd.

use std::time::Duration;

use mdns_sd::{
    DaemonEvent, HostnameResolutionEvent, IfKind, Receiver, ServiceDaemon, ServiceEvent, ServiceInfo,
};
use tokio::time::timeout;

use super::LanError;
use super::service_record::HUBS;

/// The thread answers at once; whoever stops the hub does not wait for one that does not.
const END: Duration = Duration::from_millis(500);
/// After this a goodbye has been said twice: one packet may be lost.
const TWICE: Duration = Duration::from_millis(200);

pub struct Daemon {
    mdns: ServiceDaemon,
    registered: Vec<String>,
}

impl Daemon {
    pub fn start() -> Result<Self, LanError> {
        let this = Self { mdns: ServiceDaemon::new()?, registered: Vec::new() };
        this.mdns.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6])?;
        Ok(this)
    }

    pub fn events(&self) -> Result<Receiver<DaemonEvent>, LanError> {
        Ok(self.mdns.monitor()?)
    }

    pub fn hubs(&self) -> Result<Receiver<ServiceEvent>, LanError> {
        Ok(self.mdns.browse(HUBS)?)
    }

    /// Who answers for a host within this time.
    pub fn host(&self, host: &str, within: Duration) -> Result<Receiver<HostnameResolutionEvent>, LanError> {
        let ms = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        Ok(self.mdns.resolve_hostname(host, Some(ms))?)
    }

    /// Say that the services are here; again, if they are already.
    pub fn register(&mut self, services: &[ServiceInfo]) -> Result<(), LanError> {
        self.registered.clear();
        for service in services {
            self.registered.push(service.get_fullname().to_owned());
            self.mdns.register(service.clone())?;
        }
        Ok(())
    }

    /// Take leave and end. What fails here leaves records behind that run out by themselves.
    pub async fn stop(mut self) {
        let left: Vec<_> =
            self.registered.drain(..).filter_map(|name| self.mdns.unregister(&name).ok()).collect();
        if !left.is_empty() {
            for done in left {
                let _ = timeout(END, done.recv_async()).await;
            }
            tokio::time::sleep(TWICE).await;
        }
        if let Ok(ended) = self.mdns.shutdown() {
            let _ = timeout(END, ended.recv_async()).await;
        }
    }
}

/// When its task is dropped in the middle, the thread ends all the same.
impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.mdns.shutdown();
    }
}
