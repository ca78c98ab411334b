//! Attackers: what strangers send and ask for, and what they hear.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};

use crate::blocking::Blocking;
use crate::marks::{NOW, mark};

/// How long each goes on.
pub const TIME: Duration = Duration::from_secs(6);

/// Text that nothing packs.
pub fn noise(n: usize, characters: usize) -> String {
    let mut state = n as u64 ^ 0x9e37_79b9_7f4a_7c15;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'0' + u8::try_from((state >> 33) % 75).unwrap())
    };
    (0..characters).map(letter).map(|c| if c == '\\' { '/' } else { c }).collect()
}

pub fn commented(module: usize, text: String) -> Value {
    let mut op = mark(&format!("M{module:05}"), "dead", "mallory", NOW);
    op["comment"] = text.into();
    op
}

/// A base of devices that there never were.
pub fn made_up(n: usize) -> String {
    let stamp =
        |actor: usize| format!("{:012x}-0000-{:016x}", NOW - 1_000_000, (n as u64) << 32 | actor as u64);
    (1..=1_000).map(stamp).collect::<Vec<_>>().join(",")
}

/// What the attackers heard, by status; 0: the hub was gone, or broke off.
pub type Heard = BTreeMap<u16, usize>;

pub fn send(hub: &str, audit: &str, ops: impl Iterator<Item = Value>, heard: &mut Heard) {
    let mut ops = ops.peekable();
    let Ok(mut client) = Blocking::connect(hub) else { return *heard.entry(0).or_default() += 1 };
    while ops.peek().is_some() {
        let some: Vec<Value> = ops.by_ref().take(100).collect();
        match client.ops(audit, &some) {
            Ok((status, results)) => {
                *heard.entry(status).or_default() += 1;
                let refused = results.iter().filter(|result| result["outcome"] == "refused").count();
                if refused > 0 {
                    // As a status that there is not: operations refused alone.
                    *heard.entry(999).or_default() += refused;
                }
            }
            Err(_) => return *heard.entry(0).or_default() += 1,
        }
    }
}

pub fn make(hub: &str, audit: &str, strings: &str) {
    let body = json!({ "name": audit, "token": audit, "strings": strings }).to_string();
    Blocking::connect(hub).unwrap().call("POST", "/api/v1/audits", &body).unwrap();
}

/// Ask again and again; `deaf` ones never read what comes.
pub fn ask(hub: &str, paths: &[String], readers: usize, deaf: bool) -> Heard {
    let ends = Instant::now() + TIME;
    let mut heard = Heard::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..readers)
            .map(|n| {
                let path = &paths[n % paths.len()];
                scope.spawn(move || {
                    let mut heard = Heard::new();
                    while Instant::now() < ends {
                        let status = if deaf { deaf_to(hub, path, ends) } else { read(hub, path, ends) };
                        *heard.entry(status).or_default() += 1;
                        if status == 0 || status == 503 {
                            std::thread::sleep(Duration::from_millis(50));
                        }
                    }
                    heard
                })
            })
            .collect();
        for thread in threads {
            for (status, times) in thread.join().unwrap() {
                *heard.entry(status).or_default() += times;
            }
        }
    });
    heard
}

fn request(hub: &str, path: &str) -> std::io::Result<TcpStream> {
    request_with(hub, path, "accept-encoding: gzip\r\n")
}

pub fn request_with(hub: &str, path: &str, headers: &str) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(hub)?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    let head = format!("GET {path} HTTP/1.1\r\nhost: hub\r\n{headers}connection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    Ok(stream)
}

fn status(head: &[u8]) -> u16 {
    std::str::from_utf8(head.get(9..12).unwrap_or_default())
        .ok()
        .and_then(|code| code.parse().ok())
        .unwrap_or(0)
}

fn read(hub: &str, path: &str, ends: Instant) -> u16 {
    let Ok(mut stream) = request(hub, path) else { return 0 };
    let (mut piece, mut said) = (vec![0; 64 << 10], 0);
    while Instant::now() < ends {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(_) if said == 0 => said = status(&piece),
            Ok(_) => {}
        }
    }
    said
}

fn deaf_to(hub: &str, path: &str, ends: Instant) -> u16 {
    let Ok(mut stream) = request(hub, path) else { return 0 };
    let mut head = [0; 12];
    let said = stream.read_exact(&mut head).map_or(0, |()| status(&head));
    if said == 200 {
        std::thread::sleep(ends.saturating_duration_since(Instant::now()));
    }
    said
}

/// A body on each connection: its first three quarters at once, and then as slowly as the hub bears for as long as there is time.
/// Who is sent away comes again.
pub fn trickle(hub: &str, path: &str, bodies: &[String]) -> Heard {
    let ends = Instant::now() + TIME;
    let mut heard = Heard::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = bodies
            .iter()
            .map(|body| {
                scope.spawn(move || {
                    let mut heard = Heard::new();
                    while Instant::now() < ends {
                        *heard.entry(trickled(hub, path, body, ends).unwrap_or(0)).or_default() += 1;
                    }
                    heard
                })
            })
            .collect();
        for thread in threads {
            for (status, times) in thread.join().unwrap() {
                *heard.entry(status).or_default() += times;
            }
        }
    });
    heard
}

/// What was answered; 1: nothing, as long as there was time.
fn trickled(hub: &str, path: &str, body: &str, ends: Instant) -> std::io::Result<u16> {
    const PAUSE: Duration = Duration::from_millis(50);
    let mut stream = TcpStream::connect(hub)?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.set_write_timeout(Some(Duration::from_secs(2)))?;
    stream.write_all(head.as_bytes())?;
    let (most, mut rest) = body.as_bytes().split_at(body.len() / 4 * 3);
    // Refused while it is sent: the answer is there to be read all the same.
    let _ = stream.write_all(most);
    stream.set_read_timeout(Some(PAUSE))?;
    let mut said = [0; 12];
    while Instant::now() < ends {
        match stream.read(&mut said) {
            Ok(0) => return Ok(0),
            Ok(read) => return Ok(status(&said[..read])),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
        let (now, later) = rest.split_at(rest.len().min(100));
        stream.write_all(now)?;
        rest = later;
    }
    Ok(1)
}

/// One connection of HTTP/2 with so many requests on it, none of whose answers is read.
pub fn streams(port: u16, ca: &[u8], path: &str, count: usize) -> Heard {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(ca.to_vec())).unwrap();
    let mut config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        let mut builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        builder.initial_stream_window_size(1 << 10);
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(async move { drop(connection.await) });
        let asked = (0..count).map(|_| {
            let mut sender = sender.clone();
            let uri = format!("https://127.0.0.1:{port}{path}");
            let request = hyper::Request::get(uri).body(Empty::<Bytes>::new()).unwrap();
            tokio::spawn(async move {
                sender.ready().await.ok()?;
                sender.send_request(request).await.ok()
            })
        });
        let answers = futures_util::future::join_all(asked).await;
        let mut heard = Heard::new();
        for answer in &answers {
            let status =
                answer.as_ref().ok().and_then(Option::as_ref).map_or(0, |answer| answer.status().as_u16());
            *heard.entry(status).or_default() += 1;
        }
        tokio::time::sleep(TIME).await;
        heard
    })
}
