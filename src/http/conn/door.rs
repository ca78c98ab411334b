//! Where a request came from, and through which of the hub's sockets: what is answered on port 80 alone, or over
//! TLS alone, asks this.
//!
//! The accept loop makes it; it travels as a request extension. Requests of the administrator have none.

use std::net::{IpAddr, SocketAddr};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// The address of this machine that the client has reached.
    pub local: SocketAddr,
    pub tls: bool,
}

/// Where a request came from. Travels as a request extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// The Unix socket, guarded by file permissions, or a command in process.
    Administrator,
    Network(IpAddr),
}
