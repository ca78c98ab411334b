//! JSON import of a tablet's export, or of one audit as the cloud has it: the modules of one audit and what was marked.
//!
//! Called by `import::read`; calls `collect`. `export::tablet` writes the same form.

use serde::Deserialize;

use super::at::At;
use super::collect::{Collect, ModuleRow};
use super::document::{Document, ImportKind, from_json, short_field};
use super::error::{ImportError, ImportProblem};
use super::scalar::{ExportTime, ScalarText, StringName, WholeNumber};
use super::width::Few;
use crate::domain::id::Token;

// By their shorter names they are in what people are told about a file.
#[derive(Deserialize)]
#[serde(rename = "Export")]
struct TabletExport {
    #[serde(rename = "auditToken")]
    token: ScalarText,
    #[serde(rename = "auditData", default)]
    data: ExportData,
    modules: Few<ExportModule>,
}

#[derive(Deserialize)]
#[serde(rename = "Cloud")]
struct CloudExport {
    audit: CloudExportAudit,
    modules: Few<ExportModule>,
}

#[derive(Deserialize)]
#[serde(rename = "Audit")]
struct CloudExportAudit {
    token: ScalarText,
    #[serde(flatten)]
    data: ExportData,
}

#[derive(Deserialize, Default)]
#[serde(default, rename = "Data")]
struct ExportData {
    project_name: ScalarText,
    client_name: ScalarText,
    location: ScalarText,
    created_at: ExportTime,
}

#[derive(Deserialize)]
#[serde(rename = "Module")]
struct ExportModule {
    module_id: ScalarText,
    #[serde(default)]
    string_number: StringName,
    #[serde(default)]
    string_name: ScalarText,
    #[serde(default)]
    module_name: ScalarText,
    #[serde(default)]
    position_in_string: WholeNumber<u16>,
    #[serde(default, alias = "physical_row")]
    row: WholeNumber<i32>,
    #[serde(default, alias = "physical_col")]
    col: WholeNumber<i32>,
    #[serde(default)]
    status: ScalarText,
    #[serde(default)]
    comment: ScalarText,
    #[serde(default)]
    technician_id: ScalarText,
    #[serde(default)]
    technician_name: ScalarText,
    #[serde(default)]
    updated_at: ExportTime,
}

pub(super) fn parse(text: &str) -> Result<Document, ImportError> {
    let TabletExport { token, data, modules } = from_json(text)?;
    document(ImportKind::TabletExport, ("auditToken", "auditData"), token, &data, &modules.0)
}

pub(super) fn parse_cloud(text: &str) -> Result<Document, ImportError> {
    let CloudExport { audit, modules } = from_json(text)?;
    document(ImportKind::CloudAudit, ("audit.token", "audit"), audit.token, &audit.data, &modules.0)
}

fn document(
    kind: ImportKind,
    (token_at, data_at): (&str, &str),
    token: ScalarText,
    data: &ExportData,
    modules: &[ExportModule],
) -> Result<Document, ImportError> {
    let token = Token::parse(token.0)
        .map_err(|e| ImportError::field(token_at, ImportProblem::BadValue, e.problem))?;
    let mut collect = Collect::default();
    for (n, module) in modules.iter().enumerate() {
        let row = ModuleRow {
            module_id: &module.module_id.0,
            string: module.string_number.clone(),
            string_name: &module.string_name.0,
            module_name: &module.module_name.0,
            position: module.position_in_string.0,
            row: module.row.0,
            col: module.col.0,
            status: &module.status.0,
            comment: &module.comment.0,
            technician_id: &module.technician_id.0,
            technician_name: &module.technician_name.0,
            marked_ms: module.updated_at.0,
        };
        collect.add(row, At::Index(n))?;
    }
    Ok(Document {
        token: Some(token),
        name: short_field(data_at, "project_name", &data.project_name.0)?,
        client: short_field(data_at, "client_name", &data.client_name.0)?,
        location: short_field(data_at, "location", &data.location.0)?,
        created_ms: data.created_at.0,
        ..Document::of(kind, collect.finish()?)
    })
}
