//! `fieldhub audit serials`: a list of serial numbers (CSV, XLSX) given to the modules of an audit. What is wrong with it is told before
//! anything is set.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{anyhow, bail};
use clap::Args;
use hyper::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::{HubClient, full};
use super::{Output, WhichAudit, count, file, path_of, print, text};
use crate::domain::photo_import::site::PhotoSite;
use crate::domain::serial_list::SerialPlan;
use crate::domain::{ModuleId, Place};

/// Operations in one request.
const AT_ONCE: usize = 500;
/// Lines of one kind that are shown.
const SHOWN: usize = 20;

const ABOUT: &str = "\
The list has a column for the module (its id, or the name that people gave it) and one for the serial number, with a
header (`module`, `serial`; also in German, French, Spanish, Italian). Numbers that two modules would share, modules
that the audit does not have, and long numbers that a spreadsheet has rounded are told, and then nothing is set.

Examples:
  fieldhub audit serials JALIBAT delivery.xlsx --dry-run
  fieldhub audit serials JALIBAT delivery.xlsx";

/// Give modules their serial numbers from a list
#[derive(Debug, Args)]
#[command(after_help = ABOUT)]
pub struct AuditSerialsCommand {
    #[command(flatten)]
    which: WhichAudit,
    /// CSV or XLSX (its first sheet); `-` reads standard input
    file: PathBuf,
    /// Say what would be set, and set nothing
    #[arg(long)]
    dry_run: bool,
    /// Also where a module has another number already
    #[arg(long)]
    replace: bool,
    /// Set what is right, though other lines are wrong
    #[arg(long)]
    good_only: bool,
    #[command(flatten)]
    output: Output,
}

/// What of an audit a list is compared with.
struct SerialSite {
    site: PhotoSite,
    held: HashMap<ModuleId, String>,
    /// What the hub's state has seen of each.
    stamps: HashMap<ModuleId, String>,
}

impl SerialSite {
    fn of(audit: &Value) -> anyhow::Result<Self> {
        let list = |field: &str| audit[field].as_array().map(Vec::as_slice).unwrap_or_default();
        let (mut places, mut names) = (Vec::new(), Vec::new());
        let (mut held, mut stamps) = (HashMap::new(), HashMap::new());
        for module in list("modules") {
            let id = ModuleId::parse(text(module, "module_id"))?;
            let number =
                |field: &str| module[field].as_u64().and_then(|n| u16::try_from(n).ok()).unwrap_or(0);
            let (string, position) = (number("string"), number("position"));
            places.push(Place { module: id.clone(), string, position, row: None, col: None });
            let owned = |value: &Value| value.as_str().map(str::to_owned);
            names.extend(owned(&module["name"]).map(|name| (id.clone(), name)));
            held.extend(owned(&module["properties"]["serial"]).map(|serial| (id.clone(), serial)));
            stamps.extend(owned(&module["property_stamp"]).map(|stamp| (id, stamp)));
        }
        Ok(Self { site: PhotoSite::new(places, &names, Vec::new()), held, stamps })
    }
}

impl AuditSerialsCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let token = self.which.token(client).await?;
        let path = path_of(&token);
        let bytes = file::read(&self.file)?;
        let audit = client.get(&path).await?.json().await?;
        let here = SerialSite::of(&audit)?;
        let plan = SerialPlan::of(&bytes, &here.site, &here.held)?;
        let plan = plan.ok_or_else(|| {
            anyhow!("nobody can tell which column has the modules and which the numbers; name them `module` and `serial` in the first row")
        })?;
        let refused = !plan.problems.is_empty() && !self.good_only;
        let mut set: Vec<(&ModuleId, &str)> = plan.new.iter().map(|(id, new)| (id, new.as_str())).collect();
        if self.replace {
            set.extend(plan.other.iter().map(|(id, _, new)| (id, new.as_str())));
        }
        let does = !self.dry_run && !refused;
        if does {
            self.send(client, &path, &set, &here.stamps).await?;
        }
        if self.output.json {
            print::json(&answer(&plan, does.then_some(set.len())))?;
        } else {
            print::out(&page(&plan, self.replace))?;
            if does {
                print::line(&format!("{} set", count(set.len() as u64, "serial number")))?;
            }
        }
        if refused {
            bail!("nothing was set: put the list right, or set what is right with --good-only");
        }
        Ok(())
    }

    async fn send(
        &self,
        client: &HubClient,
        path: &str,
        set: &[(&ModuleId, &str)],
        stamps: &HashMap<ModuleId, String>,
    ) -> anyhow::Result<()> {
        let hub = client.get("/api/v1/hub").await?.json().await?;
        // By the hub's clock: that of this machine may be wrong.
        let now_ms = hub["time_ms"].as_u64().ok_or_else(|| anyhow!("the hub did not say what time it is"))?;
        for part in set.chunks(AT_ONCE) {
            let op = |(id, serial): &(&ModuleId, &str)| {
                let stamp = stamps.get(*id).map(String::as_str).unwrap_or_default();
                json!({ "id": Uuid::now_v7(), "kind": "property", "of": { "module_id": id }, "set": { "serial": serial },
                    "base": stamp, "technician_id": "hub", "technician_name": text(&hub, "name"), "device_id": text(&hub, "hub_id"),
                    "marked_at_ms": now_ms })
            };
            let ops: Vec<Value> = part.iter().map(op).collect();
            let body = full(serde_json::to_vec(&json!({ "ops": ops }))?);
            let path = format!("{path}/ops");
            let answer = client.request(Method::POST, &path, "application/json", body).await?.json().await?;
            let results = answer["results"].as_array().map(Vec::as_slice).unwrap_or_default();
            if let Some(refused) = results.iter().find(|result| result["outcome"] == "refused") {
                bail!("the hub refused: {}", text(refused, "reason"));
            }
        }
        Ok(())
    }
}

fn answer(plan: &SerialPlan, set: Option<usize>) -> Value {
    let new = plan.new.iter().map(|(id, serial)| json!({ "module_id": id, "serial": serial }));
    let other = plan.other.iter();
    let other = other.map(|(id, there, serial)| json!({ "module_id": id, "has": there, "serial": serial }));
    json!({
        "new": new.collect::<Vec<_>>(), "other": other.collect::<Vec<_>>(), "same": plan.same,
        "problems": plan.problems.iter().map(ToString::to_string).collect::<Vec<_>>(), "set": set.unwrap_or(0),
    })
}

fn page(plan: &SerialPlan, replace: bool) -> String {
    let mut page = format!("{} without a number get one\n", count(plan.new.len() as u64, "module"));
    if plan.same > 0 {
        page += &format!("{} have the number of the list already\n", count(plan.same as u64, "module"));
    }
    if !plan.other.is_empty() {
        let what = if replace { "get the list's" } else { "keep it; --replace gives them the list's" };
        page += &format!("{} have another number, and {what}\n", count(plan.other.len() as u64, "module"));
        let rows = plan.other.iter().map(|(id, there, new)| format!("{id} has {there}, the list says {new}"));
        page += &some(rows, plan.other.len());
    }
    if !plan.problems.is_empty() {
        page += &format!("{} in the list\n", count(plan.problems.len() as u64, "problem"));
        page += &some(plan.problems.iter().map(ToString::to_string), plan.problems.len());
    }
    page
}

fn some(rows: impl Iterator<Item = String>, all: usize) -> String {
    let mut text: String = rows.take(SHOWN).map(|row| format!("  {row}\n")).collect();
    if all > SHOWN {
        text += &format!("  and {} more\n", all - SHOWN);
    }
    text
}
