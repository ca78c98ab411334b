//! Properties as JSON: what is set of a module, of a string or of the audit, as it is merged; absent where there is none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Invalid, ModuleId, PropertyOf, PropertyState};

/// What is set of one thing.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct PropertyFields {
    /// Values by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub properties: BTreeMap<String, String>,
    /// What a reader of this has seen: the `base` of the next `property`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property_stamp: Option<String>,
    /// Names to which two people gave different values without seeing each other's, until somebody settles it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Option<Vec<String>>)]
    pub property_conflicts: Vec<String>,
}

impl PropertyFields {
    pub fn of(state: Option<&PropertyState>) -> Self {
        let Some(state) = state else { return Self::default() };
        Self {
            properties: state.values().map(|(name, value, _)| (name.to_owned(), value.to_owned())).collect(),
            property_stamp: Some(state.seen().to_string()),
            property_conflicts: state.conflicts().map(str::to_owned).collect(),
        }
    }
}

/// What a property is of: a module, a string, or with neither the audit itself.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PropertyOf)]
pub struct PropertyOfJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    module_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    string: Option<u16>,
}

impl PropertyOfJson {
    pub fn read(self) -> Result<PropertyOf, Invalid> {
        match (self.module_id, self.string) {
            (Some(_), Some(_)) => Err(Invalid::new("of", "a module, a string, or neither")),
            (Some(id), None) => ModuleId::parse(id).map(PropertyOf::Module),
            (None, Some(number)) => Ok(PropertyOf::String(number)),
            (None, None) => Ok(PropertyOf::Audit),
        }
    }
}

impl From<&PropertyOf> for PropertyOfJson {
    fn from(of: &PropertyOf) -> Self {
        let string = match of {
            PropertyOf::String(number) => Some(*number),
            _ => None,
        };
        Self { module_id: of.module().map(ToString::to_string), string }
    }
}

/// In an event of the live feed: all that is set of that thing, as it is merged now.
#[derive(Debug, Serialize, ToSchema)]
pub struct PropertyEvent {
    pub of: PropertyOfJson,
    #[serde(flatten)]
    pub fields: PropertyFields,
}

impl PropertyEvent {
    /// `of` as it is called here.
    pub fn of(of: &PropertyOf, state: &PropertyState) -> Self {
        Self { of: of.into(), fields: PropertyFields::of(Some(state)) }
    }
}
