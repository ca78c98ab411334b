//! Native marks, ready to be changed; and files of them, as the page saves what a tablet could not send.

use std::path::Path;

use serde_json::{Value, json};

/// Some moment in the life of a site.
pub const NOW: u64 = 1_780_000_000_000;

pub fn mark(module: &str, status: &str, technician: &str, at_ms: u64) -> Value {
    json!({
        "id": uuid::Uuid::now_v7(), "kind": "mark", "module_id": module, "status": status,
        "technician_id": format!("tech_{technician}"), "technician_name": technician,
        "device_id": format!("dev_{technician}"), "marked_at_ms": at_ms,
    })
}

/// Where one of many technicians marks one of many modules.
pub fn numbered(technician: usize, module: usize, status: &str) -> Value {
    mark(&format!("M{module:03}"), status, &technician.to_string(), NOW)
}

pub fn save_unsent(file: &Path, ops: &[Value]) {
    let marks = json!({ "fieldhub_marks": 1, "token": "jalibat", "saved_at_ms": NOW, "ops": ops });
    std::fs::write(file, marks.to_string()).unwrap();
}
