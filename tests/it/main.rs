//! The integration tests, one module for each feature, as one program: it is linked once.
//!
//! Under cargo-nextest each test is a process of its own; `cargo test` runs all of them as threads of one. So no test takes the
//! process over: what has to change it for the others (environment, working directory, limits, a panic hook that keeps
//! messages of theirs) goes into a program of its own beside this one, with its reason in Cargo.toml.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test may panic, and says why it is skipped

mod common;

mod access_edges;
mod answers;
mod archive;
mod audits;
mod backup_leftovers;
mod backup_stick;
mod bad_pages;
mod bad_reads;
mod booted;
mod bounds;
mod bundle;
mod circles;
mod cli;
mod cli_bundle;
mod cli_crew;
mod cli_layout;
mod cli_pull;
mod cli_upstream;
mod clock;
mod cloud_hub;
mod copies;
mod crew;
mod crew_files;
mod damage;
mod disk_full;
mod doctor;
mod documents;
mod doors;
mod first_build;
mod headers;
mod hotspot;
mod https;
mod https_program;
mod kill9;
mod lacking;
mod layers;
mod layout;
mod limits;
mod limits_crew;
mod links;
mod live;
mod live_many;
mod logs;
mod mdns;
mod migrate;
mod names;
mod native;
mod netns;
mod notes;
mod numbering;
mod openapi;
mod order;
mod outputs;
mod peer;
mod places;
mod poster;
mod power_cut;
mod preview;
mod probes;
mod rates;
mod read_only;
mod receipts;
mod restore;
mod roles;
mod rollback;
mod service;
mod sessions;
mod simulation;
mod sizes;
mod slow;
mod supervised;
mod surroundings;
mod trials;
mod undo;
mod unit;
mod update;
mod update_interrupted;
mod upstream_api;
mod upstream_client;
mod upstream_faults;
mod upstream_heads;
mod upstream_kill9;
mod upstream_net;
mod upstream_tls;
mod upstream_v33;
mod v33;
mod week_offline;
