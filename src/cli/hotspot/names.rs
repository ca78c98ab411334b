//! The names that the hotspot's name server answers with the hub's address.
//!
//! Called by `up` and `service install`.

use crate::config::Lan;

/// The hub's own, then those of the hosts that tablets ask whether there is an internet.
pub fn all(lan: &Lan) -> Vec<String> {
    let host = lan.host();
    let own = [format!("{host}.local"), format!("{host}.lan"), host.to_owned(), "hub".to_owned()];
    own.into_iter().chain(probe_hosts().map(str::to_owned)).collect()
}

/// Those that are there for nothing else: leading tablets to the hub by the name of a host that has other work would
/// break that.
fn probe_hosts() -> impl Iterator<Item = &'static str> {
    [
        "connectivitycheck.gstatic.com",
        "connectivitycheck.android.com",
        "connectivity.samsung.com.cn",
        "connectivitycheck.platform.hicloud.com",
        "connect.rom.miui.com",
        "captive.apple.com",
        "www.msftconnecttest.com",
        "www.msftncsi.com",
        "nmcheck.gnome.org",
        "network-test.debian.org",
        "connectivity-check.ubuntu.com",
        "detectportal.firefox.com",
    ]
    .into_iter()
}
