//! Import of a list of serial numbers (CSV, XLSX): told first, with duplicates and modules that are not there; then set, a property for each.
//!
//! Called by the router; calls `domain::serial_list` for what the list says, and the audit's state for its modules and the numbers they have.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::audits::by_hub;
use crate::domain::audit::AuditState;
use crate::domain::photo_import::site::PhotoSite;
use crate::domain::property::names::SERIAL;
use crate::domain::serial_list::{SerialPlan, SerialProblem};
use crate::domain::{Body as OpBody, ModuleId, NewOp, Property, PropertyOf, Token};
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::Leads;
use crate::http::guard::body::Raw;
use crate::http::guard::caller::Caller;
use crate::http::guard::path::{AuditPath, Params};
use crate::store::OpVerdict;

/// Operations that go to the log together.
const AT_ONCE: usize = 100;

/// A module and the number that the list gives it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedSerial {
    #[schema(value_type = String)]
    module_id: ModuleId,
    serial: String,
    /// The one that it has, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    has: Option<String>,
}

/// What is wrong with the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct SerialLine {
    /// `unknown_module`, `several_modules`, `module_twice`, `serial_twice`, `rounded` (by a spreadsheet) or `out_of_form`.
    problem: &'static str,
    /// `serial_twice` is of no line.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    modules: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SerialImport {
    /// Modules without a number that get one.
    new: Vec<ListedSerial>,
    /// Modules that have another one: set with `replace` alone.
    other: Vec<ListedSerial>,
    /// Modules that have the list's already.
    same: usize,
    problems: Vec<SerialLine>,
    /// How many were set; 0 with `dry_run`.
    made: usize,
}

impl From<SerialProblem> for SerialLine {
    fn from(found: SerialProblem) -> Self {
        let (line, modules, serial) = match &found {
            SerialProblem::UnknownModule { line, module }
            | SerialProblem::SeveralModules { line, module } => (Some(*line), vec![module.clone()], None),
            SerialProblem::ModuleTwice { module, lines } => (Some(lines[1]), vec![module.clone()], None),
            SerialProblem::SerialTwice { serial, modules } => (None, modules.to_vec(), Some(serial.clone())),
            SerialProblem::Rounded { line, serial } => (Some(*line), Vec::new(), Some(serial.clone())),
            SerialProblem::OutOfForm { line, .. } => (Some(*line), Vec::new(), None),
        };
        Self { problem: found.code(), line, modules, serial }
    }
}

impl From<SerialPlan> for SerialImport {
    fn from(plan: SerialPlan) -> Self {
        let new =
            plan.new.into_iter().map(|(module_id, serial)| ListedSerial { module_id, serial, has: None });
        let other = plan.other.into_iter();
        let other = other.map(|(module_id, has, serial)| ListedSerial { module_id, serial, has: Some(has) });
        Self {
            new: new.collect(),
            other: other.collect(),
            same: plan.same,
            problems: plan.problems.into_iter().map(SerialLine::from).collect(),
            made: 0,
        }
    }
}

fn held(state: &AuditState) -> HashMap<ModuleId, String> {
    let known = state.properties().iter();
    let serial = known.filter_map(|(of, known)| Some((of.module()?.clone(), known.get(SERIAL)?.to_owned())));
    serial.collect()
}

/// Give modules their serial numbers from a list: CSV, or the first sheet of an XLSX
///
/// Nothing that is wrong in the list is set; the rest is. Ask with `dry_run` first, and show what it says.
#[utoipa::path(post, path = "/api/v1/audits/{token}/serials", tag = "audits", request_body(content((String = "text/csv"), (String = "text/plain")), description = "the file as it is"),
    params(("token" = String, Path), ("dry_run" = Option<bool>, Query, description = "true: only say it"),
        ("replace" = Option<bool>, Query, description = "true: also where a module has another number")),
    responses((status = 200, body = SerialImport), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn import(
    State(app): State<App>,
    Leads(caller): Leads,
    AuditPath(token): AuditPath,
    params: Params,
    Raw(file): Raw,
) -> Result<Json<SerialImport>, ApiError> {
    let flag = |name: &str| match params.get(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(ApiError::field(name, "true or false")),
    };
    let (dry_run, replace) = (flag("dry_run")?, flag("replace")?);
    let (hub, of) = (std::sync::Arc::clone(&app.hub), token.clone());
    let plan = app.aside.run(move || {
        let (site, held) = hub.view(&of, |loaded, _| (PhotoSite::of(&loaded.state), held(&loaded.state)))?;
        let plan = SerialPlan::of(&file, &site, &held)?;
        plan.ok_or_else(|| ApiError::field("file", "name the columns `module` and `serial` in the first row"))
    });
    let plan = plan.await?;
    let made = if dry_run { 0 } else { make(&app, &caller, &token, &plan, replace).await? };
    Ok(Json(SerialImport { made, ..plan.into() }))
}

/// By whoever is in the crew; else by the hub.
async fn make(
    app: &App,
    caller: &Caller,
    token: &Token,
    plan: &SerialPlan,
    replace: bool,
) -> Result<usize, ApiError> {
    let new = plan.new.iter().map(|(id, serial)| (id, serial));
    let other = plan.other.iter().filter(|_| replace).map(|(id, _, serial)| (id, serial));
    let set: Vec<(&ModuleId, &String)> = new.chain(other).collect();
    for part in set.chunks(AT_ONCE) {
        let op = |(id, serial): &(&ModuleId, &String)| {
            let set = BTreeMap::from([(SERIAL.to_owned(), Some((*serial).clone()))]);
            let property = Property::new(PropertyOf::Module((*id).clone()), set).checked()?;
            let mut op: NewOp = by_hub(app, OpBody::Property(Box::new(property)))?;
            if let Caller::Member(_) = caller {
                op.author = caller.author(None, None)?;
                op.device = caller.device(None, &op.author)?;
            }
            Ok::<_, ApiError>(op)
        };
        let ops: Vec<NewOp> = part.iter().map(op).collect::<Result<_, _>>()?;
        let taken = app.hub.apply(token.clone(), ops).await?;
        let beyond = taken.iter().find_map(|ack| match ack.verdict {
            OpVerdict::Beyond(beyond) => Some(beyond),
            _ => None,
        });
        if let Some(beyond) = beyond {
            // What came before is there; the same list again sets the rest.
            return Err(ApiError::field(beyond.field(), beyond.to_string()));
        }
    }
    Ok(set.len())
}
