//! Port conflicts: who has the ports that the hub is to listen at.
//!
//! Called by `doctor`; reads /proc.

use std::fs;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::path::Path;

use super::finding::Finding;
use super::hub::HubAnswer;
use super::{entries, text};
use crate::cli::machine::apply::below;
use crate::cli::owner;
use crate::config::Config;
use crate::domain::blocked_ports::blocked;

/// TCP_LISTEN, include/net/tcp_states.h.
const LISTENS: &str = "0A";

/// Somebody who listens.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Socket {
    at: SocketAddr,
    user: u32,
    inode: u64,
}

/// The process that has a socket, as far as that may be seen.
#[derive(Debug)]
struct Holder {
    process: Option<u64>,
    program: Option<String>,
    /// `lighttpd (process 812)`, or whose it is.
    named: String,
}

pub fn look(root: &Path, config: &Config, hub: &HubAnswer) -> Vec<Finding> {
    let https = config.tls.certificate().map(|_| ("https", config.tls.listen()));
    let wanted = config.listen.iter().map(|at| ("http", *at)).chain(https);
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| text(root, path));
    if tables.iter().all(Option::is_none) {
        return wanted
            .map(|(name, at)| Finding::unknown(name, format!("It is not known what uses {at}.")))
            .collect();
    }
    let sockets: Vec<Socket> =
        tables.iter().flatten().flat_map(|table| table.lines().filter_map(socket)).collect();
    wanted.map(|(name, at)| one(root, name, at, &sockets, hub)).collect()
}

fn one(root: &Path, name: &'static str, at: SocketAddr, sockets: &[Socket], hub: &HubAnswer) -> Finding {
    if at.port() == 0 {
        return Finding::unknown(name, "The system chooses its port at each start.");
    }
    if let Some(blocked) = blocked(at.port()) {
        return Finding::must(name, blocked, "Set another port in the settings, such as 8080.");
    }
    let there: Vec<Holder> = sockets
        .iter()
        .filter(|socket| in_the_way(socket.at, at))
        .map(|socket| holder(root, socket))
        .collect();
    let its = |holder: &&Holder| holder.process.is_some() && holder.process == hub.process();
    match (there.iter().find(its), there.first(), hub) {
        (Some(_), ..) => Finding::ok(name, format!("The hub listens at {at}.")),
        (None, None, HubAnswer::Runs { .. }) => Finding::look(
            name,
            format!(
                "The hub runs but does not listen at {at}: it was started with other settings than these."
            ),
            "sudo systemctl restart fieldhub, if these are the right ones.",
        ),
        (None, None, _) => Finding::ok(name, format!("{at} is free for the hub.")),
        (None, Some(holder), HubAnswer::Runs { .. }) => Finding::look(
            name,
            format!(
                "{at} is used by {}, and the hub listens elsewhere: it was started with other settings.",
                holder.named
            ),
            "sudo systemctl restart fieldhub, when that port is free and if these are the right settings.",
        ),
        // It may well be the hub's own: who may not ask the hub may not see whose sockets are.
        (None, Some(Holder { process: None, named, .. }), HubAnswer::Refused) => {
            Finding::unknown(name, format!("{at} is used by {named}; only root can see more."))
        }
        (None, Some(holder), _) => Finding::must(
            name,
            format!("{at} is used by {}: the hub cannot start.", holder.named),
            format!("{}, or set another port in the settings.", stopping(holder)),
        ),
    }
}

fn stopping(holder: &Holder) -> String {
    match &holder.program {
        // Its service is the one that is to start.
        Some(program) if program == "fieldhub" => "Another hub runs here: stop it".to_owned(),
        Some(program) => format!("Stop it (if it is a service: sudo systemctl disable --now {program})"),
        None => "Stop it (sudo fieldhub doctor shows its name)".to_owned(),
    }
}

/// Whether a socket there keeps another from listening at `wanted`.
fn in_the_way(there: SocketAddr, wanted: SocketAddr) -> bool {
    let (a, b) = (there.ip().to_canonical(), wanted.ip().to_canonical());
    // `::` is usually IPv4 too.
    let all_of = |all: IpAddr, other: IpAddr| all.is_unspecified() && (all.is_ipv6() || other.is_ipv4());
    there.port() == wanted.port() && (a == b || all_of(a, b) || all_of(b, a))
}

fn socket(line: &str) -> Option<Socket> {
    let columns: Vec<&str> = line.split_ascii_whitespace().collect();
    let [_, local, _, state, _, _, _, user, _, inode, ..] = columns[..] else { return None };
    if state != LISTENS {
        return None;
    }
    let (address, port) = local.split_once(':')?;
    // Words of the network's order, each written as a number of this machine's.
    let word = |at: usize| u32::from_str_radix(address.get(at..at + 8)?, 16).ok().map(u32::to_ne_bytes);
    let ip = match address.len() {
        8 => IpAddr::from(word(0)?),
        32 => {
            let mut bytes = [0; 16];
            for (at, part) in bytes.chunks_exact_mut(4).enumerate() {
                part.copy_from_slice(&word(at * 8)?);
            }
            Ipv6Addr::from(bytes).into()
        }
        _ => return None,
    };
    let at = SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?);
    Some(Socket { at, user: user.parse().ok()?, inode: inode.parse().ok()? })
}

fn holder(root: &Path, socket: &Socket) -> Holder {
    let mark = format!("socket:[{}]", socket.inode);
    let has_it = |process: &u64| {
        let files = fs::read_dir(below(root, Path::new("/proc")).join(process.to_string()).join("fd"));
        files.is_ok_and(|files| {
            files
                .flatten()
                .any(|file| fs::read_link(file.path()).is_ok_and(|to| to.as_os_str() == mark.as_str()))
        })
    };
    match entries(root, "/proc").iter().filter_map(|name| name.parse().ok()).find(has_it) {
        Some(process) => {
            let program = text(root, &format!("/proc/{process}/comm"));
            let name = program.as_deref().unwrap_or("a program");
            Holder { process: Some(process), named: format!("{name} (process {process})"), program }
        }
        None => {
            let users = text(root, "/etc/passwd").unwrap_or_default();
            let user = owner::named(&users, socket.user).unwrap_or_else(|| format!("#{}", socket.user));
            Holder { process: None, program: None, named: format!("a program of the user {user}") }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{Do, Look, Ok, Unknown};
    use super::super::tree::Tree;
    use super::*;
    use crate::config::Layer;
    use serde_json::json;

    fn at_80() -> Config {
        let listen = Some(vec!["0.0.0.0:80".parse().unwrap()]);
        Config::resolve([Layer { listen, ..Layer::default() }]).unwrap()
    }

    fn running() -> HubAnswer {
        HubAnswer::that_says(json!({"process": 77}))
    }

    #[test]
    fn a_port_that_another_has_is_named_with_who_has_it() {
        let tree = Tree::new();
        assert_eq!(look(tree.root(), &at_80(), &HubAnswer::Stopped)[0].verdict, Unknown);
        tree.listener("0100007F:1F90", 900, "other");
        assert_eq!(
            look(tree.root(), &at_80(), &HubAnswer::Stopped)[0],
            Finding::ok("http", "0.0.0.0:80 is free for the hub.")
        );
        tree.listener("00000000:0050", 812, "lighttpd");
        let found = &look(tree.root(), &at_80(), &HubAnswer::Stopped)[0];
        assert_eq!(found.verdict, Do);
        assert_eq!(found.said, "0.0.0.0:80 is used by lighttpd (process 812): the hub cannot start.");
        assert!(found.remedy.as_ref().unwrap().contains("systemctl disable --now lighttpd)"), "{found:?}");
        assert_eq!(look(tree.root(), &at_80(), &running())[0].verdict, Look, "it runs all the same");
    }

    #[test]
    fn a_port_on_which_no_browser_opens_a_page_must_be_changed() {
        let listen = Some(vec!["0.0.0.0:10080".parse().unwrap()]);
        let config = Config::resolve([Layer { listen, ..Layer::default() }]).unwrap();
        let tree = Tree::new();
        tree.listener("00000000:2760", 77, "fieldhub");
        let found = &look(tree.root(), &config, &running())[0];
        assert!(found.verdict == Do && found.said.contains("port 10080"), "{found:?}");
    }

    #[test]
    fn the_hubs_own_port_is_as_it_should_be() {
        let tree = Tree::new();
        tree.listener("00000000:0051", 77, "fieldhub");
        assert_eq!(look(tree.root(), &at_80(), &running())[0].verdict, Look, "that is another port");
        let tree = Tree::new();
        tree.listener("00000000:0050", 77, "fieldhub");
        assert_eq!(look(tree.root(), &at_80(), &running())[0].verdict, Ok);
        let second = HubAnswer::that_says(json!({"process": 99}));
        assert_eq!(look(tree.root(), &at_80(), &second)[0].verdict, Look, "another hub's");
        let remedy = look(tree.root(), &at_80(), &HubAnswer::Stopped)[0].remedy.clone().unwrap();
        assert!(!remedy.contains("systemctl"), "that would stop the one that is wanted: {remedy}");
    }

    #[test]
    fn who_may_not_see_processes_sees_whose_they_are() {
        let tree = Tree::new();
        tree.listener("00000000:0050", 812, "lighttpd");
        fs::remove_dir_all(tree.root().join("proc/812")).unwrap();
        tree.file("/etc/passwd", "www-data:x:33:33::/:/bin/false\n");
        let found = &look(tree.root(), &at_80(), &HubAnswer::Stopped)[0];
        assert!(found.verdict == Do && found.said.contains("a program of the user www-data"), "{found:?}");
        assert_eq!(look(tree.root(), &at_80(), &HubAnswer::Refused)[0].verdict, Unknown);
    }

    #[test]
    fn the_kernels_table_is_read_for_both_families() {
        let v4 = "   0: 0104A8C0:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 11 1 0";
        assert_eq!(socket(v4).unwrap().at, "192.168.4.1:80".parse().unwrap());
        let v6 = "0: 000080FE00000000FF005450B6AD1DFE:01BB 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 12 1 0";
        assert_eq!(socket(v6).unwrap().at, "[fe80::5054:ff:fe1d:adb6]:443".parse().unwrap());
        assert_eq!(socket(&v4.replace(" 0A ", " 01 ")), None, "a connection is no listener");
        let way = |there: &str, wanted: &str| in_the_way(there.parse().unwrap(), wanted.parse().unwrap());
        assert!(
            way("127.0.0.1:80", "0.0.0.0:80")
                && way("[::]:80", "10.0.0.1:80")
                && way("0.0.0.0:80", "10.0.0.1:80")
        );
        assert!(
            !way("127.0.0.1:80", "10.0.0.1:80")
                && !way("0.0.0.0:81", "0.0.0.0:80")
                && !way("0.0.0.0:80", "[fd00::1]:80")
        );
    }
}
