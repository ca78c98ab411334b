//! The settings that a new installation begins with. They belong to the administrator from then on.
//!
//! Called by `install`.

use super::machine::DATA;
use super::machine::facts::{Facts, Init};
use crate::config::tls::Mode;

/// On OpenWrt /var is memory, and what is there is gone with the power.
pub const DATA_ON_OPENWRT: &str = "/srv/fieldhub";

pub fn data(facts: &Facts) -> &'static str {
    if facts.init == Init::Procd { DATA_ON_OPENWRT } else { DATA }
}

pub fn first(facts: &Facts, tls: Mode) -> String {
    let data = data(facts);
    // OpenWrt's own page has the ports that browsers take by themselves.
    let (http, https) = if facts.luci { (8080, 8443) } else { (80, 443) };
    let mode = match tls {
        Mode::Auto => "auto",
        Mode::Off => "off",
    };
    let restart = match facts.init {
        Init::Procd => "/etc/init.d/fieldhub restart",
        _ => "sudo systemctl restart fieldhub",
    };
    format!(
        "# The settings of this hub; `fieldhub serve --print-config` shows all of them.\n\
         # After a change: {restart}\n\n\
         data_dir = \"{data}\"\nlisten = [\"0.0.0.0:{http}\"]\n\n\
         [tls]\nmode = \"{mode}\"\nlisten = \"0.0.0.0:{https}\"\n"
    )
}
