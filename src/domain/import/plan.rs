//! JSON import of a plan: strings and positions, nothing marked yet.
//!
//! Called by `import::parse`; calls `layout`, which names the modules.

use std::collections::HashMap;

use serde::Deserialize;

use super::document::{Document, ImportKind, from_json, short_field};
use super::error::ImportError;
use super::tablet::StringNumber;
use super::width::Few;
use crate::domain::id::MAX_MODULES;
use crate::domain::layout::Layout;

// By their shorter names they are in what people are told about a file.
#[derive(Deserialize)]
#[serde(rename = "Plan")]
struct PlanFile {
    #[serde(default)]
    diagpv_import_format: Option<PlanSite>,
    #[serde(default)]
    strings_configuration: Option<Few<PlanString>>,
}

#[derive(Deserialize, Default)]
#[serde(rename = "Site")]
struct PlanSite {
    project_name: Option<String>,
    client_name: Option<String>,
    location: Option<String>,
    string_count: Option<u16>,
    modules_per_string: Option<u16>,
    total_modules: Option<u64>,
}

#[derive(Deserialize)]
struct PlanString {
    string_number: Option<StringNumber>,
    string_id: Option<StringNumber>,
    modules: Few<PlanModule>,
}

#[derive(Deserialize)]
struct PlanModule {
    position_in_string: u16,
    physical_position: Option<Physical>,
}

#[derive(Deserialize)]
struct Physical {
    row: Option<i32>,
    col: Option<i32>,
}

const SITE: &str = "diagpv_import_format";

pub(super) fn parse(text: &str) -> Result<Document, ImportError> {
    let plan: PlanFile = from_json(text)?;
    let site = plan.diagpv_import_format.unwrap_or_default();
    let layout = match plan.strings_configuration.filter(|strings| !strings.0.is_empty()) {
        Some(strings) => from_strings(&strings.0)?,
        None => from_figures(&site)?,
    };
    Ok(Document {
        kind: ImportKind::Plan,
        token: None,
        name: short_field(SITE, "project_name", site.project_name)?,
        client: short_field(SITE, "client_name", site.client_name)?,
        location: short_field(SITE, "location", site.location)?,
        created_ms: None,
        layout,
        marks: Vec::new(),
    })
}

fn from_strings(strings: &[PlanString]) -> Result<Layout, ImportError> {
    let mut slots = Vec::new();
    let mut taken = HashMap::new();
    for (n, string) in strings.iter().enumerate() {
        let path = format!("strings_configuration[{n}]");
        let number = match (string.string_number, string.string_id) {
            (Some(StringNumber(number)), Some(StringNumber(id))) if number != id => {
                return Err(ImportError::field(
                    format!("{path}.string_id"),
                    format!("S{id}, but string_number is {number}; correct one of the two"),
                ));
            }
            (Some(StringNumber(number)), _) | (None, Some(StringNumber(number))) if number > 0 => number,
            (None, None) => {
                return Err(ImportError::field(
                    format!("{path}.string_number"),
                    "it is missing; give string_number 3 or string_id \"S3\"",
                ));
            }
            _ => return Err(ImportError::field(format!("{path}.string_number"), "strings count from 1")),
        };
        for (m, module) in string.modules.0.iter().enumerate() {
            let position = module.position_in_string;
            let here = || format!("{path}.modules[{m}].position_in_string");
            if position == 0 {
                return Err(ImportError::field(here(), "positions count from 1"));
            }
            if let Some((n, m)) = taken.insert((number, position), (n, m)) {
                return Err(ImportError::field(
                    here(),
                    format!(
                        "position {position} of string {number} is already at strings_configuration[{n}].modules[{m}]; \
                         correct one of the two"
                    ),
                ));
            }
            let (row, col) = module.physical_position.as_ref().map_or((None, None), |p| (p.row, p.col));
            slots.push((number, position, row, col));
        }
    }
    if slots.is_empty() {
        return Err(ImportError::field("strings_configuration", "its strings have no modules"));
    }
    if slots.len() > MAX_MODULES {
        return Err(too_many("strings_configuration", slots.len() as u64));
    }
    Layout::numbered(slots).map_err(|e| ImportError::field(e.field, e.problem))
}

/// A plan without `strings_configuration`: every string has `modules_per_string` modules.
fn from_figures(site: &PlanSite) -> Result<Layout, ImportError> {
    let figure = |field: &str, value: Option<u16>| match value {
        Some(count) if count > 0 => Ok(count),
        _ => Err(ImportError::field(
            format!("{SITE}.{field}"),
            "it must be a number from 1, or the file must have strings_configuration",
        )),
    };
    let strings = figure("string_count", site.string_count)?;
    let each = figure("modules_per_string", site.modules_per_string)?;
    let product = u64::from(strings) * u64::from(each);
    let total = site.total_modules.unwrap_or(product);
    if total != product {
        return Err(ImportError::field(
            format!("{SITE}.total_modules"),
            format!(
                "{total}, but {strings} strings of {each} are {product}; correct it, or list the strings in \
                 strings_configuration"
            ),
        ));
    }
    if product > MAX_MODULES as u64 {
        return Err(too_many(&format!("{SITE}.total_modules"), product));
    }
    Layout::from_counts(&format!("{each}x{strings}")).map_err(|e| ImportError::field(e.field, e.problem))
}

fn too_many(path: &str, count: u64) -> ImportError {
    ImportError::field(path, format!("{count} modules; an audit has at most {MAX_MODULES}, split the plan"))
}
