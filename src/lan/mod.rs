//! The hub on its local network: what makes it one that tablets can trust there (HTTPS).
//!
//! Called by `cli`, with plain values; calls `store` for its files.

pub mod https;
