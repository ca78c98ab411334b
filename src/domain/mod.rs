//! Domain model: what an audit is and how marks merge. Pure values and functions, no I/O, no clock, no async.
//!
//! Everything above calls this; it calls nothing above. Time and randomness come in as arguments.

pub mod audit;
pub mod blocked_ports;
pub mod body;
pub mod bounds;
pub mod bundle;
pub mod codes;
pub mod composed;
pub mod crew;
pub mod cursor;
pub mod digest;
pub mod export;
mod fingerprint;
pub mod hex;
pub mod id;
pub mod image;
pub mod import;
pub mod iso8601;
pub mod layout;
pub mod layout_changes;
pub mod layout_edit;
pub mod merge;
pub mod op;
pub mod page;
pub mod photo;
pub mod photo_import;
pub mod property;
pub mod register;
pub mod report;
pub mod restore;
pub mod shown_layout;
pub mod site_clock;
mod spreadsheet;
pub mod stamp;
pub mod status;
pub mod surrogates;
pub mod upstream;
pub mod wifi;

pub use audit::{AuditState, Details, Entry, Picture};
pub use bounds::{AuditBounds, Beyond};
pub use cursor::{Cursor, CursorKey, Position, Proof};
pub use digest::Digest;
pub use export::{ExportHead, ExportRow};
pub use fingerprint::Fingerprint;
pub use id::{Author, Invalid, ModuleId, OpId, Token};
pub use import::{Document, ImportError, ImportedMark};
pub use layout::{Layout, Place};
pub use layout_edit::LayoutEdit;
pub use merge::{ModuleState, Register};
pub use op::{Base, Body, Carried, Mark, NewOp, Op, Outcome, Restore};
pub use photo::{BlobHash, Photo, PhotoEdit};
pub use property::{Property, PropertyOf, PropertyState};
pub use stamp::{Hlc, Seen, Stamp};
pub use status::Status;
pub use upstream::{BearerToken, Holds, Hours, LinkKind, LinkName, LinkUrl};
