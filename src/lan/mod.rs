//! Service discovery (mDNS, DNS-SD) and the local certificate authority: the hub is found by name on its network, and
//! is one that tablets can trust there (`https`).
//!
//! Called by `cli`, with plain values; calls mdns-sd and rcgen, and tells `hub` under which name it is found. Being
//! found is a bonus: tablets that were given an address need none of it, and nothing there ever stops or closes anything.
//!
//! - `announce` says that this hub is here, gives way when a name is another's, and takes leave at the end;
//! - `discover` lists the hubs that answer;
//! - `browse` asks who is there;
//! - `service_record` is what they put into a service and read out of it;
//! - `name_conflicts` decides, without a network, which names are free and who gives way;
//! - `reach` knows which addresses of the machine lead to the hub;
//! - `machine` knows whether another responder on this machine has its name;
//! - `daemon` is the thread of mdns-sd, which is always told to end.

mod announce;
mod browse;
mod daemon;
mod discover;
pub mod https;
mod machine;
mod name_conflicts;
mod reach;
mod service_record;

pub use announce::{Announcement, Announcer, announce};
pub use discover::discover;
pub use reach::Reach;
pub use service_record::{About, FoundHub};

#[derive(Debug, thiserror::Error)]
pub enum LanError {
    #[error("mDNS does not work here ({0}): the hub can be opened by its address")]
    Mdns(#[from] mdns_sd::Error),
    #[error("mDNS has stopped by itself: the hub can be opened by its address")]
    Stopped,
}
