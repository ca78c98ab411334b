//! Security headers (CSP and others): what the page may load, and who may keep or frame an answer.
//!
//! `guard::headers` puts them on every answer of the router, `conn::raw_answers` on those that come before it.

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

pub(super) use policy;

pub const POLICY: &str = policy!("'self'");

/// Names and values.
pub const ON_EVERY_ANSWER: [(&str, &str); 5] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    // For browsers older than frame-ancestors.
    ("x-frame-options", "DENY"),
    // The page's files say how they are kept; what the API answers is news.
    ("cache-control", "no-store"),
];
