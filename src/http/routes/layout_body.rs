//! A change of the layout as JSON (request body): what is changed of strings and modules.
//!
//! Read by `layout`, and by `ops` out of a tablet's outbox; made into the domain's edit.

use serde::Deserialize;
use utoipa::ToSchema;

use super::wire::given;
use crate::domain::layout_edit::{ModuleEdit, ModuleSlot, StringEdit};
use crate::domain::{Invalid, LayoutEdit, ModuleId};

/// What is changed of one string; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StringChange {
    number: u16,
    /// Null: it is called by its number again.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    name: Option<Option<String>>,
    /// Strings stand in the order of their ranks; one that has none, has its number times 65,536.
    #[serde(default)]
    rank: Option<i64>,
    #[serde(default)]
    hidden: Option<bool>,
}

/// What is changed of one module. `string` and `position` together move it, or add one that the audit does not have.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ModuleChange {
    module_id: String,
    #[serde(default)]
    string: Option<u16>,
    #[serde(default)]
    position: Option<u16>,
    #[serde(default)]
    row: Option<i32>,
    #[serde(default)]
    col: Option<i32>,
    /// Null: it is called by its id again.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    name: Option<Option<String>>,
    #[serde(default)]
    hidden: Option<bool>,
}

impl StringChange {
    fn read(self) -> StringEdit {
        let Self { number, name, rank, hidden } = self;
        StringEdit { number, name, rank, hidden }
    }
}

impl ModuleChange {
    fn read(self) -> Result<ModuleEdit, Invalid> {
        let Self { module_id, string, position, row, col, name, hidden } = self;
        let place = match (string, position) {
            (Some(string), Some(position)) => Some(ModuleSlot { string, position, row, col }),
            (None, None) if row.is_none() && col.is_none() => None,
            _ => {
                let problem =
                    format!("{module_id}: a place is string and position, perhaps with row and col");
                return Err(Invalid::new("position", problem));
            }
        };
        Ok(ModuleEdit { module: ModuleId::parse(module_id)?, place, name, hidden })
    }
}

pub fn read_edit(strings: Vec<StringChange>, modules: Vec<ModuleChange>) -> Result<LayoutEdit, Invalid> {
    let modules = modules.into_iter().map(ModuleChange::read).collect::<Result<_, _>>()?;
    Ok(LayoutEdit { strings: strings.into_iter().map(StringChange::read).collect(), modules })
}
