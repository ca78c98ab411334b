//! The live feeds of several audits as one stream: a browser opens six connections to a host, for all its tabs.
//!
//! Called by the router; the feeds themselves are those of `live`, event for event. Whose the next events are is told
//! by an `audit` event whenever it changes.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use futures_util::stream::{Stream, StreamExt, iter, select_all};
use serde_json::json;

use super::live::{LiveConnection, LiveFeed, answer};
use super::live_cursor::parse_cursor;
use super::live_event::{Event, event};
use crate::domain::{Position, Token};
use crate::http::app::App;
use crate::http::conn::answer_memory::AnswerAccount;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::Reads;
use crate::http::guard::path::Params;

/// More than tabs that anybody has open.
const MOST: usize = 16;

/// The live feeds of several audits as one (server-sent events)
#[utoipa::path(get, path = "/api/v1/live", tag = "operations",
    params(("audit" = Vec<String>, Query, explode = true, min_items = 1, max_items = 16, description = "for each audit `TOKEN@LOGID:SEQ` or `TOKEN@LOGID:SEQ:PROOF`, or `TOKEN` to begin at the beginning")),
    responses((status = 200, content_type = "text/event-stream"), (status = 400, body = ErrorBody)))]
pub async fn live_many(
    State(app): State<App>,
    Reads(caller): Reads,
    params: Params,
    account: AnswerAccount,
) -> Result<Response, ApiError> {
    let mut wanted: Vec<(Token, Option<Position>)> = Vec::new();
    for text in params.all("audit") {
        let (token, position) = parse(text)?;
        if wanted.len() == MOST || wanted.iter().any(|(known, _)| *known == token) {
            return Err(ApiError::field("audit", format!("up to {MOST} audits, each once")));
        }
        wanted.push((token, position));
    }
    if wanted.is_empty() {
        return Err(ApiError::field("audit", "say at least one, as TOKEN@LOGID:SEQ"));
    }
    // One connection, however many audits.
    let connection = LiveConnection::open(&app, &caller, account)?;
    let mut feeds = Vec::with_capacity(wanted.len());
    for (token, position) in wanted {
        let feed =
            LiveFeed::open(app.clone(), caller.clone(), token.clone(), position, Arc::clone(&connection))
                .await;
        let events = match feed {
            Ok(feed) => feed.events().boxed(),
            // That an audit is gone ends the feed of no other.
            Err(_) if !app.hub.exists(&token) => iter([event("gone", &json!({}))]).boxed(),
            Err(error) => return Err(error),
        };
        feeds.push(events.map(move |event| (token.clone(), event)).boxed());
    }
    Ok(answer(told(select_all(feeds))))
}

/// Events with whose they are, told where that changes.
fn told(events: impl Stream<Item = (Token, Event)> + Send + 'static) -> impl Stream<Item = Event> + Send {
    let mut last: Option<Token> = None;
    events.flat_map(move |(token, next)| {
        let turned = last.as_ref() != Some(&token);
        let turn = turned.then(|| event("audit", &json!({ "token": token.as_str() })));
        last = Some(token);
        iter(turn.into_iter().chain([next]))
    })
}

fn parse(text: &str) -> Result<(Token, Option<Position>), ApiError> {
    let (token, position) = match text.split_once('@') {
        Some((token, position)) => (token, Some(parse_cursor("audit", position)?)),
        None => (text, None),
    };
    let token = Token::parse(token).map_err(|e| ApiError::field("audit", e.problem))?;
    Ok((token, position))
}
