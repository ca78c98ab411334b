//! Export of an audit as a file: the tablet export form, or a table, for programs or for people.
//!
//! Called by `http`; calls `domain::export`, which writes it piece by piece from a picture of the audit.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::pieces;
use super::wire::Summary;
use crate::domain::export::{self, ExportHead, ExportRow, ExportSum, TableForm};
use crate::domain::proof::Sealer;
use crate::domain::utc_offsets::UtcOffsets;
use crate::http::app::App;
use crate::http::conn::answer_memory::AnswerAccount;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::Reads;
use crate::http::guard::path::{AuditPath, Params};
use crate::store::StoreError;

/// Audits of so few modules are answered at once.
const AT_ONCE: usize = 32;

/// How a table is to be written.
fn table_form(params: &Params) -> Result<TableForm, ApiError> {
    let Some(language) = params.get("lang") else { return Ok(TableForm::plain()) };
    let offset = UtcOffsets::parse(params.get("utc_offset").unwrap_or("0"));
    let offset = offset.ok_or_else(|| {
        ApiError::field("utc_offset", "minutes, from -840 to 840; then changes as ,MS:MINUTES")
    })?;
    TableForm::for_people(language, offset).ok_or_else(|| ApiError::field("lang", "de, en, es, fr or it"))
}

/// One audit as a file: the tablet export form, or CSV
#[utoipa::path(get, path = "/api/v1/audits/{token}/export", tag = "audits",
    params(("token" = String, Path), ("format" = Option<String>, Query, description = "json or csv; json when missing"),
        ("lang" = Option<String>, Query, description = "of a csv for people: de, en, es, fr or it; without it, the columns alone that an import reads"),
        ("utc_offset" = Option<String>, Query, description = "minutes ahead of UTC, of its times; 0 when missing. Where that changes (daylight saving time) with the moments and what holds from then on: `60,1774746000000:120,1792890000000:60`")),
    responses((status = 200, description = "the file", content((Object = "application/json"), (String = "text/csv"))), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn export(
    State(app): State<App>,
    _: Reads,
    AuditPath(token): AuditPath,
    account: AnswerAccount,
    asked: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    let exported_ms = app.hub.clock().now_ms();
    let (picture, digest, facts) = app.hub.picture(&token)?;
    let name = Summary::of(&app.hub, &token, picture.outline.clone(), facts).name;
    let (kind, ending, json) = match params.get("format").unwrap_or("json") {
        "json" => ("application/json", "json", true),
        "csv" => ("text/csv; charset=utf-8", "csv", false),
        _ => return Err(ApiError::field("format", "json or csv")),
    };
    let form = table_form(&params)?;
    let head = ExportHead::of(token.clone(), name, &picture, facts.created_ms, exported_ms);
    let (begin, end) = match json {
        true => (export::tablet_begin(&head), export::tablet_end(picture.len())),
        false => (form.begin(&head), String::new()),
    };
    let small = picture.len() <= AT_ONCE;
    // A table has no place for a signature.
    let hub = app.hub.clone();
    let key = app.aside.run(move || Ok::<_, StoreError>(if json { hub.proof_key() } else { None })).await?;
    let mut signed = key.map(|key| {
        let statement = app.hub.export_statement(&key, &token, picture.outline.head, digest);
        let mut sum = ExportSum::default();
        sum.begin(&begin);
        (sum, statement, key)
    });
    let (mut at, mut begin) = (0, begin.into_bytes());
    let portions = move |out: &mut Vec<u8>| {
        out.append(&mut begin);
        let Some(row) = ExportRow::at(&picture, at) else {
            let signed = signed.take().map(|(sum, statement, key)| sum.end(&Sealer { statement, key: &key }));
            out.extend_from_slice(signed.as_ref().unwrap_or(&end).as_bytes());
            return Ok(false);
        };
        at += 1;
        let text = if json { export::tablet_module(&row, at as u64) } else { form.row(&head, &row) };
        if let Some((sum, ..)) = &mut signed {
            sum.module(&text);
        }
        out.extend_from_slice(text.as_bytes());
        Ok(true)
    };
    let file = format!("attachment; filename=\"{token}.{ending}\"");
    let said = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(file).map_err(ApiError::internal)?),
    ]);
    pieces::answer(&app.aside, &account, &asked, said, portions, small).await
}
