//! Connections: the accept loop, TLS, HTTP/1.1 and HTTP/2 with their timeouts, and who has a place.
//!
//! Called by `http`, which hands it a finished router; it knows no route and no hub.

pub mod accept;
pub mod answer_memory;
pub mod body_memory;
pub mod connections;
pub mod door;
pub mod http1;
pub mod http1_timeouts;
pub mod http2;
pub mod http2_timeouts;
pub mod listener;
pub mod making_room;
pub mod raw_answers;
pub mod request;
pub mod secure;
pub mod server;
pub mod slow_body;
