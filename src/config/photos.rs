//! The `[photos]` table: what pictures may take of the hub's disk. Its defaults are the store's, which `cli` fills in.
//!
//! Called by `config`; calls nothing.

use super::measure::Size;
use super::table;

table! {
    PhotoSettings, "photos":
    quota: Size,
    keep_free: Size,
}
