//! Binding of TCP listeners (IPV6_V6ONLY, SO_REUSEADDR): `0.0.0.0:80` and `[::]:80` beside each other.
//!
//! Called by `serve` and `https`; calls `domain` and socket2, as tokio's own sockets do not know the option.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};
use tokio::net::TcpListener;

use crate::config::Config;
use crate::domain::blocked_ports::blocked;

/// As many as std lets wait.
const BACKLOG: i32 = 4096;

/// `[::]` is IPv4 as well, as Linux has it, unless an IPv4 address of the same port is among `all`: then one of the two could not be
/// bound, whichever comes second.
pub fn on(address: SocketAddr, all: &[SocketAddr]) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(has_twin(address, all))?;
    }
    // A hub that starts again need not wait for what is left of its old connections.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// What to say of ports on which browsers open no page. It is said, not refused: tablets of v3.3 reach them all the same.
pub fn blocked_ports(config: &Config) -> Vec<String> {
    let https = config.tls.certificate().map(|_| config.tls.listen());
    config.listen.iter().copied().chain(https).filter_map(|at| blocked(at.port())).collect()
}

fn has_twin(address: SocketAddr, all: &[SocketAddr]) -> bool {
    address.port() != 0 && all.iter().any(|other| other.is_ipv4() && other.port() == address.port())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;
    use crate::config::Layer;

    #[test]
    fn each_listener_on_a_blocked_port_is_told() {
        let listen = |at: &[&str]| Some(at.iter().map(|one| one.parse().unwrap()).collect());
        let told = |layer: Layer| blocked_ports(&Config::resolve([layer]).unwrap());
        assert!(told(Layer::default()).is_empty());
        let two = told(Layer { listen: listen(&["0.0.0.0:6000", "0.0.0.0:80"]), ..Layer::default() });
        assert!(two.len() == 1 && two[0].contains("port 6000"), "{two:?}");
    }

    #[tokio::test]
    async fn both_families_have_one_port_together_and_ipv6_alone_has_both() {
        let Ok(free) = std::net::TcpListener::bind("[::1]:0") else {
            return println!("skipped: no IPv6 here");
        };
        let port = free.local_addr().unwrap().port();
        drop(free);
        let at = |host: &str| format!("{host}:{port}").parse::<SocketAddr>().unwrap();
        let reached = |host: &str| TcpStream::connect(at(host)).is_ok();
        for all in [[at("0.0.0.0"), at("[::]")], [at("[::]"), at("0.0.0.0")]] {
            let bound: Vec<_> = all.iter().map(|address| on(*address, &all).unwrap()).collect();
            assert!(reached("127.0.0.1") && reached("[::1]"));
            drop(bound);
        }
        let _alone = on(at("[::]"), &[at("[::]")]).unwrap();
        assert!(reached("127.0.0.1") && reached("[::1]"), "as a setting of earlier versions has it");
    }
}
