//! OpenAPI patterns and lengths: what names and texts may look like, for the OpenAPI document: the limits of
//! `domain`, said once for all parameters and bodies that have a field of that name.
//!
//! Called by `openapi`; calls `domain` for the limits. Answers keep within them too, and have more.

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{Object, Schema, SchemaType, Type};
use utoipa::openapi::{Components, RefOr};

use crate::domain::Status;
use crate::domain::crew::Role;
use crate::domain::id::{MAX_COMMENT, MAX_NAME, MAX_NOTE};

/// Schemas that come in.
const BODIES: &[&str] = &[
    "MarkBody",
    "HeartbeatBody",
    "MarkOp",
    "NoteOp",
    "PropertyOp",
    "PresenceBody",
    "CreateBody",
    "ChangeBody",
    "JoinBody",
    "RenameBody",
    "MemberChange",
    "HubBody",
    "SyncBody",
    "ParkedBody",
    "PeerPresence",
    "PeerTechnician",
    "ExportedAudit",
];

const PLAIN: &str = "^[A-Za-z0-9._-]+$";
const NO_CONTROL: &str = "^[^\\u0000-\\u001F\\u007F-\\u009F]*$";
const COUNTS: &str = "^[1-9][0-9]{0,4}(x[1-9][0-9]{0,4})?(,[1-9][0-9]{0,4}(x[1-9][0-9]{0,4})?)*$";
const CURSOR: &str = "^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:)?[0-9]{1,19}$";
const UUID_V7: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";
const STAMP: &str = "^[0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{16}$";
const SEEN: &str = "^([0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{16}(,[0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{16})*)?$";

/// Of these, with nothing in them there is nothing to do.
const NOT_EMPTY: &[&str] = &["ChangeBody", "MemberChange"];

/// The form of a field, by its name.
fn say(body: &str, name: &str, field: &mut Object) {
    let lengths = |field: &mut Object, least, most| {
        field.min_length = Some(least);
        field.max_length = Some(most);
    };
    let pattern = match name {
        "token" => {
            lengths(field, 1, 128);
            PLAIN
        }
        "module_id" | "focus" | "technician_id" | "technicianId" | "device_id" | "hub" | "upstream" => {
            lengths(field, 1, 64);
            PLAIN
        }
        "name" => {
            lengths(field, 1, MAX_NAME);
            NO_CONTROL
        }
        "technician_name" | "technicianName" | "client" | "location" => {
            lengths(field, 0, MAX_NAME);
            NO_CONTROL
        }
        "comment" => return lengths(field, 0, MAX_COMMENT),
        "status" => return words(field, Status::ALL.map(Status::as_str)),
        "role" => return words(field, Role::ALL.map(Role::as_str)),
        "kind" if body == "PropertyOp" => return words(field, ["property"]),
        "kind" if body == "NoteOp" => return words(field, ["note"]),
        "kind" => return words(field, ["mark"]),
        "text" => return lengths(field, 1, MAX_NOTE),
        "format" => return words(field, ["json", "csv"]),
        "strings" => COUNTS,
        // Of the live feed, where it is text; elsewhere `after` is a number.
        "Last-Event-ID" => CURSOR,
        "after" if is_text(field) => CURSOR,
        "id" => UUID_V7,
        "base" => SEEN,
        "stamp" => STAMP,
        _ => return,
    };
    field.pattern = Some(pattern.to_owned());
}

fn is_text(field: &Object) -> bool {
    match &field.schema_type {
        SchemaType::Type(of) => *of == Type::String,
        SchemaType::Array(of) => of.contains(&Type::String),
        SchemaType::AnyValue => false,
    }
}

fn words<const N: usize>(field: &mut Object, words: [&str; N]) {
    let nullable = matches!(&field.schema_type, SchemaType::Array(types) if types.contains(&Type::Null));
    let null = nullable.then_some(serde_json::Value::Null);
    field.enum_values = Some(words.into_iter().map(Into::into).chain(null).collect());
}

/// Say it of an operation's parameters.
pub fn of_parameters(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        if let Some(RefOr::T(Schema::Object(field))) = &mut parameter.schema {
            say("", &parameter.name, field);
        }
    }
}

/// Say it of what bodies hold.
pub fn of_bodies(components: &mut Components) {
    for of in BODIES {
        let Some(RefOr::T(Schema::Object(body))) = components.schemas.get_mut(*of) else { continue };
        body.min_properties = NOT_EMPTY.contains(of).then_some(1);
        for (name, field) in &mut body.properties {
            if let RefOr::T(Schema::Object(field)) = field {
                say(of, name, field);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn document() -> Value {
        serde_json::to_value(crate::http::document()).unwrap()
    }

    #[test]
    fn every_text_that_comes_in_has_a_form() {
        let document = document();
        for body in super::BODIES {
            let fields = document["components"]["schemas"][body]["properties"].as_object();
            for (name, field) in fields.unwrap_or_else(|| panic!("there is no {body}")) {
                let text = field["type"] == "string" || field["type"] == json!(["string", "null"]);
                let told = ["pattern", "maxLength", "enum"].iter().any(|form| field.get(form).is_some());
                // The code is read as people type it.
                assert!(!text || told || name == "code", "{body}: {name}");
            }
        }
    }

    #[test]
    fn words_may_be_null_where_a_field_may() {
        let schemas = &document()["components"]["schemas"];
        let of = |body: &str| schemas[body]["properties"]["status"]["enum"].as_array().unwrap().clone();
        assert_eq!(of("MarkBody").len(), 6);
        assert_eq!(of("MarkOp").last(), Some(&Value::Null));
    }
}
