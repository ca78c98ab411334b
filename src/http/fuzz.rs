//! Entry points for fuzzing (`fuzz/`): what strangers send, read without a hub.
//!
//! Nothing in the program calls this. Each is the very code that a handler reads with, so that
//! what holds here holds there.

pub use axum::http::{HeaderName, Method, header};
use axum::http::{HeaderValue, Request};

use super::error::ApiError;
use super::guard::access;
use super::guard::body::parse;
use super::guard::caller::Caller;
use super::routes::audits;
use super::routes::join::JoinBody;
use super::routes::live_cursor;
use super::routes::op_body::{self, ReadOp};
use super::routes::ops::OpsBody;
use super::routes::v33::{self, HeartbeatBody, MarkBody};
use crate::domain::id::DeviceId;
use crate::domain::{Author, Document, Mark, ModuleId, NewOp, Position, Token};

/// The body of a v3.3 mark.
pub fn v33_mark(module: ModuleId, body: &[u8]) -> Result<(Author, Mark), ApiError> {
    let (author, _, mark) = parse::<MarkBody>(body)?.read(&somebody(), module)?;
    Ok((author, mark))
}

/// The body of a v3.3 heartbeat.
pub fn v33_heartbeat(body: &[u8]) -> Result<Author, ApiError> {
    parse::<HeartbeatBody>(body)?.read(&somebody())
}

/// `since` of v3.3 `updates`.
pub fn v33_since(text: &str) -> Result<u64, ApiError> {
    v33::since(text)
}

/// The body of native operations: each one, or why it is refused.
pub fn operations(body: &[u8]) -> Result<Vec<Result<NewOp, String>>, ApiError> {
    let read =
        parse::<OpsBody>(body)?.ops.iter().map(|op| op_body::read(op, &somebody()).1).collect::<Vec<_>>();
    let each = read.into_iter().flat_map(|read| match read {
        Ok(ReadOp { op, undo }) => std::iter::once(op).chain(undo).map(Ok).collect(),
        Err(refusal) => vec![Err(refusal.reason)],
    });
    Ok(each.collect())
}

/// The operations that a document's marks become.
pub fn imported(token: &Token, document: &Document, now_ms: u64) -> Result<Vec<NewOp>, ApiError> {
    audits::imported_marks(token, document, now_ms)
}

/// The cursor of a live feed.
pub fn cursor(text: &str) -> Result<Position, ApiError> {
    live_cursor::parse_cursor("after", text)
}

/// The body of a join: code, name and device.
pub fn join(body: &[u8]) -> Result<(String, String, DeviceId), ApiError> {
    parse::<JoinBody>(body)?.read()
}

/// The token that a request with these headers brings; a header that cannot be is left out.
pub fn token(method: Method, headers: &[(HeaderName, &[u8])], cookie: &str) -> Option<String> {
    let mut request = Request::new(());
    *request.method_mut() = method;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            request.headers_mut().append(name, value);
        }
    }
    access::bearer(&request.into_parts().0, cookie).map(str::to_owned)
}

/// On an open hub: whoever they say they are.
fn somebody() -> Caller {
    Caller::Open { address: std::net::Ipv4Addr::LOCALHOST.into() }
}
