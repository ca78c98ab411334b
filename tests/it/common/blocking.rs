//! A plain HTTP client for threads: one connection, one request at a time, errors as values.
//!
//! Used by tests and benches that kill the hub or run many writers beside each other.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

#[derive(Debug)]
pub struct Blocking {
    stream: BufReader<TcpStream>,
    token: Option<String>,
}

impl Blocking {
    pub fn connect(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), token: None })
    }

    /// The same, with a session.
    pub fn with_token(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// Status and body.
    pub fn call(&mut self, method: &str, path: &str, body: &str) -> io::Result<(u16, String)> {
        let session = self
            .token
            .as_ref()
            .map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\n{session}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(broken)?;
        let (mut length, mut in_pieces) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(|_| broken())?;
            }
            in_pieces |= line == "transfer-encoding: chunked";
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        while in_pieces {
            let length = usize::from_str_radix(&self.line()?, 16).map_err(|_| broken())?;
            let before = body.len();
            body.resize(before + length, 0);
            self.stream.read_exact(&mut body[before..])?;
            self.line()?;
            in_pieces = length > 0;
        }
        Ok((status, String::from_utf8(body).map_err(|_| broken())?))
    }

    /// Native operations; the status and the results.
    pub fn ops(&mut self, token: &str, ops: &[Value]) -> io::Result<(u16, Vec<Value>)> {
        let path = format!("/api/v1/audits/{token}/ops");
        let (status, body) = self.call("POST", &path, &json!({ "ops": ops }).to_string())?;
        let body: Value = serde_json::from_str(&body).map_err(|_| broken())?;
        Ok((status, body["results"].as_array().cloned().unwrap_or_default()))
    }

    /// The whole log of an audit.
    pub fn log(&mut self, token: &str) -> io::Result<Vec<Value>> {
        let mut log: Vec<Value> = Vec::new();
        loop {
            let after = log.last().map_or(0, |op| op["seq"].as_u64().unwrap());
            let path = format!("/api/v1/audits/{token}/ops?after={after}&limit=1000");
            let (_, body) = self.call("GET", &path, "")?;
            let mut page: Value = serde_json::from_str(&body).map_err(|_| broken())?;
            let Value::Array(ops) = page["ops"].take() else { return Err(broken()) };
            if ops.is_empty() {
                return Ok(log);
            }
            log.extend(ops);
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not an answer")
}
