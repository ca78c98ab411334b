//! What the operations of every kind have, as they are read (envelope): id, author, device, time and stamp; and why one is refused.
//!
//! Called by `op_body`, `photo_body`, `photo_ops` and `ops`.

use uuid::Uuid;

use crate::domain::{Base, Body as OpBody, Invalid, NewOp, Seen};
use crate::http::guard::caller::Caller;
use crate::http::refusal_code::RefusalCode;

/// What every operation says, whichever its kind.
pub struct Envelope {
    pub id: Uuid,
    pub technician_id: Option<String>,
    pub technician_name: Option<String>,
    pub device_id: Option<String>,
    pub marked_at_ms: u64,
    pub stamp: Option<String>,
}

/// Makes the body of one kind: its own fields, between those of the envelope. Flat, and not one struct within the other: so
/// a wrong field is named with its place, and the document has one object for each kind.
macro_rules! operation {
    ($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize, ToSchema)]
        pub struct $name {
            /// UUIDv7, minted on the tablet: a repeat is recognised by it.
            id: Uuid,
            $($(#[$attribute])* $field: $type,)*
            /// Must be there on an open hub; elsewhere the session tells.
            #[serde(default)]
            technician_id: Option<String>,
            #[serde(default)]
            technician_name: Option<String>,
            /// The technician's id when absent.
            #[serde(default)]
            device_id: Option<String>,
            marked_at_ms: u64,
            /// The one that the hub gave it before, when it is offered again to another log.
            #[serde(default)]
            stamp: Option<String>,
        }

        impl $name {
            fn envelope(&mut self) -> super::op_fields::Envelope {
                super::op_fields::Envelope {
                    id: self.id,
                    technician_id: self.technician_id.take(),
                    technician_name: self.technician_name.take(),
                    device_id: self.device_id.take(),
                    marked_at_ms: self.marked_at_ms,
                    stamp: self.stamp.take(),
                }
            }
        }
    };
}

pub(super) use operation;

/// What the author had seen, as the hub gave it to them.
pub fn seen(field: &str, text: Option<&str>, problem: &str) -> Result<Seen, Invalid> {
    text.unwrap_or_default().parse().map_err(|()| Invalid::new(field, problem))
}

impl Envelope {
    /// The operation that says `body`, by whoever called.
    pub fn close(self, caller: &Caller, base: Seen, body: OpBody) -> Result<NewOp, Invalid> {
        if self.id.get_version_num() != 7 {
            return Err(Invalid::new("id", "it must be a UUID of version 7"));
        }
        let author = caller.author(self.technician_id, self.technician_name)?;
        let wrong = |()| Invalid::new("stamp", "send it as the hub gave it, or none");
        Ok(NewOp {
            id: self.id,
            device: caller.device(self.device_id, &author)?,
            author,
            marked_ms: self.marked_at_ms,
            base: Base::Seen(base),
            body,
            stamp: self.stamp.as_deref().map(str::parse).transpose().map_err(wrong)?,
            believed_ms: 0,
        })
    }
}

/// Why an operation is refused, and what of that its tablet can mend.
#[derive(Debug)]
pub struct OpRefusal {
    pub reason: String,
    pub code: Option<RefusalCode>,
    pub missing: Option<Vec<String>>,
}

impl OpRefusal {
    pub fn coded(code: RefusalCode, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), code: Some(code), missing: None }
    }
}

impl From<Invalid> for OpRefusal {
    fn from(invalid: Invalid) -> Self {
        invalid.to_string().into()
    }
}

impl From<String> for OpRefusal {
    fn from(reason: String) -> Self {
        Self { reason, code: None, missing: None }
    }
}
