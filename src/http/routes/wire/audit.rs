//! A whole audit as JSON: its head, its strings, and its modules.
//!
//! Made by `states`; the document describes it as one.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ModuleJson, PropertyFields, Summary};
use crate::domain::shown_layout::ShownString;
use crate::domain::{Digest, Picture, Proof, Token};
use crate::hub::{AuditFacts, Hub};

#[derive(Debug, Serialize, ToSchema)]
pub struct StringInfo {
    pub number: u16,
    /// Where somebody gave it one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Strings stand in the order of their ranks; absent: its number times 65,536.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<i64>,
    pub module_count: usize,
}

impl From<(u16, usize)> for StringInfo {
    fn from((number, module_count): (u16, usize)) -> Self {
        Self { number, name: None, rank: None, module_count }
    }
}

impl From<&ShownString> for StringInfo {
    fn from(string: &ShownString) -> Self {
        let ShownString { number, name, rank, module_count, .. } = string.clone();
        Self { number, name, rank, module_count }
    }
}

/// One audit, whole; for the document alone: `states` sends its head, and then module by module.
#[derive(Debug, ToSchema)]
#[schema(as = Audit)]
#[expect(dead_code, reason = "read by its derive")]
pub struct AuditJson {
    pub log_id: Uuid,
    /// Of `seq`: `LOGID:SEQ:PROOF` is a cursor of the live feed.
    #[schema(value_type = String)]
    pub proof: Proof,
    #[serde(flatten)]
    pub summary: Summary,
    /// In their order.
    pub strings: Vec<StringInfo>,
    /// What a reader of this has seen of the layout: the `base` of their next change of it.
    pub layout_stamp: String,
    /// What is set of the audit itself.
    #[serde(flatten)]
    pub set: PropertyFields,
    /// What is set of strings, by their numbers.
    #[schema(value_type = Option<BTreeMap<String, PropertyFields>>)]
    pub strings_properties: BTreeMap<u16, PropertyFields>,
    pub modules: Vec<ModuleJson>,
}

/// What is said of an audit before its modules.
#[derive(Debug, Serialize)]
pub struct AuditHead {
    log_id: Uuid,
    proof: Proof,
    #[serde(flatten)]
    summary: Summary,
    strings: Vec<StringInfo>,
    layout_stamp: String,
    #[serde(flatten)]
    set: PropertyFields,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    strings_properties: BTreeMap<u16, PropertyFields>,
}

impl AuditHead {
    pub fn of(hub: &Hub, token: &Token, picture: &Picture, digest: Digest, facts: AuditFacts) -> Self {
        let of_strings = picture.of_strings.iter();
        let of_strings = of_strings.map(|(number, state)| (*number, PropertyFields::of(Some(state))));
        Self {
            log_id: facts.log_id,
            proof: hub.cursor_key().prove(facts.log_id, token, picture.outline.head, digest),
            summary: Summary::of(hub, token, picture.outline.clone(), facts),
            strings: picture.layout.strings().map(StringInfo::from).collect(),
            layout_stamp: picture.layout_stamp.map_or_else(String::new, |stamp| stamp.to_string()),
            set: PropertyFields::of(picture.of_audit.as_deref()),
            strings_properties: of_strings.collect(),
        }
    }
}
