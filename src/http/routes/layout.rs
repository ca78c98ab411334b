//! The layout of a running audit: strings and modules added, named, moved, hidden and shown again; and a plan that is
//! imported onto it.
//!
//! Called by the router; calls `domain::layout_changes`, and `layout_body` for what is read.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::audits::{CreateBody, CreateRequest, by_hub};
use super::layout_body::{ModuleChange, StringChange, read_edit};
use super::ops::too_many_modules;
use super::wire::ModuleJson;
use crate::domain::layout_changes::{self, NewString};
use crate::domain::{Body as OpBody, Invalid, LayoutEdit, Place, Token};
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::{Leads, Reads};
use crate::http::guard::body::{JsonBody, Raw};
use crate::http::guard::caller::Caller;
use crate::http::guard::path::{AuditPath, Params};
use crate::hub::Hub;
use crate::store::{OpVerdict, StoreError};

#[derive(Debug, Deserialize, ToSchema)]
pub struct AddString {
    /// Absent: the next one.
    #[serde(default)]
    number: Option<u16>,
    #[serde(default)]
    name: Option<String>,
    /// 1 to 1,000
    module_count: usize,
    /// Behind which string it stands; 0: before all. Absent: where its number belongs.
    #[serde(default)]
    after: Option<u16>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct AddModules {
    string: u16,
    /// 1 to 1,000, at its end
    module_count: usize,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct MoveString {
    number: u16,
    /// Behind which string it stands; 0: before all.
    after: u16,
}

/// What to change; all of it together.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LayoutBody {
    #[serde(default)]
    strings: Vec<StringChange>,
    #[serde(default)]
    modules: Vec<ModuleChange>,
    #[serde(default)]
    add_string: Option<AddString>,
    #[serde(default)]
    add_modules: Option<AddModules>,
    #[serde(default)]
    move_string: Option<MoveString>,
    /// Hide every module that somebody marked and that the layout does not have.
    #[serde(default)]
    hide_unplaced: bool,
}

/// One string, shown or not.
#[derive(Debug, Serialize, ToSchema)]
pub struct LayoutString {
    number: u16,
    #[schema(required)]
    name: Option<String>,
    rank: i64,
    /// What it shows, or would show.
    module_count: usize,
    hidden: bool,
}

/// A module that is not shown. It keeps its marks and its history, and takes more of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct HiddenModule {
    #[serde(flatten)]
    module: ModuleJson,
    /// Somebody has marked it since it was hidden.
    marked_though_hidden: bool,
    /// Hidden by itself, and not only with its string.
    itself: bool,
    /// It has a place in the layout.
    placed: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Layout)]
pub struct LayoutJson {
    log_id: Uuid,
    seq: u64,
    /// What a reader of this has seen: the `base` of their next change.
    stamp: String,
    /// All of them in their order, hidden ones too.
    strings: Vec<LayoutString>,
    hidden: Vec<HiddenModule>,
    /// Modules that are shown because somebody marked them: the layout has no place for them.
    unplaced_count: usize,
}

impl LayoutJson {
    fn read(hub: &Hub, token: &Token) -> Result<Self, StoreError> {
        hub.view(token, |loaded, facts| {
            let state = &loaded.state;
            let edits = &state.details().edits;
            let strings = state.all_strings().iter().map(|string| LayoutString {
                number: string.number,
                name: string.name.clone(),
                rank: edits.rank(string.number),
                module_count: string.module_count,
                hidden: string.hidden,
            });
            let hidden = state.hidden_rows().into_iter().map(|(place, entry)| HiddenModule {
                marked_though_hidden: state.is_marked_though_hidden(&place.module),
                itself: edits.hides(&place.module),
                placed: state.placed(&place.module).is_some(),
                module: ModuleJson {
                    hidden: true,
                    ..ModuleJson::of(state.shown(), &place, entry, state.property_of_module(&place.module))
                },
            });
            Self {
                log_id: facts.log_id,
                seq: state.head,
                stamp: state.details().layout_stamp().map_or_else(String::new, |stamp| stamp.to_string()),
                strings: strings.collect(),
                hidden: hidden.collect(),
                unplaced_count: state.unplaced_count(),
            }
        })
    }
}

/// The layout with what is hidden
#[utoipa::path(get, path = "/api/v1/audits/{token}/layout", tag = "audits", params(("token" = String, Path)),
    responses((status = 200, body = LayoutJson), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn show(
    State(app): State<App>,
    _: Reads,
    AuditPath(token): AuditPath,
) -> Result<Json<LayoutJson>, ApiError> {
    Ok(Json(LayoutJson::read(&app.hub, &token)?))
}

/// Add, name, move, hide and show again strings and modules; no mark is touched
#[utoipa::path(post, path = "/api/v1/audits/{token}/layout", tag = "audits", params(("token" = String, Path)), request_body = LayoutBody,
    responses((status = 200, body = LayoutJson), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn change(
    State(app): State<App>,
    Leads(caller): Leads,
    AuditPath(token): AuditPath,
    JsonBody(body): JsonBody<LayoutBody>,
) -> Result<Json<LayoutJson>, ApiError> {
    let asks_nothing = !body.hide_unplaced;
    let edit = app.hub.view(&token, |loaded, _| made_of(body, &loaded.state))??;
    if edit.is_empty() && asks_nothing {
        return Err(ApiError::field("modules", "name a string or a module to change"));
    }
    apply(&app, &caller, &token, edit).await?;
    Ok(Json(LayoutJson::read(&app.hub, &token)?))
}

fn made_of(body: LayoutBody, state: &crate::domain::AuditState) -> Result<LayoutEdit, Invalid> {
    let mut edit = read_edit(body.strings, body.modules)?;
    for module in &mut edit.modules {
        // As it is called here, however it was written.
        module.module = state.name_of(&module.module);
    }
    let mut more = Vec::new();
    if let Some(AddString { number, name, module_count, after }) = body.add_string {
        more.push(layout_changes::add_string(state, NewString { number, name, module_count, after })?);
    }
    if let Some(AddModules { string, module_count }) = body.add_modules {
        more.push(layout_changes::add_modules(state, string, module_count)?);
    }
    if let Some(MoveString { number, after }) = body.move_string {
        more.push(layout_changes::move_string(state, number, after)?);
    }
    if body.hide_unplaced {
        more.push(layout_changes::hide_unplaced(state));
    }
    for LayoutEdit { strings, modules } in more {
        edit.strings.extend(strings);
        edit.modules.extend(modules);
    }
    Ok(edit)
}

/// By whoever is in the crew; else by the hub.
async fn apply(app: &App, caller: &Caller, token: &Token, edit: LayoutEdit) -> Result<(), ApiError> {
    let mut ops = Vec::new();
    for part in edit.in_parts() {
        let mut op = by_hub(app, OpBody::LayoutEdit(part.checked()?))?;
        if let Caller::Member(_) = caller {
            op.author = caller.author(None, None)?;
            op.device = caller.device(None, &op.author)?;
        }
        ops.push(op);
    }
    if ops.is_empty() {
        return Ok(());
    }
    let taken = app.hub.apply(token.clone(), ops).await?;
    if taken.iter().any(|taken| taken.verdict == OpVerdict::TooManyModules) {
        return Err(ApiError::field("modules", too_many_modules()));
    }
    Ok(())
}

/// Where a module is in a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedModule {
    module_id: String,
    string: u16,
    position: u16,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MovedModule {
    #[serde(flatten)]
    to: PlannedModule,
    from_string: u16,
    from_position: u16,
}

/// What a plan says otherwise than the audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanDiffJson {
    new: Vec<PlannedModule>,
    moved: Vec<MovedModule>,
    /// Not in the plan: hidden, with all their marks.
    gone: Vec<PlannedModule>,
    /// Hidden until now.
    back: Vec<PlannedModule>,
    /// Whether it was done.
    applied: bool,
}

impl From<Place> for PlannedModule {
    fn from(place: Place) -> Self {
        Self { module_id: place.module.to_string(), string: place.string, position: place.position }
    }
}

/// Import a plan onto an audit that is there: what is new, moved and gone
#[utoipa::path(post, path = "/api/v1/audits/{token}/plan", tag = "audits", request_body(content((CreateBody = "application/json"), (String = "text/csv")), description = "as for making an audit; marks in it are left out"),
    params(("token" = String, Path), ("dry_run" = Option<bool>, Query, description = "true: only say it"), ("audit" = Option<String>, Query, description = "which audit of a backup")),
    responses((status = 200, body = PlanDiffJson), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn plan(
    State(app): State<App>,
    Leads(caller): Leads,
    AuditPath(token): AuditPath,
    params: Params,
    Raw(body): Raw,
) -> Result<Json<PlanDiffJson>, ApiError> {
    let dry_run = match params.get("dry_run") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(ApiError::field("dry_run", "true or false")),
    };
    let layout = match app.aside.run(move || CreateRequest::read(&body)).await? {
        CreateRequest::Counts { layout, .. } => layout,
        CreateRequest::Document(contents) => contents.pick(params.get("audit"))?.layout,
    };
    if layout.places().is_empty() {
        return Err(ApiError::field("modules", "this file places no module"));
    }
    let diff = app.hub.view(&token, |loaded, _| layout_changes::compare(&loaded.state, &layout))?;
    if !dry_run {
        apply(&app, &caller, &token, diff.edit).await?;
    }
    let moved = diff.moved.into_iter().map(|(to, from)| MovedModule {
        to: to.into(),
        from_string: from.string,
        from_position: from.position,
    });
    let planned = |places: Vec<Place>| places.into_iter().map(PlannedModule::from).collect();
    Ok(Json(PlanDiffJson {
        moved: moved.collect(),
        new: planned(diff.new),
        gone: planned(diff.gone),
        back: planned(diff.back),
        applied: !dry_run,
    }))
}
