//! What is answered: one file for each subject, and `table`, which has every route once.

pub mod admin;
pub mod assets;
pub mod audits;
pub mod bundle;
mod clock;
pub mod crew;
pub mod health;
pub mod history;
pub mod join;
pub mod live;
pub mod live_many;
pub mod live_tail;
pub mod notes;
pub mod openapi;
pub mod openapi_limits;
pub mod ops;
pub mod peer;
pub mod poster;
pub mod presence;
pub mod preview;
pub mod probes;
pub mod table;
pub mod trust;
mod unread;
pub mod upstream;
pub mod v33;
pub mod wire;
