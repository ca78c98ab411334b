//! Import of measurements (I-V curves, insulation) out of a device's file: told first, then made: a property for each.
//!
//! Called by the router; calls `domain::measurement` for what the file says, and the audit's state for its strings and what it has.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::audits::by_hub;
use super::wire::PropertyOfJson;
use crate::domain::measurement::file::{ColumnNames, LineProblem};
use crate::domain::measurement::judge::BeyondLimit;
use crate::domain::measurement::proposal::{
    MeasuredSite, MeasurementProposal, NumberPlaces, NumberShift, ProposedMeasurement, ProposedState, propose,
};
use crate::domain::measurement::read::read;
use crate::domain::measurement::{COLUMNS, FIELDS};
use crate::domain::{Body as OpBody, NewOp, Property, PropertyOf, Token};
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::Leads;
use crate::http::guard::body::Raw;
use crate::http::guard::caller::Caller;
use crate::http::guard::path::{AuditPath, Params};
use crate::store::OpVerdict;

/// Operations that go to the log together.
const AT_ONCE: usize = 100;
/// Characters of a column's or device's name.
const MAX_NAME: usize = 80;
/// What a column may be besides a field.
const PLACES: [&str; 6] = ["string", "module", "number", "date", "time", "device"];

/// A limit that a value is beyond.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BeyondLimit)]
pub struct BeyondLimitJson {
    field: &'static str,
    /// `under` the limit, or `over` it.
    is: &'static str,
    limit: f64,
}

impl From<BeyondLimit> for BeyondLimitJson {
    fn from(beyond: BeyondLimit) -> Self {
        let is = if beyond.under { "under" } else { "over" };
        Self { field: beyond.field, is, limit: beyond.limit }
    }
}

/// What is proposed for one measurement of the file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposedMeasurement)]
pub struct ProposedMeasurementJson {
    line: u64,
    /// `dark_iv`, `diode`, `insulation` or `values`.
    kind: &'static str,
    /// As the device numbered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    /// The how manieth with this number: the same was measured once more, and both are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    take: Option<u32>,
    /// Absent: it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<PropertyOfJson>,
    values: BTreeMap<String, String>,
    points: usize,
    /// `ok`, `look`, `bad`, or `failed`: the measurement itself. Absent: nothing of it has a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    beyond: Vec<BeyondLimitJson>,
    /// `new`, `same` (it is there), `moves` (it is there, of something else) or `left`.
    state: &'static str,
    /// Where it is now, if it moves.
    from: Vec<PropertyOfJson>,
    /// Why it is left out: `no_such_string`, `no_such_module`, `several_modules` or `diode` (say of which module it is).
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MeasurementLine {
    line: u64,
    /// `no_number`, `no_values`, `bad_value`, `unreadable`, `too_many` or `unknown_columns`.
    problem: &'static str,
    /// What stands there.
    text: String,
}

/// A column of a table.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasurementColumn {
    head: String,
    /// What it was taken for.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MeasurementImport {
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    /// What was added to the device's numbers.
    shift: i64,
    measurements: Vec<ProposedMeasurementJson>,
    problems: Vec<MeasurementLine>,
    /// Of a table.
    columns: Vec<MeasurementColumn>,
    /// How many were set, or moved; 0 with `dry_run`.
    made: usize,
}

/// Import measurements of a device's file: PVserv text, Benning CSV, or any CSV or XLSX by its columns
#[utoipa::path(post, path = "/api/v1/audits/{token}/measurements", tag = "audits", request_body(content((String = "text/plain"), (String = "text/csv")), description = "the file as it is"),
    params(("token" = String, Path), ("dry_run" = Option<bool>, Query, description = "true: only say it"),
        ("shift" = Option<i64>, Query, description = "added to each number: it is the string with the sum"),
        ("first" = Option<u16>, Query, description = "instead: the string that the lowest number is"),
        ("place" = Option<Vec<String>>, Query, description = "of single numbers: `11=M012`, a string or a module"),
        ("device" = Option<String>, Query, description = "whose columns are named, now or before"),
        ("column" = Option<Vec<String>>, Query, description = "`voc=Uoc [V]`, each of the device's columns; kept for its next file")),
    responses((status = 200, body = MeasurementImport), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn import(
    State(app): State<App>,
    Leads(caller): Leads,
    AuditPath(token): AuditPath,
    params: Params,
    Raw(body): Raw,
) -> Result<Json<MeasurementImport>, ApiError> {
    let dry_run = match params.get("dry_run") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(ApiError::field("dry_run", "true or false")),
    };
    let (shift, places, named) = (shift(&params)?, places(&params)?, named(&params)?);
    let device = params.get("device").map(str::to_owned);
    let (hub, of) = (std::sync::Arc::clone(&app.hub), token.clone());
    let work = move || {
        let mut here = hub.view(&of, |loaded, _| MeasuredSite::of(&loaded.state))?;
        let mut keep = None;
        if let (Some(device), Some(named)) = (&device, named) {
            let before = here.columns.insert(device.clone(), named.clone());
            if before.as_ref() != Some(&named) {
                keep = serde_json::to_string(&here.columns).ok();
            }
        }
        let file = read(&body, device.as_deref(), &here.columns)?;
        Ok::<_, ApiError>((propose(file, &here, shift, &places), keep))
    };
    let (proposal, keep) = app.aside.run(work).await?;
    let made = if dry_run { 0 } else { make(&app, &caller, &token, &proposal, keep).await? };
    Ok(Json(MeasurementImport { made, ..proposal.into() }))
}

fn shift(params: &Params) -> Result<NumberShift, ApiError> {
    match (params.get("shift"), params.get("first")) {
        (Some(_), Some(_)) => Err(ApiError::field("first", "either this or `shift`")),
        (None, None) => Ok(NumberShift::By(0)),
        (Some(text), None) => {
            let by: Option<i64> = text.parse().ok().filter(|by| (-1_000_000..=1_000_000).contains(by));
            by.map(NumberShift::By).ok_or_else(|| ApiError::field("shift", "a whole number"))
        }
        (None, Some(text)) => {
            let first: Option<u16> = text.parse().ok().filter(|first| *first > 0);
            first
                .map(NumberShift::LowestIs)
                .ok_or_else(|| ApiError::field("first", "a string's number, from 1"))
        }
    }
}

fn places(params: &Params) -> Result<NumberPlaces, ApiError> {
    let read = |text: &str| {
        let (number, place) = text.split_once('=')?;
        Some((number.parse().ok()?, place.trim().to_owned()))
    };
    let wrong = || ApiError::field("place", "as 11=M012: a number of the file, and a string or a module");
    params.all("place").map(|text| read(text).ok_or_else(wrong)).collect()
}

fn named(params: &Params) -> Result<Option<ColumnNames>, ApiError> {
    let wrong = |problem: &str| ApiError::field("column", problem);
    let mut named = ColumnNames::new();
    for text in params.all("column") {
        let (field, head) =
            text.split_once('=').ok_or_else(|| wrong("as voc=Uoc [V]: a field, and a column"))?;
        let known = FIELDS.iter().map(|(name, _)| *name).chain(PLACES);
        if !known.into_iter().any(|name| name == field) {
            return Err(wrong("a field is one of the trade's, or string, module, number, date, time"));
        }
        if head.chars().count() > MAX_NAME {
            return Err(wrong("a column's name has at most 80 characters"));
        }
        named.insert(field.to_owned(), head.to_owned());
    }
    match params.get("device") {
        None if !named.is_empty() => {
            Err(ApiError::field("device", "columns are kept under the name of a device"))
        }
        Some(device) if device.trim().is_empty() || device.chars().count() > MAX_NAME => {
            Err(ApiError::field("device", "1 to 80 characters"))
        }
        _ => Ok(Some(named).filter(|named| !named.is_empty())),
    }
}

/// By whoever is in the crew; else by the hub. Sets what is new, and takes back what has moved where it was.
async fn make(
    app: &App,
    caller: &Caller,
    token: &Token,
    proposal: &MeasurementProposal,
    columns: Option<String>,
) -> Result<usize, ApiError> {
    let mut ops = Vec::new();
    let mut op = |of: &PropertyOf, name: &str, value: Option<&str>| -> Result<(), ApiError> {
        let set = BTreeMap::from([(name.to_owned(), value.map(str::to_owned))]);
        let property = Property::new(of.clone(), set).checked()?;
        property.is_known()?;
        let mut op: NewOp = by_hub(app, OpBody::Property(Box::new(property)))?;
        if let Caller::Member(_) = caller {
            op.author = caller.author(None, None)?;
            op.device = caller.device(None, &op.author)?;
        }
        ops.push(op);
        Ok(())
    };
    let mut made = 0;
    for row in &proposal.rows {
        let Some(of) = &row.of else { continue };
        let before = match &row.state {
            ProposedState::New => &[][..],
            ProposedState::Moves(before) => before,
            ProposedState::Same | ProposedState::Left(_) => continue,
        };
        made += 1;
        op(of, &row.name, Some(&row.value))?;
        before.iter().try_for_each(|before| op(before, &row.name, None))?;
    }
    if let Some(columns) = columns {
        op(&PropertyOf::Audit, COLUMNS, Some(&columns))?;
    }
    let mut ops = ops.into_iter();
    loop {
        let part: Vec<NewOp> = ops.by_ref().take(AT_ONCE).collect();
        if part.is_empty() {
            return Ok(made);
        }
        let taken = app.hub.apply(token.clone(), part).await?;
        let beyond = taken.iter().find_map(|ack| match ack.verdict {
            OpVerdict::Beyond(beyond) => Some(beyond),
            _ => None,
        });
        if let Some(beyond) = beyond {
            // What came before is there; the same file again sets the rest.
            return Err(ApiError::field(beyond.field(), beyond.to_string()));
        }
    }
}

impl From<MeasurementProposal> for MeasurementImport {
    fn from(proposal: MeasurementProposal) -> Self {
        let problem =
            |one: LineProblem| MeasurementLine { line: one.line, problem: one.code.as_str(), text: one.text };
        let column = |(head, field)| MeasurementColumn { head, field };
        Self {
            device: proposal.device,
            shift: proposal.shift,
            measurements: proposal.rows.into_iter().map(ProposedMeasurementJson::from).collect(),
            problems: proposal.problems.into_iter().map(problem).collect(),
            columns: proposal.columns.into_iter().map(column).collect(),
            made: 0,
        }
    }
}

impl From<ProposedMeasurement> for ProposedMeasurementJson {
    fn from(row: ProposedMeasurement) -> Self {
        let (state, from, left) = match &row.state {
            ProposedState::New => ("new", Vec::new(), None),
            ProposedState::Same => ("same", Vec::new(), None),
            ProposedState::Moves(from) => ("moves", from.iter().map(PropertyOfJson::from).collect(), None),
            ProposedState::Left(left) => ("left", Vec::new(), Some(left.as_str())),
        };
        let (verdict, beyond) = match row.judgement {
            Some(judgement) => (Some(judgement.verdict.as_str()), judgement.beyond),
            None => (None, Vec::new()),
        };
        Self {
            line: row.line,
            kind: row.measurement.kind.as_str(),
            number: row.measurement.number,
            take: row.measurement.take,
            of: row.of.as_ref().map(PropertyOfJson::from),
            values: row.measurement.values,
            points: row.measurement.points.len(),
            verdict,
            beyond: beyond.into_iter().map(BeyondLimitJson::from).collect(),
            state,
            from,
            left,
        }
    }
}
