//! Headers that every answer has: what the page may load, and who may keep or frame it.
//!
//! `router` puts this around everything; answers that say something of their own are left alone. `assets` asks
//! for the policy of the plain page, which may see whether the hub's HTTPS is trusted.

use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;

/// The page is files of this hub and nothing else: no inline script or style, no other host.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

type Set = SetResponseHeaderLayer<HeaderValue>;

/// One layer that sets them all.
pub fn on_every_answer() -> (Set, Set, Set, Set, Set) {
    let set = |name: HeaderName, value| Set::if_not_present(name, HeaderValue::from_static(value));
    (
        set(header::CONTENT_SECURITY_POLICY, POLICY),
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        set(header::REFERRER_POLICY, "no-referrer"),
        // For browsers older than frame-ancestors.
        set(header::X_FRAME_OPTIONS, "DENY"),
        // The page's files say how they are kept; what the API answers is news.
        set(header::CACHE_CONTROL, "no-store"),
    )
}

/// The policy of a page that came without TLS: it may also call this host over HTTPS, at whichever port that is.
/// `None` for a host that a policy cannot name: IPv6, where `'self'` still covers the usual ports.
pub fn of_plain_page(host: &Authority) -> Option<HeaderValue> {
    let host = host.host();
    let named =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    let policy = POLICY.replace("connect-src 'self'", &format!("connect-src 'self' https://{host}:*"));
    HeaderValue::try_from(policy).ok().filter(|_| named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_page_may_call_its_own_host_over_https_and_no_other() {
        let of = |host: &str| {
            of_plain_page(&host.parse().unwrap()).map(|value| value.to_str().unwrap().to_owned())
        };
        for (host, named) in [
            ("192.168.4.1:8080", "192.168.4.1"),
            ("fieldhub.local", "fieldhub.local"),
            ("Van-2.lan:80", "Van-2.lan"),
        ] {
            let policy = of(host).unwrap();
            assert_eq!(policy.replace(&format!(" https://{named}:*"), ""), POLICY, "{host}");
        }
        for host in ["[fe80::1]:8080", "*", "a'b", "a;b", "*.lan", "user@hub.lan*"] {
            assert_eq!(of(host), None, "{host}");
        }
    }
}
