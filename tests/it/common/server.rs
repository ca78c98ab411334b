//! Servers on real sockets that say what a test wants them to, and a client of upstreams for them.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fieldhub::upstream::client::{CallError, CallTimeouts, Client, ClientOptions, Request, UpstreamResponse};
use fieldhub::upstream::dial::TcpDial;
use hyper::Method;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Patience where it is meant to run out.
pub const SHORT: Duration = Duration::from_millis(300);
/// And where it is not.
pub const LONG: Duration = Duration::from_secs(30);
pub const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK";

pub fn times(each: Duration) -> CallTimeouts {
    CallTimeouts { connect: each, first_byte: each, idle: each }
}

pub fn options(url: &str, patience: Duration) -> ClientOptions {
    ClientOptions {
        url: url.parse().unwrap(),
        token: None,
        tls: None,
        proxy: None,
        dial: Arc::new(TcpDial { patience }),
        times: times(patience),
        explain: Arc::new(|_| None),
    }
}

pub fn client(to: SocketAddr, patience: Duration) -> Client {
    Client::new(options(&format!("http://{to}"), patience)).unwrap()
}

pub async fn get(client: &Client, path: &str) -> Result<UpstreamResponse, CallError> {
    timeout(LONG, client.send(Request::new(Method::GET, path))).await.expect("each call ends")
}

/// A server whose every connection is handled so.
pub async fn listen<F>(handle: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(handle(stream));
        }
    });
    address
}

/// The head of the next request.
pub async fn head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        read.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8(read).unwrap())
}

/// Says the same to every request, and keeps what was asked.
pub async fn answer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    bytes: Vec<u8>,
    asked: Arc<Mutex<Vec<String>>>,
) -> io::Result<()> {
    loop {
        let head = head(&mut stream).await?;
        asked.lock().unwrap().push(head);
        stream.write_all(&bytes).await?;
        stream.flush().await?;
    }
}

/// A server that always says this.
pub async fn saying(bytes: impl Into<Vec<u8>>) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let (bytes, asked) = (bytes.into(), Arc::default());
    let heads = Arc::clone(&asked);
    (listen(move |stream| answer(stream, bytes.clone(), Arc::clone(&heads))).await, asked)
}
