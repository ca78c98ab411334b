//! JSON export: the tablet export form, and beyond v3.3 the row, column and technician's name where known.
//!
//! Called by `http`; calls `iso8601`. `import::tablet` reads the same form.

use serde_json::{Value, json};

use super::{ExportHead, ExportRow};
use crate::domain::iso8601;
use crate::domain::status::status_word;

const END: &str = "]\n}";

/// Up to the first of the modules, which are the last of its fields.
pub fn tablet_begin(head: &ExportHead) -> String {
    let mut audit = json!({
        "auditToken": head.token,
        "auditData": {
            "project_name": head.name,
            "client_name": head.client,
            "location": head.location,
            "created_at": iso8601::format(head.created_ms),
            "string_count": head.strings,
            "module_count": head.modules,
        },
        "lastSync": head.exported_ms,
        "modules": [],
    });
    if head.hidden > 0 {
        audit["auditData"]["hidden_count"] = head.hidden.into();
    }
    let mut text = pretty(&audit);
    text.truncate(text.len() - END.len());
    text
}

/// Module number `id`, counted from 1.
pub fn tablet_module(row: &ExportRow, id: u64) -> String {
    let comma = if id > 1 { "," } else { "" };
    let text = pretty(&module(row, id)).replace('\n', "\n    ");
    format!("{comma}\n    {text}")
}

/// After so many modules.
pub fn tablet_end(modules: usize) -> String {
    if modules == 0 { END.to_owned() } else { format!("\n  {END}") }
}

fn pretty(value: &Value) -> String {
    // Text, numbers and lists of them: an error cannot come from these.
    serde_json::to_string_pretty(value).unwrap_or_default()
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
        ("module_name", row.name.clone().map(Value::from)),
        ("string_name", row.string_name.clone().map(Value::from)),
        ("technician_name", row.technician_name.clone().map(Value::from)),
    ];
    for (field, value) in more {
        if let Some(value) = value {
            module[field] = value;
        }
    }
    module
}
