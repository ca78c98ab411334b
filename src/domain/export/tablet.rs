//! JSON export: the tablet export form, and beyond v3.3 the row, column and technician's name where known.
//!
//! Called by `hub`; calls `iso8601`. `import::tablet` reads the same form.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ExportRow, ExportView};
use crate::domain::iso8601;
use crate::domain::status::status_word;

pub fn tablet(view: &ExportView) -> Value {
    let strings: BTreeSet<u16> = view.rows.iter().map(|row| row.string).filter(|s| *s > 0).collect();
    let modules: Vec<Value> = view.rows.iter().zip(1u64..).map(|(row, id)| module(row, id)).collect();
    json!({
        "auditToken": view.token,
        "auditData": {
            "project_name": view.name,
            "client_name": view.client,
            "location": view.location,
            "created_at": iso8601::format(view.created_ms),
            "string_count": strings.len(),
            "module_count": view.rows.len(),
        },
        "modules": modules,
        "lastSync": view.exported_ms,
    })
}

fn module(row: &ExportRow, id: u64) -> Value {
    let mut module = json!({
        "id": id,
        "module_id": row.module,
        "string_number": row.string,
        "position_in_string": row.position,
        "status": status_word(row.status),
        "comment": row.comment,
        "updated_at": row.updated_ms.map(iso8601::format),
        "technician_id": row.technician_id,
    });
    // Absent rather than null: v3.3 readers do not know these.
    let more = [
        ("row", row.row.map(Value::from)),
        ("col", row.col.map(Value::from)),
        ("technician_name", row.technician_name.clone().map(Value::from)),
    ];
    for (field, value) in more {
        if let Some(value) = value {
            module[field] = value;
        }
    }
    module
}
