//! Default routes: which interfaces lead to an internet, as the kernel's routes say.
//!
//! Called by `address`; reads /proc/net/route and /proc/net/ipv6_route. Elsewhere than on Linux
//! there are no such files, and nothing is known of a way out.

use std::collections::BTreeSet;

/// The route can be used; include/uapi/linux/route.h.
const UP: u32 = 0x1;
/// It is there to refuse.
const REJECT: u32 = 0x200;

/// Those with a default route, of either family.
pub fn interfaces() -> BTreeSet<String> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let (v4, v6) = (read("/proc/net/route"), read("/proc/net/ipv6_route"));
    of_v4(&v4).chain(of_v6(&v6)).map(str::to_owned).collect()
}

/// Columns: interface, destination, gateway, flags, references, use, metric, mask, ...
fn of_v4(table: &str) -> impl Iterator<Item = &str> {
    table.lines().skip(1).filter_map(|line| {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let [interface, to, _, flags, _, _, _, mask, ..] = columns[..] else { return None };
        (is_zero(to) && is_zero(mask)).then_some(()).and(out(interface, flags))
    })
}

/// Columns: destination, its length, source, its length, next hop, metric, references, use, flags, interface.
fn of_v6(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter_map(|line| {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let [to, length, _, _, _, _, _, _, flags, interface] = columns[..] else { return None };
        (is_zero(to) && is_zero(length)).then_some(()).and(out(interface, flags))
    })
}

fn is_zero(hex: &str) -> bool {
    hex.bytes().all(|digit| digit == b'0')
}

/// The interface, if packets go out there.
fn out<'a>(interface: &'a str, flags: &str) -> Option<&'a str> {
    let flags = u32::from_str_radix(flags, 16).ok()?;
    (flags & UP != 0 && flags & REJECT == 0 && interface != "lo").then_some(interface)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

    fn v4(lines: &str) -> Vec<String> {
        of_v4(&format!("{HEAD}{lines}")).map(str::to_owned).collect()
    }

    #[test]
    fn a_default_route_is_one_to_everywhere() {
        let lan = "wlan0\t0004A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n";
        assert_eq!(v4(lan), [] as [&str; 0], "its own network alone");
        let modem = "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n";
        assert_eq!(v4(&format!("{modem}{lan}")), ["eth0"]);
        // A point-to-point modem has no gateway.
        let point = "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n";
        assert_eq!(v4(point), ["ppp0"]);
        let half = "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0\n";
        assert_eq!(v4(half), [] as [&str; 0], "half of the internet");
        let refused = "*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0\n";
        let down = "eth1\t00000000\t0101A8C0\t0002\t0\t0\t0\t00000000\t0\t0\t0\n";
        assert_eq!(v4(&format!("{refused}{down}no line at all\n\n")), [] as [&str; 0]);
    }

    #[test]
    fn ipv6_has_default_routes_that_refuse() {
        let zeros = "00000000000000000000000000000000";
        let line = |to: &str, length: &str, flags: &str, interface: &str| {
            format!("{to} {length} {zeros} 00 {zeros} 00000400 00000001 00000000 {flags} {interface}\n")
        };
        let table = [
            line("fe800000000000000000000000000000", "40", "00000001", "wlan0"),
            line(zeros, "00", "00200200", "lo"),
            line(zeros, "00", "00000200", "eth1"),
            line(zeros, "00", "00000003", "wwan0"),
            line(zeros, "01", "00000003", "tun0"),
        ];
        assert_eq!(of_v6(&table.concat()).collect::<Vec<_>>(), ["wwan0"]);
    }
}
