//! The client of upstreams against servers that misbehave on real sockets: whatever they do, each call ends in
//! time, in words, and without taking all memory; the next call begins anew.

use std::future::pending;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::common::server::{LONG, OK, SHORT, client, get, head, listen, options, saying};
use fieldhub::domain::BearerToken;
use fieldhub::upstream::client::{CallError, Client, Request};
use hyper::Method;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{interval, timeout};

/// A packed answer, with its head.
fn packed(unpacked: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(unpacked).unwrap();
    let gz = gz.finish().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", gz.len());
    [head.into_bytes(), gz].concat()
}

#[tokio::test]
async fn a_call_carries_the_token_and_is_counted_to_the_byte() {
    let passed = Arc::new(Mutex::new((0, 0)));
    let counts = Arc::clone(&passed);
    let to = listen(move |mut stream| {
        let counts = Arc::clone(&counts);
        async move {
            let asked = head(&mut stream).await?;
            assert!(asked.contains("authorization: Bearer s3cret\r\n"), "{asked}");
            *counts.lock().unwrap() = (asked.len() as u64, OK.len() as u64);
            stream.write_all(OK.as_bytes()).await?;
            pending().await
        }
    })
    .await;
    let mut options = options(&format!("http://{to}"), LONG);
    options.token = Some(BearerToken::parse("s3cret").unwrap());
    let client = Client::new(options).unwrap();
    assert_eq!(get(&client, "/x?y=z").await.unwrap().body, "OK");
    assert_eq!(client.bytes(), *passed.lock().unwrap());
}

#[tokio::test]
async fn where_nobody_listens_it_says_so_at_once() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let failed = get(&client(closed, LONG), "/").await.unwrap_err();
    assert!(matches!(failed, CallError::Unreachable(_)), "{failed}");
    assert!(failed.to_string().contains("refused"), "{failed}");
}

#[tokio::test]
async fn where_no_connection_comes_about_it_is_given_up() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let to = listener.local_addr().unwrap();
    // Nobody accepts; once the queue is full, the kernel answers no more.
    let mut queue = Vec::new();
    while let Ok(stream) = timeout(SHORT, TcpStream::connect(to)).await {
        queue.push(stream.unwrap());
        assert!(queue.len() < 100, "the queue never fills");
    }
    let failed = get(&client(to, SHORT), "/").await.unwrap_err();
    assert!(matches!(failed, CallError::NoConnection(after) if after == SHORT), "{failed}");
}

#[tokio::test]
async fn where_no_answer_comes_it_is_given_up() {
    let to = listen(|mut stream| async move {
        head(&mut stream).await?;
        pending().await
    })
    .await;
    let started = Instant::now();
    let failed = get(&client(to, SHORT), "/").await.unwrap_err();
    assert!(matches!(failed, CallError::NoAnswer(_) | CallError::Stalled(_)), "{failed}");
    assert!(started.elapsed() >= SHORT);
}

/// One byte after another, as long as somebody reads.
async fn trickle(mut stream: TcpStream, bytes: usize) -> io::Result<()> {
    let mut tick = interval(Duration::from_millis(20));
    stream.write_all(format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n").as_bytes()).await?;
    for _ in 0..bytes {
        tick.tick().await;
        stream.write_all(b"x").await?;
    }
    pending().await
}

#[tokio::test]
async fn one_call_without_an_answer_is_given_up_while_another_goes_on() {
    let to = listen(|mut stream| async move {
        if head(&mut stream).await?.starts_with("GET /slow") {
            return trickle(stream, 1 << 30).await;
        }
        pending().await
    })
    .await;
    let client = client(to, SHORT);
    let failed = tokio::select! {
        failed = get(&client, "/silent") => failed.unwrap_err(),
        // Bytes of this one must not pass for an answer to the other.
        slow = client.send(Request::new(Method::GET, "/slow")) => panic!("it has no end: {slow:?}"),
    };
    assert!(matches!(failed, CallError::NoAnswer(_)), "{failed}");
}

#[tokio::test]
async fn an_answer_may_take_as_long_as_it_moves() {
    let patience = Duration::from_secs(1);
    let to = listen(|mut stream| async move {
        head(&mut stream).await?;
        trickle(stream, 150).await
    })
    .await;
    let started = Instant::now();
    let answer = get(&client(to, patience), "/").await.unwrap();
    assert_eq!(answer.body.len(), 150);
    assert!(started.elapsed() > 2 * patience, "or this shows nothing");
}

#[tokio::test]
async fn a_stall_in_the_middle_of_an_answer_is_given_up_and_the_next_call_begins_anew() {
    let first = Arc::new(Mutex::new(true));
    let to = listen(move |mut stream| {
        let first = std::mem::replace(&mut *first.lock().unwrap(), false);
        async move {
            head(&mut stream).await?;
            let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of";
            stream.write_all(if first { half } else { OK.as_bytes() }).await?;
            pending().await
        }
    })
    .await;
    let client = client(to, SHORT);
    let failed = get(&client, "/").await.unwrap_err();
    assert!(matches!(failed, CallError::Stalled(after) if after == SHORT), "{failed}");
    assert_eq!(get(&client, "/").await.unwrap().body, "OK", "on another connection");
}

#[tokio::test]
async fn a_cut_is_a_cut_wherever_it_comes() {
    for said in ["", "HTTP/1.1 200 OK\r\nconte", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of"] {
        let to = listen(move |mut stream| async move {
            head(&mut stream).await?;
            stream.write_all(said.as_bytes()).await
        })
        .await;
        let failed = get(&client(to, LONG), "/").await.unwrap_err();
        assert!(matches!(failed, CallError::BrokenOff), "{said:?}: {failed}");
    }
}

#[tokio::test]
async fn a_packed_answer_is_unpacked_and_a_bomb_is_not() {
    let (to, asked) = saying(packed(&b"{} ".repeat(100_000))).await;
    assert_eq!(get(&client(to, LONG), "/").await.unwrap().body.len(), 300_000);
    assert!(asked.lock().unwrap()[0].contains("accept-encoding: gzip\r\n"));

    let bomb = packed(&vec![0; (32 << 20) + 1]);
    assert!(bomb.len() < 100_000, "small on the wire");
    let (to, _) = saying(bomb).await;
    let failed = get(&client(to, LONG), "/").await.unwrap_err();
    assert!(matches!(failed, CallError::TooLarge), "{failed}");

    let mut broken = packed(b"some text that is packed");
    broken.pop();
    broken.push(0xff);
    let (to, _) = saying(broken).await;
    let failed = get(&client(to, LONG), "/").await.unwrap_err();
    assert!(matches!(failed, CallError::NotPacked(_)), "{failed}");
}

#[tokio::test]
async fn an_answer_without_an_end_is_not_read_to_it() {
    let to = listen(|mut stream| async move {
        head(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
        loop {
            stream.write_all(&[b'x'; 64 << 10]).await?;
        }
    })
    .await;
    let failed = get(&client(to, LONG), "/").await.unwrap_err();
    assert!(matches!(failed, CallError::TooLarge), "{failed}");
}

#[tokio::test]
async fn retry_after_is_read_in_both_forms_and_by_the_servers_own_clock() {
    const DATE: &str = "Sun, 22 Nov 2026 23:00:00 GMT";
    for (date, retry_after, seconds) in [
        ("", "Retry-After: 120", Some(120)),
        ("", "Retry-After: 0", Some(0)),
        (DATE, "Retry-After: Sun, 22 Nov 2026 23:01:30 GMT", Some(90)),
        (DATE, "Retry-After: Sun, 22 Nov 2026 22:00:00 GMT", Some(0)),
        ("", "Retry-After: Sun, 22 Nov 2026 23:01:30 GMT", None),
        (DATE, "Retry-After: soon", None),
        (DATE, "Retry-After: -5", None),
        (DATE, "X-Nothing: 7", None),
    ] {
        let date = if date.is_empty() { "X-No-Date: 1".to_owned() } else { format!("Date: {date}") };
        let (to, _) = saying(format!(
            "HTTP/1.1 503 Service Unavailable\r\n{date}\r\n{retry_after}\r\ncontent-length: 0\r\n\r\n"
        ))
        .await;
        let answer = get(&client(to, LONG), "/").await.unwrap();
        assert_eq!(answer.status, 503);
        assert_eq!(answer.retry_after(), seconds.map(Duration::from_secs), "{date} {retry_after}");
        assert_eq!(answer.told_ms, None, "nobody has shown who tells the time");
    }
}
