//! The security headers (CSP and others), on every answer.
//!
//! `routes::around` has them put on everything; answers that say something of their own are left alone. `assets` asks
//! for the policy of a page, which may see whether the hub's HTTPS is trusted. Calls `security_headers`.

use crate::http::security_headers::{ON_EVERY_ANSWER, policy};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};

/// Those that are not there yet.
pub fn complete(headers: &mut HeaderMap) {
    for (name, value) in ON_EVERY_ANSWER {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
}

/// The policy of a page that may also call the host it was asked of over HTTPS; nothing else gets into it. `None` for a
/// host that a policy cannot name: with IPv6 `'self'` still covers the usual ports.
pub fn with_https_of(headers: &HeaderMap, uri: &Uri, port: u16) -> Option<HeaderValue> {
    let authority = match headers.get(header::HOST) {
        Some(host) => host.to_str().ok()?.parse::<Authority>().ok()?,
        None => uri.authority()?.clone(),
    };
    let host = authority.host();
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if host.is_empty() || !host.chars().all(good) {
        return None;
    }
    HeaderValue::try_from(format!(policy!("'self' https://{}:{}"), host, port)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::security_headers::POLICY;

    fn of(host: &str, uri: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        if !host.is_empty() {
            headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        }
        let policy = with_https_of(&headers, &uri.parse().unwrap(), 8443)?;
        Some(policy.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_page_may_call_its_own_host_over_https_and_no_other() {
        for (host, uri, named) in [
            ("192.168.4.1:8080", "/", "192.168.4.1"),
            ("fieldhub.local", "/trust", "fieldhub.local"),
            ("Van-2.lan:80", "/", "Van-2.lan"),
            ("", "https://van.lan:8443/", "van.lan"),
        ] {
            let policy = of(host, uri).unwrap();
            assert_eq!(policy.replace(&format!(" https://{named}:8443"), ""), POLICY, "{host} {uri}");
            assert_ne!(policy, POLICY);
        }
    }

    #[test]
    fn what_is_no_plain_host_name_gets_into_no_policy() {
        for host in ["", "[fe80::1]:8080", "*", "*.lan", "a'b", "a;b", "a b", "user@hub*"] {
            assert_eq!(of(host, "/"), None, "{host}");
        }
    }
}
