//! The client of upstreams over TLS and through proxies, on real sockets: whom it believes, by which clock, and
//! what a proxy gets to see.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::server::{LONG, OK, SHORT, answer, get, head, listen, options, saying};
use fieldhub::domain::BearerToken;
use fieldhub::domain::site_clock::Quality;
use fieldhub::domain::site_clock::SiteTime;
use fieldhub::upstream::client::{CallError, Client, ClientOptions};
use fieldhub::upstream::proxy::{Proxies, Proxy};
use fieldhub::upstream::tls::{self, Roots};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

type Ca = CertifiedIssuer<'static, KeyPair>;

fn ca() -> Ca {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// For these names, in the summer of 2026.
fn acceptor(ca: &Ca, names: &[&str]) -> TlsAcceptor {
    let mut params =
        CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(2026, 6, 1), date_time_ymd(2026, 9, 1));
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, ca).unwrap().der().clone();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key.serialize_der().try_into().unwrap())
            .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Over TLS, saying what time it is there.
async fn saying_over_tls(ca: &Ca, names: &[&str]) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    const DATED: &str =
        "HTTP/1.1 200 OK\r\nDate: Wed, 01 Jul 2026 00:00:00 GMT\r\ncontent-length: 2\r\n\r\nOK";
    let (acceptor, asked) = (acceptor(ca, names), Arc::default());
    let heads = Arc::clone(&asked);
    let to = listen(move |stream| {
        let (acceptor, heads) = (acceptor.clone(), Arc::clone(&heads));
        async move { answer(acceptor.accept(stream).await?, DATED.into(), heads).await }
    })
    .await;
    (to, asked)
}

fn july() -> u64 {
    u64::try_from("2026-07-01T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis())
        .unwrap()
}

fn over_tls(url: &str, roots: &Ca, now_ms: u64, quality: Quality, patience: Duration) -> ClientOptions {
    let time: SiteTime = Arc::new(move || (now_ms, quality));
    ClientOptions {
        tls: Some(tls::client_config(&Roots::Pem(roots.pem().into_bytes()), Arc::clone(&time)).unwrap()),
        explain: Arc::new(move |error| tls::explain(error, &time)),
        ..options(url, patience)
    }
}

#[tokio::test]
async fn tls_goes_by_the_site_clock_and_tells_the_time() {
    let (ca, stranger) = (ca(), ca());
    let (to, _) = saying_over_tls(&ca, &["127.0.0.1"]).await;
    let url = format!("https://{to}");
    let call = async |roots: &Ca, now_ms, quality| {
        let client = Client::new(over_tls(&url, roots, now_ms, quality, LONG)).unwrap();
        get(&client, "/").await
    };
    let answer = call(&ca, july(), Quality::Learnt).await.unwrap();
    assert_eq!((&answer.body[..], answer.told_ms), (&b"OK"[..], Some(july())));

    let year = 365 * 86_400_000;
    let answer = call(&ca, july() - year, Quality::Unknown).await.unwrap();
    assert_eq!(answer.told_ms, Some(july()), "a hub that woke last year learns what year it is");

    for (roots, now_ms, quality, words) in [
        (&stranger, july(), Quality::Learnt, "not signed by anyone this hub trusts"),
        (&stranger, july() - year, Quality::Unknown, "not signed by anyone this hub trusts"),
        (
            &ca,
            july() - year,
            Quality::Learnt,
            "valid only from 1 June 2026, 00:00 UTC, and the hub's clock says",
        ),
        (&ca, july() + year, Quality::Unknown, "says 1 July 2027, 00:00 UTC, and nobody has confirmed it"),
    ] {
        let failed = call(roots, now_ms, quality).await.unwrap_err();
        assert!(matches!(failed, CallError::Tls(_)) && failed.to_string().contains(words), "{failed}");
    }
}

#[tokio::test]
async fn what_speaks_no_tls_is_said_to() {
    let (plain, _) = saying(OK).await;
    let closes = listen(|stream| async move { stream.readable().await }).await;
    let silent = listen(|stream| async move {
        let _kept = stream;
        pending().await
    })
    .await;
    // A server of HTTP takes a greeting of TLS for the beginning of a head, until somebody's patience ends.
    let rude = listen(|mut stream| async move {
        stream.readable().await?;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await?;
        pending().await
    })
    .await;
    let ca = ca();
    for (to, words) in [
        (plain, "no connection within"),
        (closes, "broke off"),
        (silent, "no connection within"),
        (rude, "does not speak TLS: is its URL http://"),
    ] {
        let options = over_tls(&format!("https://{to}"), &ca, july(), Quality::Learnt, SHORT);
        let failed = get(&Client::new(options).unwrap(), "/").await.unwrap_err();
        assert!(failed.to_string().contains(words), "{failed}");
    }
}

/// The proxy of an environment in which this variable is set.
fn proxy(variable: &str, to: SocketAddr, user: &str, url: &str) -> Option<Proxy> {
    let variables = [(variable.to_owned(), format!("http://{user}{to}"))];
    Proxies::from_env(variables).of(&url.parse().unwrap()).unwrap()
}

#[tokio::test]
async fn plain_http_goes_through_a_proxy_whole() {
    let url = "http://cloud.example:8080/api";
    let (to, asked) = saying(OK).await;
    let mut options = options(url, LONG);
    options.proxy = proxy("http_proxy", to, "crew:pass@", url);
    let client = Client::new(options).unwrap();
    assert_eq!(get(&client, "/updates?since=1").await.unwrap().body, "OK");
    let asked = asked.lock().unwrap()[0].clone();
    assert!(asked.starts_with("GET http://cloud.example:8080/api/updates?since=1 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("proxy-authorization: Basic Y3JldzpwYXNz\r\n"), "{asked}");
}

#[tokio::test]
async fn tls_goes_through_a_proxy_which_learns_the_host_alone() {
    let ca = ca();
    let (cloud, at_the_cloud) = saying_over_tls(&ca, &["cloud.example"]).await;
    let at_the_proxy = Arc::new(Mutex::new(Vec::new()));
    let heads = Arc::clone(&at_the_proxy);
    let tunnel = listen(move |mut stream| {
        let heads = Arc::clone(&heads);
        async move {
            let asked = head(&mut stream).await?;
            heads.lock().unwrap().push(asked);
            let mut cloud = TcpStream::connect(cloud).await?;
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
            tokio::io::copy_bidirectional(&mut stream, &mut cloud).await.map(drop)
        }
    })
    .await;
    let url = "https://cloud.example/api";
    let mut options = over_tls(url, &ca, july(), Quality::Learnt, LONG);
    options.token = Some(BearerToken::parse("s3cret").unwrap());
    options.proxy = proxy("HTTPS_PROXY", tunnel, "crew:pass@", url);
    let client = Client::new(options).unwrap();
    for _ in 0..2 {
        assert_eq!(get(&client, "/updates").await.unwrap().told_ms, Some(july()));
    }
    let asked = at_the_proxy.lock().unwrap().clone();
    assert_eq!(asked.len(), 1, "the connection is kept");
    assert!(asked[0].starts_with("CONNECT cloud.example:443 HTTP/1.1\r\n"), "{asked:?}");
    assert!(asked[0].contains("Basic Y3JldzpwYXNz") && !asked[0].contains("s3cret"), "{asked:?}");
    let asked = at_the_cloud.lock().unwrap()[0].clone();
    assert!(asked.starts_with("GET /api/updates HTTP/1.1\r\n") && asked.contains("Bearer s3cret"), "{asked}");
    assert!(!asked.contains("Y3JldzpwYXNz"), "the proxy's password is nothing for the cloud: {asked}");
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_is_told_from_an_upstream_that_does() {
    let (to, _) = saying("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n").await;
    let url = "http://cloud.example";
    let plain = ClientOptions { proxy: proxy("http_proxy", to, "", url), ..options(url, LONG) };
    let url = "https://cloud.example";
    let tls = ClientOptions {
        proxy: proxy("https_proxy", to, "", url),
        ..over_tls(url, &ca(), july(), Quality::Learnt, LONG)
    };
    for options in [plain, tls] {
        let failed = get(&Client::new(options).unwrap(), "/").await.unwrap_err();
        assert!(matches!(failed, CallError::Unreachable(_)), "{failed}");
        assert!(failed.to_string().contains("proxy"), "{failed}");
    }
}
