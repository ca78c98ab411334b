//! Host name and interface addresses of this machine, and whether avahi looks after the name.
//!
//! Called by `announce`; calls the system.

use std::net::IpAddr;
use std::os::unix::net::UnixStream;

/// Where an avahi-daemon answers those who resolve names; everybody may ask there.
const AVAHI: &str = "/run/avahi-daemon/socket";

/// Whether `label.local` is this machine's own name and avahi answers for it. Two who answer for one name take it from
/// each other's readers when one of them takes leave.
pub fn avahi_has(label: &str) -> bool {
    let system = rustix::system::uname();
    let node = system.nodename().to_string_lossy();
    // Of `fieldhub.example.net` avahi takes the first part.
    let own = node.split('.').next().unwrap_or_default();
    own.eq_ignore_ascii_case(label) && UnixStream::connect(AVAHI).is_ok()
}

/// Whether all of these are ours.
pub fn has_all(ips: impl IntoIterator<Item = IpAddr>) -> bool {
    let ours: Vec<IpAddr> = addresses().collect();
    ips.into_iter().all(|ip| ours.contains(&ip))
}

pub fn addresses() -> impl Iterator<Item = IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    interfaces.into_iter().filter(if_addrs::Interface::is_oper_up).map(|interface| interface.ip())
}
