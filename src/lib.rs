pub mod config;
pub mod domain;
pub mod hub;
pub mod store;
