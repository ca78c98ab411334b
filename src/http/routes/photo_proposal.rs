//! Proposal for pictures of a card or folder: which module each is of, by their names, a list, walking order or times, to be looked at
//! and confirmed. Nothing is made: whoever confirms sends the pictures as all photos are sent.
//!
//! Called by the router; calls `domain::photo_import`, and the audit's log for when modules were marked. `photo_proposal_body` reads
//! what is asked.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::photo_proposal_body::{PhotoProposalBody, PhotoQuestion};
use super::pieces::{self, json_headers, json_list};
use super::wire::PhotoAtJson;
use crate::domain::photo_import::{self, CardPicture, MarkTime, PhotoProposal, PhotoSite, Sureness};
use crate::domain::{Body as OpBody, Token};
use crate::http::app::App;
use crate::http::conn::answer_memory::AnswerAccount;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::Marks;
use crate::http::guard::body::JsonBody;
use crate::http::guard::path::AuditPath;
use crate::hub::Hub;
use crate::store::StoreError;

/// Of files that a list names and that are not there, so many are named.
const SOME: usize = 100;
/// Marks whose times are looked at, the latest; and operations that are read at a time, with their bytes.
const MARKS: usize = 60_000;
const PAGE: usize = 1_000;
const PAGE_BYTES: usize = 256 << 10;

/// What was added to the camera's times.
#[derive(Debug, Serialize, ToSchema)]
pub struct FittedClock {
    pub add_ms: i64,
    /// Found, or put right, by best fit: so many shots ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fits: Option<usize>,
    /// ... of those that were tried fall on a mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried: Option<usize>,
}

/// What is proposed for one string.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct StringProposal {
    /// 0: modules that the layout does not place.
    pub string: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub module_count: usize,
    pub pictures: usize,
    /// Of them, those that are to be looked at.
    pub unsure: usize,
    /// Modules that get no picture, where others of the string do.
    pub without: Vec<String>,
}

/// What is proposed for one picture.
#[derive(Debug, Serialize, ToSchema)]
pub struct PictureProposalJson {
    /// Its number in what was asked, from 0.
    pub picture: usize,
    /// Absent: it is left over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<PhotoAtJson>,
    /// The string that it is shown with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string: Option<u16>,
    /// `module`, `position`, `template`, `list`, `order`, `time` or `hand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// `sure`, `likely`, or `unsure`: look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sure: Option<&'static str>,
    /// Why it is left over: `nothing_in_name`, `names_several`, `unknown_module`, `not_in_list`, `listed_twice`, `same_file_name`,
    /// `beyond_last`, `no_time`, `clock_unknown`, `no_mark_near`, `several_marks_near` or `by_hand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<&'static str>,
    /// Pictures of one shot have one number.
    pub shot: usize,
    /// The camera's time, put right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_ms: Option<u64>,
}

#[derive(Debug, Serialize)]
struct ProposalHead {
    by: &'static str,
    shots: usize,
    left_over: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock: Option<FittedClock>,
    strings: Vec<StringProposal>,
    not_there_count: usize,
    not_there: Vec<String>,
}

/// For the document alone: `propose` sends its pictures one by one.
#[derive(Debug, ToSchema)]
#[schema(as = PhotoProposal)]
#[expect(dead_code, reason = "read by its derive")]
pub struct PhotoProposalJson {
    by: String,
    /// Pictures that are seconds apart are one.
    shots: usize,
    left_over: usize,
    /// Absent: the camera's times were not looked at, or nothing can be said of its clock.
    clock: Option<FittedClock>,
    /// Those that get a picture, in the order of the audit.
    strings: Vec<StringProposal>,
    not_there_count: usize,
    /// Files that the list names and that are not among the pictures: 100 of them at most.
    not_there: Vec<String>,
    /// In the order in which they were asked for.
    pictures: Vec<PictureProposalJson>,
}

/// Which module each picture of a card is of; nothing is made
#[utoipa::path(post, path = "/api/v1/audits/{token}/photos/proposal", tag = "photos", params(("token" = String, Path)), request_body = PhotoProposalBody,
    responses((status = 200, body = PhotoProposalJson), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn propose(
    State(app): State<App>,
    _: Marks,
    AuditPath(token): AuditPath,
    account: AnswerAccount,
    asked: HeaderMap,
    JsonBody(body): JsonBody<PhotoProposalBody>,
) -> Result<Response, ApiError> {
    let hub = std::sync::Arc::clone(&app.hub);
    let work = move || {
        let site = hub.view(&token, |loaded, _| PhotoSite::of(&loaded.state))?;
        let marks = if body.by_time() { mark_times(&hub, &token)? } else { Vec::new() };
        let PhotoQuestion { by, pictures, rule, adjustments, double_ms } = body.read(&site, marks)?;
        let proposal = photo_import::propose(&pictures, &site, &rule, &adjustments, double_ms);
        Ok::<_, ApiError>(told(by, &site, pictures, proposal?))
    };
    let (head, mut pictures) = app.aside.run(work).await?;
    let next = move || pictures.pop_front().map(Ok::<_, StoreError>);
    let portions = json_list(&head, "pictures", next)?;
    pieces::answer(&app.aside, &account, &asked, json_headers(), portions, false).await
}

/// When modules were marked, out of the log: the state has only the last time of each.
fn mark_times(hub: &Hub, token: &Token) -> Result<Vec<MarkTime>, StoreError> {
    let (mut marks, mut after) = (VecDeque::new(), 0);
    loop {
        let page = hub.since_within(token, after, PAGE, PAGE_BYTES)?;
        hub.view(token, |loaded, _| {
            let of = |op: &crate::domain::Op| match &op.body {
                OpBody::Mark(mark) => {
                    Some(MarkTime { module: loaded.state.name_of(&mark.module), at_ms: op.shown_ms() })
                }
                _ => None,
            };
            marks.extend(page.ops.iter().filter_map(of));
        })?;
        marks.drain(..marks.len().saturating_sub(MARKS));
        if page.next <= after || page.next >= page.head {
            return Ok(marks.into());
        }
        after = page.next;
    }
}

fn told(
    by: &'static str,
    site: &PhotoSite,
    asked: Vec<CardPicture>,
    proposal: PhotoProposal,
) -> (ProposalHead, VecDeque<PictureProposalJson>) {
    let mut strings: BTreeMap<usize, (u16, usize, usize)> = BTreeMap::new();
    let mut with: BTreeSet<usize> = BTreeSet::new();
    let mut modules_of: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    for (at, place) in site.places().iter().enumerate() {
        modules_of.entry(place.string).or_default().push(at);
    }
    let mut left_over = 0;
    let mut pictures = VecDeque::with_capacity(asked.len());
    for (number, (picture, asked)) in proposal.pictures.into_iter().zip(asked).enumerate() {
        let corrected = |ms: u64| ms.checked_add_signed(proposal.clock.map_or(0, |clock| clock.add_ms));
        let mut told = PictureProposalJson {
            picture: number,
            at: None,
            string: None,
            rule: None,
            sure: None,
            left: None,
            shot: picture.shot,
            at_ms: asked.taken_ms.and_then(corrected).filter(|_| proposal.clock.is_some()),
        };
        match picture.found {
            Err(left) => {
                left_over += 1;
                told.left = Some(left.as_str());
            }
            Ok(found) => {
                let module = found.at.module.as_ref().and_then(|id| site.by_id(id));
                with.extend(module);
                let string =
                    module.map_or(found.at.string, |at| site.places().get(at).map(|place| place.string));
                if let Some(string) = string {
                    // In the order of the audit: by their first modules.
                    let first = modules_of.get(&string).and_then(|all| all.first()).copied();
                    let first = first.unwrap_or(usize::MAX);
                    let of = strings.entry(first).or_insert((string, 0, 0));
                    of.1 += 1;
                    of.2 += usize::from(found.sure == Sureness::Unsure);
                }
                told.string = string;
                told.rule = Some(found.rule.as_str());
                told.sure = Some(found.sure.as_str());
                let module_id = found.at.module.map(|id| id.to_string());
                told.at = Some(PhotoAtJson { module_id, string: found.at.string });
            }
        }
        pictures.push_back(told);
    }
    let strings = strings.into_values().map(|(string, pictures, unsure)| {
        let named = site.string_name(string).map(str::to_owned);
        let modules = modules_of.get(&string).map(Vec::as_slice).unwrap_or_default();
        let without = modules.iter().filter(|at| !with.contains(at)).filter_map(|at| site.module(*at));
        let without: Vec<String> = without.map(ToString::to_string).collect();
        let module_count = modules.len();
        // Pictures of the string as a whole say nothing of its modules.
        let without = if without.len() < module_count { without } else { Vec::new() };
        StringProposal { string, name: named, module_count, pictures, unsure, without }
    });
    let clock = proposal.clock.map(|clock| FittedClock {
        add_ms: clock.add_ms,
        fits: clock.fits.map(|fits| fits.0),
        tried: clock.fits.map(|fits| fits.1),
    });
    let head = ProposalHead {
        by,
        shots: proposal.shots,
        left_over,
        clock,
        strings: strings.collect(),
        not_there_count: proposal.not_there.len(),
        not_there: proposal.not_there.into_iter().take(SOME).collect(),
    };
    (head, pictures)
}
