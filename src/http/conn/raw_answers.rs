//! Raw error answers (408, 503, 400, 431): the last words on a connection that hyper no longer serves, or never did: an
//! answer ready made, and a close that lets it arrive.
//!
//! Called by `accept`, `http1`, `http2` and `secure`; calls the socket alone.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::http::error_code::ErrorCode;
use crate::http::security_headers::ON_EVERY_ANSWER;

#[derive(Debug, Clone, Copy)]
pub enum RawAnswer {
    /// The client has sent no whole request in time.
    Late,
    /// There is no connection left for it.
    Full,
    /// It speaks plain HTTP where HTTPS is spoken.
    Plain(SocketAddr),
    /// What it sent is no request.
    NoHttp,
    /// Its line and headers are too long, or too many.
    LargeHead,
}

/// Status, a header more, code, what is wrong and what to do.
struct Words(StatusCode, Option<(&'static str, &'static str)>, ErrorCode, String);

impl RawAnswer {
    fn words(self) -> Words {
        let say = |text: &str| text.to_owned();
        match self {
            RawAnswer::Late => Words(
                StatusCode::REQUEST_TIMEOUT,
                None,
                ErrorCode::TimedOut,
                say("the request did not arrive in time: send it again at once"),
            ),
            RawAnswer::Full => Words(
                StatusCode::SERVICE_UNAVAILABLE,
                Some(("retry-after", "2")),
                ErrorCode::Unavailable,
                say("the hub has too many connections: try again soon"),
            ),
            RawAnswer::Plain(local) => Words(
                StatusCode::BAD_REQUEST,
                None,
                ErrorCode::Https,
                format!("this is HTTPS: open https://{local}/"),
            ),
            RawAnswer::NoHttp => Words(
                StatusCode::BAD_REQUEST,
                None,
                ErrorCode::NoHttp,
                say("this is no HTTP request that the hub can read: use a browser, or a client for HTTP/1.1"),
            ),
            RawAnswer::LargeHead => Words(
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                None,
                ErrorCode::LargeHead,
                say(
                    "the request's address or headers are too long: in a browser, delete the cookies of this address",
                ),
            ),
        }
    }

    /// As an answer of HTTP/2 would be; the connection goes on.
    pub fn response(self) -> Response<Body> {
        let Words(status, more, code, error) = self.words();
        let mut response = Response::new(Body::from(body(code, &error)));
        *response.status_mut() = status;
        let headers = ON_EVERY_ANSWER.into_iter().chain([("content-type", "application/json")]).chain(more);
        for (name, value) in headers {
            response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        response
    }

    fn answer(self) -> String {
        let Words(status, more, code, error) = self.words();
        let body = body(code, &error);
        let headers = ON_EVERY_ANSWER.into_iter().chain([("content-type", "application/json")]).chain(more);
        let headers: String = headers.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
    }
}

fn body(code: ErrorCode, error: &str) -> String {
    let code = code.as_str();
    format!(r#"{{"success":false,"error":"{error}","code":"{code}"}}"#)
}

/// Closing takes this long at most.
const PATIENCE: Duration = Duration::from_secs(1);

/// Say it and close.
pub async fn say(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), words: RawAnswer) {
    let said = async {
        stream.write_all(words.answer().as_bytes()).await?;
        stream.shutdown().await
    };
    if matches!(tokio::time::timeout(PATIENCE, said).await, Ok(Ok(()))) {
        linger(stream).await;
    }
}

/// Read what the client still sends, until it has read our last answer and closes too. Closing
/// on unread bytes would make the kernel reset the connection, and the answer be lost on the way.
pub async fn linger(stream: &mut (impl AsyncRead + Unpin)) {
    let mut waste = [0; 4_096];
    let read = async { while matches!(stream.read(&mut waste).await, Ok(n) if n > 0) {} };
    // A client that goes on sending has had its chance.
    let _ = tokio::time::timeout(PATIENCE, read).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_whole_answers() {
        let plain = RawAnswer::Plain(([192, 168, 4, 1], 8443).into());
        for (words, status) in [
            (RawAnswer::Late, "408 "),
            (RawAnswer::Full, "503 "),
            (plain, "400 "),
            (RawAnswer::NoHttp, "400 "),
            (RawAnswer::LargeHead, "431 "),
        ] {
            let answer = words.answer();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with(&format!("HTTP/1.1 {status}")));
            assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
            for (name, value) in ON_EVERY_ANSWER {
                assert!(head.contains(&format!("{name}: {value}\r\n")), "{head}");
            }
            assert_eq!(words.response().headers().len(), head.lines().count() - 3, "{head}");
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!(body["success"], false);
        }
    }
}
