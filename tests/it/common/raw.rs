//! A client that writes what it likes on its connection: half a request, or a whole one byte by byte.

use std::collections::HashMap;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A client that sends what it likes.
pub struct Raw(pub TcpStream);

pub struct Said {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Said {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    pub fn retry_after(&self) -> u64 {
        let seconds = self.headers.get("retry-after").unwrap_or_else(|| panic!("no Retry-After"));
        seconds.parse().unwrap()
    }
}

impl Raw {
    pub async fn to(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    pub async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// The next answer; `None` when the hub closes without one.
    pub async fn hear(&mut self) -> Option<Said> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match self.0.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) if head.is_empty() => return None,
                Err(error) => panic!("cut off: {error} after {}", String::from_utf8_lossy(&head)),
            }
        }
        let head = String::from_utf8(head).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let headers: HashMap<String, String> = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        if headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
            while let Some(piece) = self.piece().await {
                body.extend(piece);
            }
        }
        Some(Said { status, headers, body })
    }

    /// The next piece of an answer without a length; nothing after the last.
    async fn piece(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(self.0.read_u8().await.unwrap());
        }
        let length = usize::from_str_radix(String::from_utf8(line).unwrap().trim_end(), 16).unwrap();
        let mut piece = vec![0; length + 2];
        self.0.read_exact(&mut piece).await.unwrap();
        piece.truncate(length);
        (length > 0).then_some(piece)
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Option<Said> {
        let body = body.to_string();
        let length = body.len();
        self.send(&format!("POST {path} HTTP/1.1\r\nhost: hub\r\ncontent-length: {length}\r\n\r\n{body}"))
            .await;
        self.hear().await
    }

    pub async fn get(&mut self, path: &str) -> Option<Said> {
        self.get_with(path, "").await
    }

    /// With headers, each with its line's end.
    pub async fn get_with(&mut self, path: &str, headers: &str) -> Option<Said> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: hub\r\n{headers}\r\n");
        // It may have been closed: then there is nothing to hear either.
        let _ = self.0.write_all(request.as_bytes()).await;
        self.hear().await
    }
}
