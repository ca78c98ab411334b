//! Append-only log: everything that lies on the disk. One redb database, one log per audit in it, and beside it the
//! small private files of `private`.
//!
//! `hub` calls this; it calls `domain` alone. redb types do not leave it.
//!
//! ```text
//!  hub ──Job──▶ writer (one thread) ──batch──▶ Engine::commit ── one transaction, one flush
//!                                                  │ then
//!                                                  ▼
//!                                     merged state in memory, callback, replies
//! ```
//!
//! Invariants, relied on everywhere:
//! 1. **The log is the truth.** A mark writes one row of one table (`tables::LOG`); all other
//!    tables are folds of it, brought up to date by `checkpoint` now and then. Opening reads the
//!    folds and replays what came after them.
//! 2. **Publish after commit.** Readers see merged state only from transactions that are on the disk.
//! 3. **One writer.** Only the writer thread begins write transactions, so a sequence number is
//!    given once.
//! 4. **Every value carries a CRC over its key and bytes** (`record`): redb verifies no checksum
//!    on ordinary reads.
//! 5. **Every row of a log carries a digest of the log up to there** (`chain`): two logs are compared by one.

mod append;
mod archive;
mod backend;
mod backup;
pub mod blobs;
mod bounds;
mod catalogue;
mod chain;
mod checkpoint;
mod command;
mod commit;
mod company;
mod draft;
mod engine;
mod error;
mod eviction;
mod file;
mod high_water;
mod identity;
mod ingest;
mod loaded;
mod look;
mod medium;
mod meta;
mod migrate;
mod names_read;
pub mod no_follow;
mod notes;
mod open;
mod pace;
mod photo_rows;
mod positions;
mod private;
mod probe;
mod progress;
mod property_rows;
// Public for fuzz/ alone: no other layer reads rows.
pub mod record;
mod recovery;
mod renewal;
mod replication;
mod snapshot;
mod stamping;
mod tables;
#[cfg(test)]
mod testing;
mod verify;
mod worker;
mod writer;
mod written;

pub use backend::Backend;
pub use blobs::{
    BlobDisk, BlobError, BlobFacts, BlobFile, BlobLimits, Blobs, DirBlobs, Have, PhotosFull, Pins,
};
pub use command::{Command, Oddities, OpAck, OpVerdict, PageFrom, Remember, TakeIn, Teller};
pub use engine::{Engine, LogPage};
pub use error::StoreError;
pub use file::{Options, RESTORE_UPLOAD};
pub use high_water::{HighWaters, Told};
pub use identity::Identity;
pub use loaded::{Audit, Loaded};
pub use medium::{DirMedium, Medium};
pub use open::{leftovers, put_newer_aside, sweep};
pub use private::PrivateFile;
pub use progress::WorkProgress;
pub use record::{LinkRow, Parked, Shadow};
pub use recovery::aside;
pub use replication::Origin;
pub use worker::{CommitListener, Committed};
pub use writer::Writer;
