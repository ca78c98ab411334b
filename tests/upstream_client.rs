//! Calls to an upstream over links that are slow, stall, break off, or lead to something else.
//!
//! The link is in memory and the time is tokio's, which goes on when nothing else does: so the times are those that
//! crews live with, and exact.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers outside #[test] may panic too

use std::future::Future;
use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fieldhub::domain::BearerToken;
use fieldhub::upstream::client::{Answer, CallError, Client, ClientOptions, Request, Times};
use fieldhub::upstream::dial::{Dial, Dialled, Network, Stream};
use fieldhub::upstream::proxy::Proxy;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::header::HeaderValue;
use hyper::{Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep};

const CONNECT: u64 = 10;
const FIRST_BYTE: u64 = 30;
const IDLE: u64 = 15;
/// What the link holds of what nobody has read.
const BUFFER: usize = 64 << 10;

/// Each connection goes to `serve`.
struct Wire<S> {
    serve: S,
    dialled: Arc<Mutex<Vec<(String, u16)>>>,
}

impl<S, F> Dial for Wire<S>
where
    S: Fn(DuplexStream) -> F + Send + Sync,
    F: Future<Output = ()> + Send + 'static,
{
    fn dial(&self, host: String, port: u16) -> Dialled {
        let (near, far) = tokio::io::duplex(BUFFER);
        self.dialled.lock().unwrap().push((host, port));
        tokio::spawn((self.serve)(far));
        Box::pin(async move { Ok(Box::new(near) as Box<dyn Stream>) })
    }
}

fn options(dial: impl Dial + 'static) -> ClientOptions {
    ClientOptions {
        url: "http://cloud.example/hub".parse().unwrap(),
        token: None,
        tls: None,
        proxy: None,
        dial: Arc::new(dial),
        times: Times::default(),
        explain: Arc::new(|_| None),
    }
}

type Dials = Arc<Mutex<Vec<(String, u16)>>>;

fn served<F>(serve: impl Fn(DuplexStream) -> F + Send + Sync + 'static) -> (Client, Dials)
where
    F: Future<Output = ()> + Send + 'static,
{
    let dialled = Dials::default();
    let wire = Wire { serve, dialled: Arc::clone(&dialled) };
    (Client::new(options(wire)).unwrap(), dialled)
}

fn client<F>(serve: impl Fn(DuplexStream) -> F + Send + Sync + 'static) -> Client
where
    F: Future<Output = ()> + Send + 'static,
{
    served(serve).0
}

/// The head of the next request; the body is left where it is.
async fn head(stream: &mut DuplexStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8(head).unwrap().to_lowercase())
}

/// Answers every request on a connection.
async fn answer_all(mut stream: DuplexStream, answer: &[u8]) {
    while head(&mut stream).await.is_some() {
        stream.write_all(answer).await.unwrap();
    }
}

async fn never(stream: DuplexStream) {
    let _held = stream;
    std::future::pending().await
}

fn get() -> Request {
    Request::new(Method::GET, "/updates?since=0")
}

fn post(size: usize) -> Request {
    Request::new(Method::POST, "/ops").with_body("application/octet-stream", vec![7; size])
}

async fn timed<T>(work: impl Future<Output = T>) -> (T, u64) {
    let began = Instant::now();
    let done = work.await;
    (done, began.elapsed().as_secs())
}

fn fails(result: Result<Answer, CallError>) -> CallError {
    result.expect_err("it cannot succeed")
}

// ---- how long is waited for what ----

#[tokio::test(start_paused = true)]
async fn a_connection_that_does_not_come_about_is_given_up() {
    struct Nowhere;
    impl Dial for Nowhere {
        fn dial(&self, _: String, _: u16) -> Dialled {
            Box::pin(std::future::pending())
        }
    }
    let nowhere = Client::new(options(Nowhere)).unwrap();
    let (answered, seconds) = timed(nowhere.send(get())).await;
    assert!(matches!(fails(answered), CallError::NoConnection(_)));
    assert_eq!(seconds, CONNECT);
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_does_not_end_is_given_up_in_the_same_time() {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    for proxy in
        [None, Some(Proxy { uri: "http://proxy.example:3128".parse().unwrap(), authorization: None })]
    {
        let silent = Client::new(ClientOptions {
            url: "https://cloud.example".parse().unwrap(),
            tls: Some(tls.clone()),
            proxy,
            ..options(Wire { serve: never, dialled: Dials::default() })
        });
        let (answered, seconds) = timed(silent.unwrap().send(get())).await;
        assert!(matches!(fails(answered), CallError::NoConnection(_)));
        assert_eq!(seconds, CONNECT);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_given_up() {
    let silent = client(|mut stream| async move {
        head(&mut stream).await;
        never(stream).await;
    });
    let (answered, seconds) = timed(silent.send(get())).await;
    let error = fails(answered);
    assert!(matches!(error, CallError::NoAnswer(_)), "{error}");
    assert_eq!(error.to_string(), "no answer within 30 s");
    assert_eq!(seconds, FIRST_BYTE);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_minutes_is_sent_as_long_as_it_moves() {
    let slow = client(|mut stream| async move {
        head(&mut stream).await;
        let mut page = vec![0; 8 << 10];
        for _ in 0..128 {
            sleep(Duration::from_secs(1)).await;
            stream.read_exact(&mut page).await.unwrap();
        }
        // Not at once: what it has been sent, it works on. The last 8 s of it were on the link already.
        sleep(Duration::from_secs(FIRST_BYTE - 8 - 1)).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
    });
    let (answered, seconds) = timed(slow.send(post(1 << 20))).await;
    assert_eq!(answered.unwrap().body, "ok");
    assert_eq!(seconds, 128 + FIRST_BYTE - 8 - 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_stalls_is_given_up() {
    let stuck = client(|mut stream| async move {
        let mut some = vec![0; 100_000];
        stream.read_exact(&mut some).await.unwrap();
        never(stream).await;
    });
    let (answered, seconds) = timed(stuck.send(post(1 << 20))).await;
    let error = fails(answered);
    assert!(matches!(error, CallError::Stalled(_)), "{error}");
    assert!((IDLE..=IDLE + IDLE / 4).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn one_that_stalls_is_given_up_however_well_others_go() {
    let calls = AtomicUsize::new(0);
    let one_of_many = client(move |mut stream| {
        let first = calls.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if first {
                return never(stream).await;
            }
            while head(&mut stream).await.is_some() {
                sleep(Duration::from_secs(1)).await;
                stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            }
        }
    });
    let (stuck, seconds) = {
        let stuck = timed(one_of_many.send(post(1 << 20)));
        let others = async {
            loop {
                one_of_many.send(get()).await.expect("the others go well");
            }
        };
        tokio::select! {
            stuck = stuck => stuck,
            () = others => unreachable!("they go on for ever"),
        }
    };
    assert!(matches!(fails(stuck), CallError::Stalled(_)));
    assert!(seconds <= IDLE + IDLE / 4, "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_takes_minutes_is_read_as_long_as_it_moves() {
    let slow = client(|mut stream| async move {
        head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n").await.unwrap();
        for _ in 0..20 {
            sleep(Duration::from_secs(IDLE - 1)).await;
            stream.write_all(&[b'x'; 1_000]).await.unwrap();
        }
    });
    let (answered, seconds) = timed(slow.send(get())).await;
    assert_eq!(answered.unwrap().body.len(), 20_000);
    assert_eq!(seconds, 20 * (IDLE - 1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_stalls_in_the_middle_is_given_up() {
    let stuck = client(|mut stream| async move {
        head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\nhalf").await.unwrap();
        never(stream).await;
    });
    let (answered, seconds) = timed(stuck.send(get())).await;
    let error = fails(answered);
    assert_eq!(error.to_string(), "the link stalled: nothing moved for 15 s");
    assert_eq!(seconds, IDLE);
}

// ---- what answers there ----

#[tokio::test(start_paused = true)]
async fn what_breaks_off_is_told_from_what_speaks_no_http() {
    for (said, as_expected) in [
        ("", (|error| matches!(error, CallError::BrokenOff)) as fn(&CallError) -> bool),
        ("HTTP/1.1 200 OK\r\ncontent-le", |error| matches!(error, CallError::BrokenOff)),
        ("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhalf", |error| matches!(error, CallError::BrokenOff)),
        ("SSH-2.0-OpenSSH_9.6\r\n", |error| matches!(error, CallError::NotHttp)),
        ("HTTP/1.1 two hundred\r\n\r\n", |error| matches!(error, CallError::NotHttp)),
    ] {
        let other = client(move |mut stream| async move {
            head(&mut stream).await;
            stream.write_all(said.as_bytes()).await.unwrap();
        });
        let error = fails(other.send(get()).await);
        assert!(as_expected(&error), "{said:?}: {error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_end_does_not_fill_the_memory() {
    let endless = client(|mut stream| async move {
        head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
        let chunk = [b"8000\r\n".as_slice(), &[b'x'; 0x8000], b"\r\n"].concat();
        while stream.write_all(&chunk).await.is_ok() {}
    });
    assert!(matches!(fails(endless.send(get()).await), CallError::TooLarge));
}

fn gzipped(plain: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(plain).unwrap();
    let packed = packed.finish().unwrap();
    let length = packed.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), &packed].concat()
}

#[tokio::test(start_paused = true)]
async fn a_packed_answer_is_unpacked_and_a_bomb_is_not() {
    let answer = gzipped("marks ".repeat(1_000).as_bytes());
    assert!(answer.len() < 200);
    let packed = client(move |stream| {
        let answer = answer.clone();
        async move { answer_all(stream, &answer).await }
    });
    assert_eq!(packed.send(get()).await.unwrap().body, "marks ".repeat(1_000));

    // 40 MiB, of 40 KiB.
    let answer = gzipped(&vec![0; 40 << 20]);
    let bomb = client(move |stream| {
        let answer = answer.clone();
        async move { answer_all(stream, &answer).await }
    });
    assert!(matches!(fails(bomb.send(get()).await), CallError::TooLarge));

    let broken = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nmark";
    let broken = client(move |stream| answer_all(stream, broken));
    assert!(matches!(fails(broken.send(get()).await), CallError::NotPacked(_)));
}

#[tokio::test(start_paused = true)]
async fn it_says_when_to_come_back_by_its_own_clock() {
    let date = "date: Wed, 03 Mar 2027 14:05:00 GMT\r\n";
    for (headers, seconds) in [
        ("retry-after: 17\r\n".to_owned(), Some(17)),
        (format!("{date}retry-after: Wed, 03 Mar 2027 14:06:30 GMT\r\n"), Some(90)),
        // Over already.
        (format!("{date}retry-after: Wed, 03 Mar 2027 14:00:00 GMT\r\n"), Some(0)),
        // This hub's clock may be anything.
        ("retry-after: Wed, 03 Mar 2027 14:06:30 GMT\r\n".to_owned(), None),
        ("retry-after: soon\r\n".to_owned(), None),
        (String::new(), None),
    ] {
        let answer = format!("HTTP/1.1 503 Service Unavailable\r\n{headers}content-length: 0\r\n\r\n");
        let busy = client(move |stream| {
            let answer = answer.clone();
            async move { answer_all(stream, answer.as_bytes()).await }
        });
        let answer = busy.send(get()).await.unwrap();
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.retry_after(), seconds.map(Duration::from_secs), "{headers}");
        assert_eq!(answer.told_ms, None, "nobody knows who says so");
    }
}

// ---- connections ----

const NO_CONTENT: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_for_the_next_call_and_forgotten_when_the_network_is_another() {
    let (client, dialled) = served(|stream| answer_all(stream, NO_CONTENT));
    for _ in 0..3 {
        client.send(get()).await.unwrap();
    }
    assert_eq!(dialled.lock().unwrap().as_slice(), [("cloud.example".to_owned(), 80)]);
    client.forget_connections();
    client.send(get()).await.unwrap();
    assert_eq!(dialled.lock().unwrap().len(), 2);
    // What nobody has heard of for so long may be closed at the other end.
    sleep(Duration::from_secs(60)).await;
    client.send(get()).await.unwrap();
    assert_eq!(dialled.lock().unwrap().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn after_a_stall_the_next_call_connects_anew() {
    let connections = AtomicUsize::new(0);
    let (client, dialled) = served(move |mut stream| {
        let first = connections.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            // The first leads nowhere any more after one answer.
            while head(&mut stream).await.is_some() {
                stream.write_all(NO_CONTENT).await.unwrap();
                if first {
                    return never(stream).await;
                }
            }
        }
    });
    client.send(get()).await.unwrap();
    assert!(matches!(fails(client.send(get()).await), CallError::NoAnswer(_)));
    client.send(get()).await.unwrap();
    assert_eq!(dialled.lock().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_kept_connection_that_was_closed_costs_no_call() {
    let (client, dialled) = served(|mut stream| async move {
        head(&mut stream).await;
        stream.write_all(NO_CONTENT).await.unwrap();
    });
    for _ in 0..3 {
        client.send(get()).await.unwrap();
    }
    assert_eq!(dialled.lock().unwrap().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_counted_to_the_byte() {
    let seen = Arc::new(AtomicUsize::new(0));
    let sent = Arc::clone(&seen);
    let client = client(move |mut stream| {
        let sent = Arc::clone(&sent);
        async move {
            while let Some(head) = head(&mut stream).await {
                let mut body = vec![0; 5_000];
                stream.read_exact(&mut body).await.unwrap();
                sent.fetch_add(head.len() + body.len(), Ordering::SeqCst);
                stream.write_all(NO_CONTENT).await.unwrap();
            }
        }
    });
    for calls in 1..=3 {
        client.send(post(5_000)).await.unwrap();
        let sent = seen.load(Ordering::SeqCst) as u64;
        assert_eq!(client.bytes(), (sent, calls * NO_CONTENT.len() as u64));
    }
}

// ---- what is asked ----

/// Everything that was asked, as heads in lower case.
fn recorded(
    changed: impl FnOnce(ClientOptions) -> ClientOptions,
    answer: &'static [u8],
) -> (Client, Arc<Mutex<Vec<String>>>, Dials) {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let dialled = Dials::default();
    let record = Arc::clone(&heads);
    let serve = move |mut stream: DuplexStream| {
        let record = Arc::clone(&record);
        async move {
            while let Some(head) = head(&mut stream).await {
                record.lock().unwrap().push(head);
                stream.write_all(answer).await.unwrap();
            }
        }
    };
    let options = changed(options(Wire { serve, dialled: Arc::clone(&dialled) }));
    (Client::new(options).unwrap(), heads, dialled)
}

#[tokio::test(start_paused = true)]
async fn a_request_says_who_asks_and_the_token_is_in_no_log() {
    let token = BearerToken::parse("abc-secret-xyz").unwrap();
    let with_token = |options| ClientOptions { token: Some(token), ..options };
    let (client, heads, _) = recorded(with_token, NO_CONTENT);
    client.send(get()).await.unwrap();
    let head = heads.lock().unwrap()[0].clone();
    assert!(head.starts_with("get /hub/updates?since=0 http/1.1\r\n"), "{head}");
    for line in [
        "host: cloud.example\r\n",
        concat!("user-agent: fieldhub/", env!("CARGO_PKG_VERSION"), "\r\n"),
        "accept-encoding: gzip\r\n",
        "authorization: bearer abc-secret-xyz\r\n",
    ] {
        assert!(head.contains(line), "{head}");
    }
    assert!(!format!("{client:?}").contains("secret"));
}

#[tokio::test(start_paused = true)]
async fn a_proxy_gets_plain_requests_whole_and_its_errors_are_its_own() {
    let by_proxy = |options| ClientOptions {
        proxy: Some(Proxy {
            uri: "http://proxy.example:3128".parse().unwrap(),
            authorization: Some(HeaderValue::from_static("Basic dXNlcjpwYXNz")),
        }),
        ..options
    };
    let (client, heads, dialled) = recorded(by_proxy, NO_CONTENT);
    client.send(get()).await.unwrap();
    assert_eq!(dialled.lock().unwrap().as_slice(), [("proxy.example".to_owned(), 3128)]);
    let head = heads.lock().unwrap()[0].clone();
    assert!(head.starts_with("get http://cloud.example/hub/updates?since=0 http/1.1\r\n"), "{head}");
    assert!(head.contains("proxy-authorization: basic dxnlcjpwyxnz\r\n"), "{head}");

    let denied = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
    let (client, _, _) = recorded(by_proxy, denied);
    let error = fails(client.send(get()).await).to_string();
    assert!(error.contains("proxy authorization required"), "{error}");
    assert!(error.contains("proxy.example:3128"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_reached_is_told_in_words() {
    let patience = Duration::from_secs(10);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = Client::new(ClientOptions {
        url: format!("http://{free}").parse().unwrap(),
        ..options(Network { patience })
    });
    let error = fails(refused.unwrap().send(get()).await).to_string();
    assert!(error.starts_with("it cannot be reached: Connection refused"), "{error}");

    // Longer than any name may be, so that nobody is asked for it.
    let name = format!("{}.example", "x".repeat(64));
    let unknown = Client::new(ClientOptions {
        url: format!("http://{name}").parse().unwrap(),
        ..options(Network { patience })
    });
    let error = fails(unknown.unwrap().send(get()).await).to_string();
    assert!(error.contains(&format!("no address was found for {name}")), "{error}");
}
