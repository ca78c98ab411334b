//! `fieldhub audit layout`: strings and modules of a running audit added, named, moved, hidden and shown again.

use clap::{Args, Subcommand};
use hyper::Method;
use serde_json::{Value, json};

use super::client::{HubClient, full};
use super::{Output, WhichAudit, count, number, path_of, print, text};
use crate::domain::ModuleId;

const ABOUT: &str = "\
No mark is touched: a hidden module keeps its marks and its history, and can be shown again. Tablets and other
fieldhubs follow. Without a subcommand the strings are shown.

Examples:
  fieldhub audit layout JALIBAT
  fieldhub audit layout JALIBAT add-string --modules 24 --after 9
  fieldhub audit layout JALIBAT hide --string 11";

/// Change the strings and modules of an audit that runs, or show them with what is hidden
#[derive(Debug, Args)]
#[command(after_help = ABOUT)]
pub struct AuditLayoutCommand {
    #[command(flatten)]
    which: WhichAudit,
    #[command(subcommand)]
    change: Option<LayoutChange>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Subcommand)]
enum LayoutChange {
    /// Add a string that was found on site
    AddString {
        /// How many modules it has
        #[arg(long)]
        modules: u16,
        /// Its number; otherwise the next one
        #[arg(long)]
        number: Option<u16>,
        /// What people call it
        #[arg(long)]
        name: Option<String>,
        /// The string that it stands behind; 0 for the first place
        #[arg(long)]
        after: Option<u16>,
    },
    /// Add modules at the end of a string
    AddModules {
        /// The string's number
        #[arg(long)]
        string: u16,
        /// How many are added
        #[arg(long)]
        modules: u16,
    },
    /// Name a string; without a name, call it by its number again
    NameString {
        /// The string's number
        number: u16,
        /// What people call it
        name: Option<String>,
    },
    /// Name a module; without a name, call it by its id again
    NameModule {
        /// The module's id
        #[arg(value_parser = module)]
        module: ModuleId,
        /// What people call it
        name: Option<String>,
    },
    /// Have a string stand behind another one
    MoveString {
        /// The string's number
        number: u16,
        /// The string that it stands behind; 0 for the first place
        #[arg(long)]
        after: u16,
    },
    /// Hide strings or modules, with all their marks
    Hide {
        #[command(flatten)]
        what: Which,
        /// Every module that somebody marked and that is in no plan
        #[arg(long)]
        unplaced: bool,
    },
    /// Show strings or modules again
    Unhide {
        #[command(flatten)]
        what: Which,
    },
}

#[derive(Debug, Args)]
struct Which {
    /// A string's number; may be given several times
    #[arg(long)]
    string: Vec<u16>,
    /// A module's id; may be given several times
    #[arg(long, value_parser = module)]
    module: Vec<ModuleId>,
}

fn module(text: &str) -> Result<ModuleId, String> {
    ModuleId::parse(text).map_err(|e| e.problem)
}

impl Which {
    fn body(&self, hidden: bool) -> Value {
        let strings: Vec<Value> =
            self.string.iter().map(|number| json!({"number": number, "hidden": hidden})).collect();
        let modules: Vec<Value> =
            self.module.iter().map(|id| json!({"module_id": id, "hidden": hidden})).collect();
        json!({"strings": strings, "modules": modules})
    }
}

impl LayoutChange {
    fn body(&self) -> Value {
        match self {
            Self::AddString { modules, number, name, after } => json!({
                "add_string": {"module_count": modules, "number": number, "name": name, "after": after}
            }),
            Self::AddModules { string, modules } => {
                json!({"add_modules": {"string": string, "module_count": modules}})
            }
            Self::NameString { number, name } => json!({"strings": [{"number": number, "name": name}]}),
            Self::NameModule { module, name } => json!({"modules": [{"module_id": module, "name": name}]}),
            Self::MoveString { number, after } => {
                json!({"move_string": {"number": number, "after": after}})
            }
            Self::Hide { what, unplaced } => {
                let mut body = what.body(true);
                body["hide_unplaced"] = (*unplaced).into();
                body
            }
            Self::Unhide { what } => what.body(false),
        }
    }
}

impl AuditLayoutCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let path = format!("{}/layout", path_of(&self.which.token(client).await?));
        let layout = match &self.change {
            None => client.get(&path).await?,
            Some(change) => {
                let body = full(change.body().to_string());
                client.request(Method::POST, &path, "application/json", body).await?
            }
        };
        let layout = layout.json().await?;
        if self.output.json { print::json(&layout) } else { print::out(&page(&layout)) }
    }
}

fn list<'a>(layout: &'a Value, field: &str) -> &'a [Value] {
    layout[field].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn page(layout: &Value) -> String {
    let is = |value: &Value, field: &str| value[field].as_bool().unwrap_or(false);
    let row = |string: &Value| {
        [
            number(string, "number").to_string(),
            text(string, "name").to_owned(),
            number(string, "module_count").to_string(),
            if is(string, "hidden") { "hidden".to_owned() } else { String::new() },
        ]
    };
    let rows: Vec<_> = list(layout, "strings").iter().map(row).collect();
    let mut page = print::table(["STRING", "NAME", "MODULES", ""], &rows);
    let hidden = list(layout, "hidden");
    if !hidden.is_empty() {
        page += &format!(
            "{} hidden; they keep their marks, and are in no count\n",
            count(hidden.len() as u64, "module")
        );
    }
    let marked = hidden.iter().filter(|module| is(module, "marked_though_hidden"));
    for module in marked {
        page += &format!(
            "  {} was marked though hidden: {} by {}\n",
            text(module, "module_id"),
            text(module, "status"),
            text(module, "technician_name")
        );
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shows_strings_in_their_order_and_what_is_hidden() {
        let layout = json!({
            "strings": [
                {"number": 1, "name": null, "module_count": 26, "hidden": false},
                {"number": 11, "name": "by the gate", "module_count": 24, "hidden": true},
            ],
            "hidden": [
                {"module_id": "junk", "status": "dead", "technician_name": "Léa", "marked_though_hidden": true},
                {"module_id": "junk-2", "status": "ok", "technician_name": "Léa", "marked_though_hidden": false},
            ],
        });
        insta::assert_snapshot!(page(&layout), @r"
        STRING  NAME         MODULES
             1  -                 26
            11  by the gate       24  hidden
        2 modules hidden; they keep their marks, and are in no count
          junk was marked though hidden: dead by Léa
        ");
    }
}
