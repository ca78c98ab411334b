//! Property as JSON (request body, parser): values that a tablet sets of a module, of a string or of the audit.
//!
//! Read by `op_body`, one by one; made into the domain's operation. What may be set by whom is decided here.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::op_fields::{OpRefusal, operation, seen};
use super::wire::PropertyOfJson;
use crate::domain::{Body as OpBody, Invalid, NewOp, Property, PropertyOf};
use crate::http::guard::caller::{Caller, Need};
use crate::http::refusal_code::RefusalCode;

operation!(
    /// Values of a module, of a string or of the audit; those of the audit are a lead's.
    PropertyOp {
        /// `property`
        #[serde(rename = "kind")]
        #[schema(rename = "kind")]
        _kind: String,
        of: PropertyOfJson,
        /// 1 to 32 values by name; null: taken back. What is not named is untouched.
        set: BTreeMap<String, Option<String>>,
        /// The `property_stamp` of that module, string or audit as the author saw it.
        #[serde(default)]
        base: Option<String>,
    }
);

impl PropertyOp {
    pub fn read(mut self, caller: &Caller) -> Result<NewOp, OpRefusal> {
        let envelope = self.envelope();
        let property = Property::new(self.of.read()?, self.set).checked()?;
        if property.of == PropertyOf::Audit && caller.may(Need::Lead).is_err() {
            let problem = Invalid::new("of", "only a lead sets what is of the audit itself");
            return Err(OpRefusal::coded(RefusalCode::LeadOnly, problem.to_string()));
        }
        property.is_known()?;
        let base = seen("base", self.base.as_deref(), "send the property_stamp as the hub gave it")?;
        Ok(envelope.close(caller, base, OpBody::Property(Box::new(property)))?)
    }
}
