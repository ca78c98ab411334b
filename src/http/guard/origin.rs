//! Same-origin check (CSRF): writes come from this hub's own page, or from no page at all.
//!
//! A browser names the page that a request comes from, and a page of another host must not write
//! with what this browser holds. v3.3 has CORS for any origin, so its addresses are let through.
//! `routes::around` asks this of every request.

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, header};

use super::path::V33;
use crate::http::conn::door::Peer;
use crate::http::error::ApiError;

pub fn check(request: &Request) -> Result<(), ApiError> {
    let from_network = !matches!(request.extensions().get(), Some(Peer::Administrator));
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let v33 = request.uri().path().starts_with(V33);
    if from_network && writes && !v33 && !is_own(request.headers(), request.uri().authority()) {
        return Err(ApiError::foreign_page());
    }
    Ok(())
}

/// Whether no page is named, or one of the host that is spoken to.
pub fn is_own(headers: &HeaderMap, target: Option<&Authority>) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else { return true };
    let host = match target {
        Some(authority) => Some(authority.as_str()),
        None => headers.get(header::HOST).and_then(|host| host.to_str().ok()),
    };
    // `null` has no authority, and neither has what we cannot read.
    let page = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, page)| page);
    origins.next().is_none()
        && page.is_some_and(|page| host.is_some_and(|host| page.eq_ignore_ascii_case(host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_write_to_the_host_that_it_came_from() {
        for (origins, host, own) in [
            (&[][..], Some("10.0.0.1:8080"), true),
            (&[], None, true),
            (&["http://10.0.0.1:8080"], Some("10.0.0.1:8080"), true),
            (&["http://Hub.Local"], Some("hub.local"), true),
            (&["https://hub.local"], Some("hub.local"), true),
            (&["http://[fe80::1]:8080"], Some("[fe80::1]:8080"), true),
            (&["http://10.0.0.1:8081"], Some("10.0.0.1:8080"), false),
            (&["http://10.0.0.1"], Some("10.0.0.1:8080"), false),
            (&["http://evil.example"], Some("10.0.0.1:8080"), false),
            (&["http://10.0.0.1:8080.evil.example"], Some("10.0.0.1:8080"), false),
            (&["null"], Some("10.0.0.1:8080"), false),
            (&["null"], Some("null"), false),
            (&["http://10.0.0.1:8080"], None, false),
            (&[""], Some(""), false),
            (&["http://10.0.0.1:8080", "http://evil.example"], Some("10.0.0.1:8080"), false),
        ] {
            let mut headers = HeaderMap::new();
            for origin in origins {
                headers.append(header::ORIGIN, origin.parse().unwrap());
            }
            if let Some(host) = host {
                headers.insert(header::HOST, host.parse().unwrap());
            }
            assert_eq!(is_own(&headers, None), own, "{origins:?} {host:?}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, "http://hub:1".parse().unwrap());
        headers.insert(header::HOST, "other".parse().unwrap());
        assert!(is_own(&headers, Some(&"hub:1".parse().unwrap())));
    }
}
