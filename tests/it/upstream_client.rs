//! Calls to an upstream over links that are slow, stall, break off, or lead to something else.
//!
//! The link is in memory and the time is tokio's, which goes on when nothing else does: so the times are those that
//! crews live with, and exact.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fieldhub::upstream::client::{CallError, CallTimeouts, Client, ClientOptions, Request, UpstreamResponse};
use fieldhub::upstream::dial::{ByteStream, Dial, Dialled, TcpDial};
use fieldhub::upstream::proxy::Proxy;
use hyper::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep};

const CONNECT: u64 = 10;
const FIRST_BYTE: u64 = 30;
const IDLE: u64 = 15;
/// What the link holds of what nobody has read.
const BUFFER: usize = 64 << 10;

/// Hosts and ports, in turn.
type Dials = Arc<Mutex<Vec<(String, u16)>>>;

/// Each connection goes to `serve`.
struct Wire<S> {
    serve: S,
    dialled: Dials,
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
        Box::pin(async move { Ok(Box::new(near) as Box<dyn ByteStream>) })
    }
}

fn options(dial: impl Dial + 'static) -> ClientOptions {
    ClientOptions {
        url: "http://cloud.example/hub".parse().unwrap(),
        token: None,
        tls: None,
        proxy: None,
        dial: Arc::new(dial),
        times: CallTimeouts::default(),
        explain: Arc::new(|_| None),
    }
}

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
    Some(String::from_utf8(head).unwrap())
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

fn fails(result: Result<UpstreamResponse, CallError>) -> CallError {
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

/// Each byte comes in time, and the call never ends.
#[tokio::test(start_paused = true)]
async fn what_drips_is_given_up() {
    let answers = client(|mut stream| async move {
        head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await.unwrap();
        loop {
            sleep(Duration::from_secs(IDLE - 1)).await;
            if stream.write_all(b"x").await.is_err() {
                break;
            }
        }
    });
    let takes = client(|mut stream| async move {
        let mut some = vec![0; 100_000];
        stream.read_exact(&mut some).await.unwrap();
        while stream.read_u8().await.is_ok() {
            sleep(Duration::from_secs(IDLE - 1)).await;
        }
    });
    for (drips, request) in [(answers, get()), (takes, post(1 << 20))] {
        let (answered, seconds) = timed(drips.send(request)).await;
        let error = fails(answered);
        assert!(matches!(error, CallError::TooSlow { bytes, .. } if bytes < 100), "{error}");
        assert!((4 * IDLE..=6 * IDLE).contains(&seconds), "{seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_read_to_its_end() {
    let slow = client(|mut stream| async move {
        head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 12000\r\n\r\n").await.unwrap();
        for _ in 0..120 {
            sleep(Duration::from_secs(IDLE / 3)).await;
            stream.write_all(&[b'x'; 100]).await.unwrap();
        }
    });
    let (answered, seconds) = timed(slow.send(get())).await;
    assert_eq!((answered.unwrap().body.len(), seconds), (12_000, 120 * (IDLE / 3)));
}

#[tokio::test(start_paused = true)]
async fn one_that_stalls_is_given_up_however_well_others_go() {
    let one_of_many = client(|mut stream| async move {
        while let Some(head) = head(&mut stream).await {
            if head.starts_with("POST") {
                return never(stream).await;
            }
            sleep(Duration::from_secs(1)).await;
            stream.write_all(NO_CONTENT).await.unwrap();
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

// ---- what answers there ----

#[tokio::test(start_paused = true)]
async fn what_speaks_something_else_is_no_link_that_breaks_off() {
    for said in ["SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 two hundred\r\n\r\n", "<html>log in first</html>\r\n"] {
        let other = client(move |mut stream| async move {
            head(&mut stream).await;
            stream.write_all(said.as_bytes()).await.unwrap();
        });
        let error = fails(other.send(get()).await);
        assert!(matches!(error, CallError::NotHttp), "{said:?}: {error:?}");
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

#[tokio::test]
async fn a_name_that_nobody_knows_is_told_as_that() {
    // Longer than any name may be, so that nobody is asked for it.
    let name = format!("{}.example", "x".repeat(64));
    let unknown = Client::new(ClientOptions {
        url: format!("http://{name}").parse().unwrap(),
        ..options(TcpDial { patience: Duration::from_secs(CONNECT) })
    });
    let error = fails(unknown.unwrap().send(get()).await).to_string();
    assert!(error.contains(&format!("no address was found for {name}")), "{error}");
}
