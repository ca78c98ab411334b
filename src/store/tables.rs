//! Every redb table, and nothing else. All other files of `store` use these definitions.
//!
//! A mark writes `LOG` alone: a lone commit over one table writes 37 kB, over two 49 kB. The
//! tables below the line are folds of the log, written by `checkpoint`.

use redb::TableDefinition;

/// Layout of all this; `open` refuses a newer one, and `migrate` knows the way from an earlier one.
pub const SCHEMA: u32 = 2;

/// `schema`, `hub_id`, `log_id`, `clock`: see `open`.
pub const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
/// Token → `record::AuditRow`.
pub const AUDITS: TableDefinition<&str, &[u8]> = TableDefinition::new("audits");
/// (audit number, seq) → an operation. The truth.
pub const LOG: TableDefinition<(u32, u64), &[u8]> = TableDefinition::new("log");

// ---- what is remembered of other hubs: see `links` ----

/// (audit number, another hub's log id) → how far that log is here.
pub const HAVES: TableDefinition<(u32, u128), &[u8]> = TableDefinition::new("haves");
/// (audit number, first seq) → last seq, and the log that these operations came from.
pub const ORIGINS: TableDefinition<(u32, u64), &[u8]> = TableDefinition::new("origins");
/// (audit number, link) → `links::LinkRow`.
pub const LINKS: TableDefinition<(u32, &str), &[u8]> = TableDefinition::new("links");
/// (audit number, link, module) → `links::Shadow`.
pub const SHADOWS: TableDefinition<(u32, &str, &str), &[u8]> = TableDefinition::new("shadows");
/// (audit number, link, module) → `links::Parked`.
pub const PARKED: TableDefinition<(u32, &str, &str), &[u8]> = TableDefinition::new("parked");

// ---- folds of the log, up to `record::Fold::folded` ----

/// Audit number → `record::Fold`.
pub const FOLDS: TableDefinition<u32, &[u8]> = TableDefinition::new("folds");
/// (audit number, module) → `domain::Entry`.
pub const MODULES: TableDefinition<(u32, &str), &[u8]> = TableDefinition::new("modules");
/// (audit number, operation id) → seq: what a repeat is recognised by.
pub const IDS: TableDefinition<(u32, u128), u64> = TableDefinition::new("ids");
