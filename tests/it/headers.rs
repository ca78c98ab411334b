//! What every answer says to browsers, and which pages may write.

use crate::common::raw::Raw;
use crate::common::{Answer, TestHub};
use http_body_util::Full;
use hyper::Method;
use serde_json::json;

#[track_caller]
fn check(answer: &Answer, what: &str) {
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{what}: {part} is not in {policy:?}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{what}");
}

#[tokio::test]
async fn every_answer_has_them_errors_and_the_unchanged_page_too() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    for (method, path, status, cache) in [
        (Method::GET, "/", 200, "no-cache"),
        (Method::GET, "/nothing-here", 404, "no-store"),
        (Method::GET, "/api/nothing-here", 404, "no-store"),
        (Method::GET, "/api/v1/audits", 200, "no-store"),
        (Method::GET, "/api/v1/audits/jalibat", 200, "no-store"),
        (Method::GET, "/api/v1/audits/nobody", 404, "no-store"),
        (Method::DELETE, "/api/v1/hub", 405, "no-store"),
        (Method::POST, "/api/v1/audits", 400, "no-store"),
        (Method::GET, "/api/v1/status", 403, "no-store"),
        (Method::GET, "/api/audit/jalibat/updates", 200, "no-store"),
        (Method::GET, "/api/audit/jalibat/nothing-here", 404, "no-store"),
        (Method::GET, "/healthz", 200, "no-store"),
        (Method::GET, "/metrics", 200, "no-store"),
    ] {
        let answer = hub.client.call(method.clone(), path, "").await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.header("cache-control"), cache, "{method} {path}");
        check(&answer, path);
    }
    let page = hub.client.get("/").await;
    let request = hub.client.request(Method::GET, "/").header("if-none-match", page.header("etag"));
    let unchanged = hub.client.send(request.body(Full::default()).unwrap()).await;
    assert_eq!(unchanged.status, 304);
    check(&unchanged, "304");
    let live = hub.client.request(Method::GET, "/api/v1/audits/jalibat/live").body(Full::default()).unwrap();
    let live = hub.client.open(live).await;
    assert_eq!(live.headers()["cache-control"], "no-cache", "a feed has its own");
    assert_eq!(live.headers()["x-content-type-options"], "nosniff");
}

/// How long each file of the page may be kept: what carries no hash in its name must be asked for again, the
/// service worker above all.
#[tokio::test]
async fn files_of_the_page_are_kept_as_long_as_they_may_be() {
    let hub = TestHub::start().await;
    for (path, kind, cache) in [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/trust", "text/html; charset=utf-8", "no-cache"),
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/icons/192.png", "image/png", "public, max-age=86400"),
    ] {
        let answer = hub.client.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), kind, "{path}");
        assert_eq!(answer.header("cache-control"), cache, "{path}");
        check(&answer, path);
    }
    let page = hub.client.get("/").await.text();
    let script = page.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let answer = hub.client.get(script).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
}

/// Everything that the service worker keeps is there: one file amiss, and it is never brought in.
#[tokio::test]
async fn the_service_worker_keeps_what_the_hub_has() {
    let hub = TestHub::start().await;
    let worker = hub.client.get("/sw.js").await.text();
    let list =
        worker.lines().find_map(|line| line.strip_prefix("const FILES = ")?.strip_suffix(';')).unwrap();
    let files: Vec<String> = serde_json::from_str(list).unwrap();
    for path in &files {
        assert_eq!(hub.client.get(path).await.status, 200, "{path}");
        let away = ["/api", "/trust", "/healthz", "/metrics", "/sw.js"];
        assert!(!away.iter().any(|it| path.starts_with(it)), "{path} is not for keeping");
    }
    for path in ["/", "/manifest.webmanifest", "/icons/192.png"] {
        assert!(files.iter().any(|file| file == path), "{path} is not kept");
    }
}

/// The policy forbids what the page must then not have.
#[tokio::test]
async fn the_page_keeps_its_own_policy() {
    let hub = TestHub::start().await;
    let page = hub.client.get("/").await.text();
    for tag in page.split('<').filter(|tag| tag.starts_with("script") || tag.starts_with("link")) {
        let address = ["src=\"", "href=\""].iter().find_map(|name| tag.split(name).nth(1));
        let address = address.unwrap_or_else(|| panic!("inline: <{tag}"));
        assert!(address.starts_with('/') || address.starts_with("./"), "another host: {address}");
    }
    for inline in ["<style", " style=\"", " onload=\"", " onclick=\"", "javascript:"] {
        assert!(!page.contains(inline), "{inline} in the page");
    }
}

#[tokio::test]
async fn unknown_v33_addresses_have_cors_like_the_others() {
    let hub = TestHub::start().await;
    for path in ["/api/audit/x", "/api/audit/", "/api/audit/x/y", "/api/audit/x/updates/z"] {
        for (method, status) in [(Method::GET, 404), (Method::POST, 404), (Method::OPTIONS, 200)] {
            let request = hub.client.request(method.clone(), path).header("origin", "http://cloud.example");
            let request = request.header("access-control-request-method", "POST");
            let answer = hub.client.send(request.body(Full::default()).unwrap()).await;
            assert_eq!(answer.status, status, "{method} {path}");
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{method} {path}");
        }
    }
    let native = hub.client.request(Method::GET, "/api/v1/audits").header("origin", "http://cloud.example");
    let native = hub.client.send(native.body(Full::default()).unwrap()).await;
    assert_eq!(native.header("access-control-allow-origin"), "", "only v3.3 is for any origin");
}

#[tokio::test]
async fn another_hosts_page_reads_nothing_and_writes_nothing() {
    let hub = TestHub::start().await;
    let own = format!("http://{}", hub.address);
    let body = |token: &str| json!({ "name": "N", "token": token, "strings": "2" }).to_string();
    for (number, (origin, status)) in
        [(own.as_str(), 201), ("http://evil.example", 403), ("null", 403), ("http://127.0.0.1:1", 403)]
            .into_iter()
            .enumerate()
    {
        let request = hub.client.request(Method::POST, "/api/v1/audits").header("origin", origin);
        let request = request.header("content-type", "text/plain");
        let answer = hub.client.send(request.body(Full::from(body(&format!("t{number}")))).unwrap()).await;
        assert_eq!(answer.status, status, "{origin}: {}", answer.text());
        if status == 403 {
            assert!(answer.json()["error"].as_str().unwrap().contains("another host"));
        }
    }
    let request =
        hub.client.request(Method::DELETE, "/api/v1/audits/t0").header("origin", "http://evil.example");
    assert_eq!(hub.client.send(request.body(Full::default()).unwrap()).await.status, 403);
    assert_eq!(hub.client.get("/api/v1/audits/t0").await.status, 200);
    // v3.3 pages come from anywhere.
    let mark = json!({ "status": "ok", "technicianId": "tech_1" }).to_string();
    let request =
        hub.client.request(Method::POST, "/api/audit/t0/module/S1-1").header("origin", "http://x.example");
    assert_eq!(hub.client.send(request.body(Full::from(mark)).unwrap()).await.status, 200);
}

/// DNS rebinding: the page's own name leads to the hub, so that page and hub are one origin to the browser. On an open hub that
/// would be all it takes.
#[tokio::test]
async fn an_open_hub_asked_by_a_name_of_the_internet_does_nothing() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let ask = async |hub: &TestHub, method: &str, path: &str, host: &str, body: &str| {
        let mut raw = Raw::to(hub.address).await;
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\n");
        raw.send(&format!("{head}content-length: {}\r\n\r\n{body}", body.len())).await;
        raw.hear().await.unwrap()
    };
    let port = hub.address.port();
    let evil = format!("evil.example:{port}");
    for (method, path, body) in [
        ("GET", "/api/v1/audits", ""),
        ("GET", "/", ""),
        ("DELETE", "/api/v1/audits/jalibat", ""),
        ("POST", "/api/v1/audits", r#"{"name":"N","strings":"1"}"#),
        ("POST", "/api/audit/jalibat/module/M001", r#"{"status":"ok","technicianId":"tech_x"}"#),
    ] {
        let said = ask(&hub, method, path, &evil, body).await;
        assert_eq!((said.status, &said.json()["code"]), (403, &json!("wrong_host")), "{method} {path}");
        let error = said.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(&evil) && error.contains("lan.names"), "{error}");
        assert!(said.headers.contains_key("content-security-policy"));
    }
    assert_eq!(hub.client.get("/api/v1/audits").await.json()["audits"].as_array().unwrap().len(), 1);
    for own in [format!("127.0.0.1:{port}"), format!("localhost:{port}"), "fieldhub".to_owned()] {
        assert_eq!(ask(&hub, "GET", "/api/v1/audits", &own, "").await.status, 200, "{own}");
    }
    // Who has to join has no session under another name.
    let crew = TestHub::crew().await;
    let said = ask(&crew, "GET", "/api/v1/audits", "hub.client.example", "").await;
    assert_eq!((said.status, &said.json()["code"]), (401, &json!("no_session")));
}
