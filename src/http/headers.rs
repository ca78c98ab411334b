//! Headers that every answer has: what the page may load, and who may keep or frame it.
//!
//! `router` puts this around everything; answers that say something of their own are left alone.

use axum::http::{HeaderName, HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;

/// The page is files of this hub and nothing else: no inline script or style, no other host.
macro_rules! policy {
    ($connect:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src ",
            $connect,
            "; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'"
        )
    };
}

const POLICY: &str = policy!("'self'");

/// The same for a page that may also ask somewhere else.
pub fn policy(connect: &str) -> String {
    format!(policy!("{}"), connect)
}

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
