//! Raw error answers (408, 503, 400): the last words on a connection that hyper no longer serves, or never did: an
//! answer ready made, and a close that lets it arrive.
//!
//! Called by `accept`, `http1` and `secure`; calls the socket alone.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

#[derive(Debug, Clone, Copy)]
pub enum RawAnswer {
    /// The client has sent no whole request in time.
    Late,
    /// There is no connection left for it.
    Full,
    /// It speaks plain HTTP where HTTPS is spoken.
    Plain(SocketAddr),
}

impl RawAnswer {
    fn answer(self) -> String {
        let (status, more, code, error) = match self {
            RawAnswer::Late => {
                let error = "the request did not arrive in time: send it again at once".to_owned();
                ("408 Request Timeout", "", "timed_out", error)
            }
            RawAnswer::Full => {
                let error = "the hub has too many connections: try again soon".to_owned();
                ("503 Service Unavailable", "retry-after: 2\r\n", "unavailable", error)
            }
            RawAnswer::Plain(local) => {
                ("400 Bad Request", "", "https", format!("this is HTTPS: open https://{local}/"))
            }
        };
        let body = format!(r#"{{"success":false,"error":"{error}","code":"{code}"}}"#);
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{more}\
             connection: close\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n\r\n{body}",
            body.len()
        )
    }
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
        for (words, status) in [(RawAnswer::Late, "408 "), (RawAnswer::Full, "503 "), (plain, "400 ")] {
            let answer = words.answer();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with(&format!("HTTP/1.1 {status}")));
            assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!(body["success"], false);
        }
    }
}
