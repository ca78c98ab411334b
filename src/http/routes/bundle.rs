//! Bundles: the operations of all audits as one file, out and in, for where there is no link at all.
//!
//! Neither way is more than a page of it in memory.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use axum::Json;
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::try_unfold;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::peer::LOG;
use crate::domain::bundle::{BundleReader, BundleWriter};
use crate::domain::page::Header;
use crate::domain::proof::{HubKey, Sealer};
use crate::domain::{LinkName, Token, page};
use crate::http::app::App;
use crate::http::conn::answer_memory::{AnswerAccount, RoomTaken};
use crate::http::conn::body_memory::Account;
use crate::http::conn::door::Peer;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::{Leads, LetIn};
use crate::http::guard::body::{JsonBody, broken_off};
use crate::http::guard::caller::Caller;
use crate::http::guard::costs::Kind;
use crate::http::guard::path::Params;
use crate::hub::{Hub, PageTaken, Without};
use crate::store::{LinkRow, Remember, StoreError, Teller};

/// Under this name the hub remembers what was exported last. No upstream has it: names of upstreams begin with
/// a letter or a digit.
const EXPORTED: &str = ".bundle";

/// The tokens of audits that cannot be read, with commas between them.
pub const LEFT_OUT: HeaderName = HeaderName::from_static("fieldhub-left-out");
/// And why, in the same order, with `|` between them.
pub const LEFT_OUT_WHY: HeaderName = HeaderName::from_static("fieldhub-left-out-why");

fn exported() -> Result<LinkName, StoreError> {
    LinkName::parse(EXPORTED).map_err(|e| StoreError::Failed(e.to_string()))
}

struct BundleExport {
    hub: Arc<Hub>,
    log_id: Uuid,
    /// What is still to be written: after where, and up to where.
    audits: VecDeque<(Token, u64, u64)>,
    writer: Option<BundleWriter>,
    /// Without one it goes unsigned.
    key: Option<Arc<HubKey>>,
    /// Of the last page that was written.
    last: Option<Header>,
    _taken: RoomTaken,
}

/// The operations of all audits, as one file
#[utoipa::path(get, path = "/api/v1/bundle", tag = "peers",
    params(("since_last" = Option<bool>, Query, description = "leave out what was exported before, by `PUT /api/v1/bundle/exported`")),
    responses((status = 200, content_type = "application/vnd.fieldhub.bundle", headers(
        ("fieldhub-left-out" = Option<String>, description = "audits that this hub cannot read, with commas between their tokens: nothing of them is in the bundle"),
        ("fieldhub-left-out-why" = Option<String>, description = "why, in the same order, with | between the reasons"))),
        (status = 400, body = ErrorBody)))]
pub async fn export(
    State(app): State<App>,
    _: Leads,
    account: AnswerAccount,
    params: Params,
) -> Result<Response, ApiError> {
    // A page while it is made, and one on its way.
    let taken = account.take(2 * page::MAX_BYTES)?;
    let since_last = match params.get("since_last") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(ApiError::field("since_last", "true or false")),
    };
    let log_id = app.hub.identity().log_id;
    let (mut audits, mut left_out) = (VecDeque::new(), Vec::new());
    for token in app.hub.tokens() {
        let (hub, of) = (Arc::clone(&app.hub), token.clone());
        match app.aside.run(move || part_of(&hub, &of, since_last, log_id)).await {
            Ok((after, head)) if after < head => audits.push_back((token, after, head)),
            Ok(_) | Err(StoreError::UnknownAudit(_)) => {}
            // Of this audit alone: the others are not held back by it.
            Err(error @ (StoreError::Damaged { .. } | StoreError::Unreadable { .. })) => {
                tracing::warn!(token_hint = token.hint(), %error, "an audit is left out of a bundle");
                left_out.push((token.to_string(), error.to_string()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let (writer, begin) = BundleWriter::begin();
    let name = format!(
        "attachment; filename=\"{}-{}.fhbundle\"",
        file_name(app.hub.name()),
        app.hub.clock().now_ms()
    );
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.fieldhub.bundle".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (LOG, log_id.to_string()),
    ];
    let aside = Arc::clone(&app.aside);
    let hub = app.hub.clone();
    let key = app.aside.run(move || Ok::<_, StoreError>(hub.proof_key())).await?;
    let hub = app.hub.clone();
    let export = BundleExport { hub, log_id, audits, writer: Some(writer), key, last: None, _taken: taken };
    let parts = try_unfold(export, move |mut export| {
        let aside = Arc::clone(&aside);
        let next = move || Ok::<_, StoreError>(export.next()?.map(|part| (Bytes::from(part), export)));
        async move { aside.run(next).await }
    });
    let begin = futures_util::stream::iter([Ok(Bytes::from(begin))]);
    // An error breaks the answer off: a bundle without its end is refused wherever it is read.
    let (tokens, reasons): (Vec<String>, Vec<String>) = left_out.into_iter().unzip();
    let plain = |c: char| if c == ' ' || c.is_ascii_graphic() && c != '|' { c } else { '?' };
    let reasons: Vec<String> = reasons.iter().map(|reason| reason.chars().map(plain).collect()).collect();
    let left_out =
        (!tokens.is_empty()).then(|| [(LEFT_OUT, tokens.join(",")), (LEFT_OUT_WHY, reasons.join("|"))]);
    Ok((headers, left_out, HttpBody::from_stream(begin.chain(parts))).into_response())
}

/// After where and up to where an audit's operations go into the bundle. All of them have been read once by then: a bundle
/// that breaks off in the middle would be none at all.
fn part_of(hub: &Hub, token: &Token, since_last: bool, log_id: Uuid) -> Result<(u64, u64), StoreError> {
    let after = if since_last { exported_before(hub, token, log_id)? } else { 0 };
    let head = hub.head(token)?;
    hub.read_through(token, after)?;
    Ok((after, head))
}

fn exported_before(hub: &Hub, token: &Token, log_id: Uuid) -> Result<u64, StoreError> {
    let row = hub.link_row(token, &exported()?)?;
    Ok(row.filter(|row| row.log_id == log_id).map_or(0, |row| row.acked))
}

fn file_name(hub: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    hub.chars().map(plain).collect()
}

impl BundleExport {
    fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.hub.identity().log_id != self.log_id {
            // Where to go on was worked out in another log.
            return Err(StoreError::Replaced);
        }
        while let Some((token, after, head)) = self.audits.pop_front() {
            let page = match self.writer.as_ref().filter(|_| self.key.is_some()) {
                Some(writer) => self.hub.bundle_page(&token, after, writer.chain()),
                None => self.hub.page_since(&token, after, page::MAX_OPS, Without::default()),
            };
            let page = match page {
                Ok(page) => page,
                Err(StoreError::UnknownAudit(_)) => continue,
                Err(error) => return Err(error),
            };
            let (hub_id, log_id, upto) = (self.hub.identity().hub_id, self.log_id, page.upto);
            let (token_of, head_then) = (token.clone(), page.head);
            self.last = Some(Header {
                hub_id,
                log_id,
                token: token_of,
                after,
                upto,
                head: head_then,
                partial: false,
            });
            if page.upto < head {
                self.audits.push_front((token, page.upto, head));
            }
            return Ok(self.writer.as_mut().map(|writer| writer.page(&page.bytes, page.ops)));
        }
        if let Some(header) = self.last.take()
            && let (Some(writer), Some(key)) = (self.writer.as_mut(), &self.key)
        {
            let seal = Sealer { statement: self.hub.bundle_statement(key), key };
            return writer.proof(&header, &seal).map(Some).map_err(StoreError::failed);
        }
        Ok(self.writer.take().map(BundleWriter::end))
    }
}

/// What became of a bundle.
#[derive(Debug, Serialize, ToSchema)]
pub struct Imported {
    audits: usize,
    operations: u64,
    /// Operations that were not here ...
    new: usize,
    /// ... and that were.
    known: usize,
    /// Marks of modules that would be too many for their audit, and what no hub should write.
    refused: usize,
    /// Audits that were removed here: they stay so.
    removed: BTreeSet<String>,
    by_audit: Vec<ImportedAudit>,
    /// Audits that this hub could not write to, each with the reason; those beside them came in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed: Vec<FailedAudit>,
    /// Parts of the file that cannot be read, each with the reason; all others came in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    damaged: Vec<DamagedPart>,
}

/// An audit of which something of a bundle was not taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailedAudit {
    token: String,
    reason: String,
}

/// A part of a bundle that cannot be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct DamagedPart {
    /// Of which audit it says to be; null where it does not say that much.
    #[schema(required)]
    token: Option<String>,
    reason: String,
}

/// What became of a bundle's part of one audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedAudit {
    token: String,
    new: usize,
    known: usize,
    refused: usize,
    /// What the bundle leaves out as exported before is not here either: import the earlier one too.
    gap: bool,
}

/// Take in a bundle
#[utoipa::path(post, path = "/api/v1/bundle", tag = "peers", request_body(content_type = "application/vnd.fieldhub.bundle"),
    responses((status = 200, body = Imported), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn import(
    State(app): State<App>,
    Leads(caller): Leads,
    request: Request,
) -> Result<Json<Imported>, ApiError> {
    let let_in: Option<LetIn> = request.extensions().get().cloned();
    if let Some(account) = request.extensions().get::<Account>() {
        account.take(page::MAX_BYTES)?;
    }
    let from = (caller, request.extensions().get().copied());
    let mut import = Import::default();
    let mut chunks = request.into_body().into_data_stream();
    while let Some(chunk) = chunks.next().await {
        import.reader.push(&chunk.map_err(|error| broken_off(&error))?);
        // Uploading may take hours.
        let_in.as_ref().map_or(Ok(()), |let_in| let_in.still(&app.hub))?;
        import.take(&app, &from).await?;
    }
    import.reader.no_more();
    import.take(&app, &from).await?;
    import.finish()
}

#[derive(Default)]
struct Import {
    reader: BundleReader,
    audits: BTreeMap<Token, (PageTaken, bool)>,
    removed: BTreeSet<String>,
    failed: BTreeMap<Token, String>,
}

impl Import {
    /// Each page by itself: what was taken in before a bundle turns out to be cut is good, and free to come again.
    async fn take(&mut self, app: &App, (caller, peer): &(Caller, Option<Peer>)) -> Result<(), ApiError> {
        while let Some(mut page) = self.reader.next_page()? {
            // A bundle has no sender who could come back with the rest: it is taken in as fast as its sort may be.
            while let Err(wait) = app.rates.wait(Kind::Page, caller, *peer, page.weight().div_ceil(1 << 10)) {
                tokio::time::sleep(wait).await;
            }
            let token = page.header.token.clone();
            let have = match app.hub.have(&token, page.header.log_id) {
                Err(StoreError::UnknownAudit(_)) => 0,
                Err(error @ (StoreError::Damaged { .. } | StoreError::Unreadable { .. })) => {
                    self.fail(token, &error);
                    continue;
                }
                have => have?,
            };
            // Marks are good by themselves. That some before them are missing is said, and over a link they come.
            let ours = page.header.log_id == app.hub.identity().log_id;
            let gap = !ours && page.header.after > have;
            page.header.partial |= gap;
            match app.hub.take_page(page, Teller::Bundle.into(), Vec::new()).await {
                Ok(taken) => {
                    let (all, gaps) = self.audits.entry(token).or_default();
                    all.new += taken.new;
                    all.known += taken.known;
                    all.refused += taken.refused;
                    *gaps |= gap;
                }
                Err(StoreError::Removed(_)) => drop(self.removed.insert(token.to_string())),
                // Of this audit alone: the others are not held back by it.
                Err(error @ (StoreError::Damaged { .. } | StoreError::Unreadable { .. })) => {
                    self.fail(token, &error);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn fail(&mut self, token: Token, error: &StoreError) {
        tracing::warn!(token_hint = token.hint(), %error, "an audit of a bundle is not taken in");
        self.failed.entry(token).or_insert_with(|| error.to_string());
    }

    fn finish(self) -> Result<Json<Imported>, ApiError> {
        let Self { reader, audits, removed, failed } = self;
        let lost = reader.lost().iter().map(|lost| DamagedPart {
            token: lost.token.as_ref().map(Token::to_string),
            reason: lost.problem.clone(),
        });
        let damaged: Vec<_> = lost.collect();
        let operations = reader.finish()?.operations;
        let sum = |of: fn(&PageTaken) -> usize| audits.values().map(|(taken, _)| of(taken)).sum();
        Ok(Json(Imported {
            audits: audits.len(),
            operations,
            new: sum(|taken| taken.new),
            known: sum(|taken| taken.known),
            refused: sum(|taken| taken.refused),
            removed,
            failed: failed
                .into_iter()
                .map(|(token, reason)| FailedAudit { token: token.to_string(), reason })
                .collect(),
            damaged,
            by_audit: audits
                .into_iter()
                .map(|(token, (PageTaken { new, known, refused }, gap))| ImportedAudit {
                    token: token.to_string(),
                    new,
                    known,
                    refused,
                    gap,
                })
                .collect(),
        }))
    }
}

/// What was exported, and is safe on a stick.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Exported {
    log_id: Uuid,
    audits: Vec<ExportedAudit>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ExportedAudit {
    token: String,
    /// The last `upto` of its pages.
    seq: u64,
}

/// Begin there with the next `since_last`
#[utoipa::path(put, path = "/api/v1/bundle/exported", tag = "peers", request_body = Exported,
    responses((status = 204), (status = 400, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn remember(
    State(app): State<App>,
    _: Leads,
    JsonBody(body): JsonBody<Exported>,
) -> Result<StatusCode, ApiError> {
    let log_id = app.hub.identity().log_id;
    if body.log_id != log_id {
        return Err(ApiError::field("log_id", "the hub has started a new log since then: export again"));
    }
    for audit in body.audits {
        let token = Token::parse(audit.token)?;
        let head = match app.hub.head(&token) {
            // Removed meanwhile: nothing to remember.
            Err(StoreError::UnknownAudit(_)) => continue,
            head => head?,
        };
        if audit.seq > head {
            return Err(ApiError::field("seq", format!("the log of that audit ends at {head}")));
        }
        let row = Some(LinkRow { log_id, acked: audit.seq, ..LinkRow::default() });
        app.hub.remember(token, Remember { row, ..Remember::of(exported()?) }).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
