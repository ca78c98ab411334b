//! JSON shapes of the native API (data transfer objects, serialization), made from domain values. Used by all handlers of
//! this layer.

mod audit;
mod logged_op;
mod module;
mod photo;
mod property;
mod receipt;
mod summary;
mod technician;

use serde::{Deserialize, Deserializer};

pub use audit::{AuditHead, AuditJson, StringInfo};
pub use logged_op::LoggedOp;
pub use module::ModuleJson;
pub use photo::{PhotoAtJson, PhotoJson, VariantJson};
pub use property::{PropertyEvent, PropertyFields, PropertyOfJson};
pub use receipt::Cloud;
pub use summary::{AuditList, Listed, Summary, Unread};
pub use technician::{Technician, Technicians};

/// For fields where absent and null differ: `#[serde(default, deserialize_with = "given")]`.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}
