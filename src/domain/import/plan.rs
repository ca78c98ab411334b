//! JSON import of a plan: strings and positions, nothing marked yet.
//!
//! Called by `import::read`; calls `collect`, and `layout` where there are figures alone.

use serde::Deserialize;

use super::at::At;
use super::collect::{Collect, ModuleRow};
use super::document::{Collected, Document, ImportKind, StringsRead, from_json, short_field};
use super::error::{ImportError, ImportProblem};
use super::scalar::{ScalarText, StringName, WholeNumber};
use super::width::Few;
use crate::domain::id::{MAX_MODULES, ModuleId};
use crate::domain::layout::Layout;

// By their shorter names they are in what people are told about a file.
#[derive(Deserialize)]
#[serde(rename = "Plan")]
struct PlanFile {
    #[serde(default)]
    diagpv_import_format: Option<PlanSite>,
    /// The office's wrapper: what the site is called, and its figures.
    #[serde(default)]
    project_info: Option<PlanSite>,
    #[serde(default)]
    installation_config: Option<PlanSite>,
    #[serde(default)]
    strings_configuration: Option<Few<PlanString>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename = "Site")]
struct PlanSite {
    project_name: Option<String>,
    client_name: Option<String>,
    location: Option<String>,
    string_count: WholeNumber<u16>,
    modules_per_string: WholeNumber<u16>,
    total_modules: WholeNumber<u64>,
}

#[derive(Deserialize)]
struct PlanString {
    #[serde(default)]
    string_number: StringName,
    #[serde(default)]
    string_id: StringName,
    modules: Few<PlanModule>,
}

#[derive(Deserialize)]
struct PlanModule {
    #[serde(default)]
    module_id: ScalarText,
    position_in_string: WholeNumber<u16>,
    #[serde(default)]
    physical_position: Option<Physical>,
}

#[derive(Deserialize)]
struct Physical {
    #[serde(default)]
    row: WholeNumber<i32>,
    #[serde(default)]
    col: WholeNumber<i32>,
}

const SITE: &str = "diagpv_import_format";
const WRAPPER: &str = "project_info";

pub(super) fn parse(text: &str) -> Result<Document, ImportError> {
    let plan: PlanFile = from_json(text)?;
    let figures_at = if plan.diagpv_import_format.is_none() && plan.installation_config.is_some() {
        "installation_config"
    } else {
        SITE
    };
    let site = plan.diagpv_import_format.unwrap_or_default();
    let wrapper = plan.project_info.unwrap_or_default();
    let collected = match plan.strings_configuration.filter(|strings| !strings.0.is_empty()) {
        Some(strings) => from_strings(&strings.0)?,
        None => {
            let figures =
                if figures_at == SITE { &site } else { &plan.installation_config.unwrap_or_default() };
            let layout = from_figures(figures_at, figures)?;
            Collected::of(layout, StringsRead::default())
        }
    };
    let text = |field: &str, own: &Option<String>, wrapper: &Option<String>| {
        let own = short_field(SITE, field, own.as_deref().unwrap_or_default())?;
        let wrapped = short_field(WRAPPER, field, wrapper.as_deref().unwrap_or_default())?;
        Ok::<_, ImportError>(own.or(wrapped))
    };
    Ok(Document {
        name: text("project_name", &site.project_name, &wrapper.project_name)?,
        client: text("client_name", &site.client_name, &wrapper.client_name)?,
        location: text("location", &site.location, &wrapper.location)?,
        ..Document::of(ImportKind::Plan, collected)
    })
}

/// The string that a plan means: by its number, whatever else it is called, or by its id.
fn string_of(string: &PlanString, path: &str) -> Result<StringName, ImportError> {
    let plain = |name: &StringName| match name {
        StringName::Number(number) | StringName::Round(number, _) => Some(*number),
        StringName::Nowhere | StringName::Name(_) => None,
    };
    match (&string.string_number, &string.string_id) {
        (StringName::Nowhere, StringName::Nowhere) => Err(ImportError::field(
            format!("{path}.string_number"),
            ImportProblem::NoString,
            "it is missing; give string_number 3 or string_id \"S3\"",
        )),
        (StringName::Nowhere, id) => Ok(id.clone()),
        (number, id) => match (plain(number), plain(id)) {
            (Some(number), Some(id)) if number != id => Err(ImportError::field(
                format!("{path}.string_id"),
                ImportProblem::StringContradicted,
                format!("S{id}, but string_number is {number}; correct one of the two"),
            )),
            _ => Ok(number.clone()),
        },
    }
}

/// Modules without names of their own get numbers, in the order of their places.
fn from_strings(strings: &[PlanString]) -> Result<Collected, ImportError> {
    let mut collect = Collect::default();
    let mut slots = Vec::new();
    for (n, string) in strings.iter().enumerate() {
        let name = string_of(string, &format!("strings_configuration[{n}]"))?;
        slots.extend(
            string.modules.0.iter().enumerate().map(|(m, module)| (name.clone(), module, At::Plan(n, m))),
        );
    }
    if slots.is_empty() {
        return Err(ImportError::field(
            "strings_configuration",
            ImportProblem::NoModules,
            "its strings have no modules",
        ));
    }
    if slots.len() > MAX_MODULES {
        return Err(too_many("strings_configuration", slots.len() as u64));
    }
    for (number, (string, module, at)) in numbered(slots) {
        let given = module.module_id.0.trim();
        let made = ModuleId::numbered(number);
        let (row, col) = module.physical_position.as_ref().map_or((None, None), |p| (p.row.0, p.col.0));
        let module_id = if given.is_empty() { made.as_str() } else { given };
        let position = module.position_in_string.0;
        collect.add(ModuleRow { module_id, string, position, row, col, ..ModuleRow::default() }, at)?;
    }
    collect.finish()
}

type PlanSlot<'a> = (StringName, &'a PlanModule, At);

/// In the order of their places, with the number that each would have; names keep the order of the file.
fn numbered(mut slots: Vec<PlanSlot<'_>>) -> impl Iterator<Item = (usize, PlanSlot<'_>)> {
    slots.sort_by_key(|(string, module, at)| {
        let number = match string {
            StringName::Number(number) | StringName::Round(number, _) => *number,
            StringName::Nowhere | StringName::Name(_) => 0,
        };
        let nth = if let (StringName::Name(_), At::Plan(nth, _)) = (string, at) { *nth } else { 0 };
        (number, nth, module.position_in_string.0)
    });
    (1..).zip(slots)
}

/// A plan without `strings_configuration`: every string has `modules_per_string` modules.
fn from_figures(at: &str, site: &PlanSite) -> Result<Layout, ImportError> {
    let figure = |field: &str, value: WholeNumber<u16>| match value.0 {
        Some(count) if count > 0 => Ok(count),
        _ => Err(ImportError::field(
            format!("{at}.{field}"),
            ImportProblem::NoCount,
            "it must be a number from 1, or the file must have strings_configuration",
        )),
    };
    let strings = figure("string_count", site.string_count)?;
    let each = figure("modules_per_string", site.modules_per_string)?;
    let product = u64::from(strings) * u64::from(each);
    let total = site.total_modules.0.unwrap_or(product);
    if total != product {
        return Err(ImportError::field(
            format!("{at}.total_modules"),
            ImportProblem::CountContradicted,
            format!(
                "{total}, but {strings} strings of {each} are {product}; correct it, or list the strings in \
                 strings_configuration"
            ),
        ));
    }
    if product > MAX_MODULES as u64 {
        return Err(too_many(&format!("{at}.total_modules"), product));
    }
    Layout::from_counts(&format!("{each}x{strings}"))
        .map_err(|e| ImportError::field(e.field, ImportProblem::BadValue, e.problem))
}

fn too_many(path: &str, count: u64) -> ImportError {
    ImportError::field(
        path,
        ImportProblem::TooManyModules,
        format!("{count} modules; an audit has at most {MAX_MODULES}, split the plan"),
    )
}
