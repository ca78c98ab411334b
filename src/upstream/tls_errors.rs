//! TLS error messages, for people who stand in a field: what is wrong with somebody's TLS, and what they can do.
//!
//! Called by `tls`. Pure.

use chrono::{DateTime, Utc};
use rustls::CertificateError;
use rustls::pki_types::UnixTime;

use crate::domain::site_clock::Quality;

pub fn of(error: &rustls::Error, now_ms: u64, quality: Quality) -> String {
    match error {
        rustls::Error::InvalidCertificate(error) => of_certificate(error, now_ms, quality),
        rustls::Error::InvalidMessage(_) => {
            "what answers there does not speak TLS: is its URL http://, or is there a page to log in to first?"
                .to_owned()
        }
        rustls::Error::AlertReceived(alert) => {
            format!("it refused the TLS connection ({alert:?}): is this the right host and port?")
        }
        rustls::Error::PeerIncompatible(why) => {
            format!("it does not speak a TLS that this hub does, which is 1.2 or newer ({why:?})")
        }
        error => format!("TLS failed: {error}"),
    }
}

fn of_certificate(error: &CertificateError, now_ms: u64, quality: Quality) -> String {
    let now = date(now_ms);
    match error {
        CertificateError::ExpiredContext { not_after, .. } => {
            let ended = format!("its certificate expired on {}", of_unix(*not_after));
            match quality {
                Quality::Synchronised => {
                    format!(
                        "{ended}, and it is {now} by this hub's synchronised clock: its operator has to \
                             renew it"
                    )
                }
                Quality::Learnt => format!(
                    "{ended}, and the hub's clock says {now}, as it was told here: its operator has to \
                     renew it, or, if that time is wrong, set it with `fieldhub clock set`"
                ),
                Quality::Unknown => format!(
                    "{ended}, and the hub's clock says {now}, and nobody has confirmed it: if that is wrong, set \
                     it with `fieldhub clock set`"
                ),
            }
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            let begins = format!("its certificate is valid only from {}", of_unix(*not_before));
            match quality {
                Quality::Synchronised => format!(
                    "{begins}, and it is {now} by this hub's synchronised clock: its operator should check \
                     theirs"
                ),
                Quality::Learnt | Quality::Unknown => format!(
                    "{begins}, and the hub's clock says {now}: if that is wrong, set it with \
                     `fieldhub clock set`"
                ),
            }
        }
        // The latter is of a CA that has the name of one we trust, and another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is not signed by anyone this hub trusts: give your own CA in ca_file; or is \
             there a page to log in to first?"
                .to_owned()
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let expected = expected.to_str();
            if presented.is_empty() {
                return format!(
                    "its certificate names no host: it needs {expected} as a subjectAltName, a common name is \
                     not enough"
                );
            }
            let names: Vec<&str> = presented.iter().take(3).map(|name| plain(name)).collect();
            format!("its certificate is for {}, not for {expected}: check the URL", names.join(", "))
        }
        CertificateError::Other(other) if is_ca(other) => {
            "its certificate is that of a CA, which no server may use: sign one for the server with \
             it"
            .to_owned()
        }
        error => format!("its certificate is not accepted: {error}"),
    }
}

/// What `openssl req -x509` makes, when nothing else is said.
fn is_ca(other: &rustls::OtherError) -> bool {
    matches!(other.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// `DnsName("cloud.example")` as people write it.
fn plain(name: &str) -> &str {
    let inside = name.strip_prefix("DnsName(\"").and_then(|name| name.strip_suffix("\")"));
    let inside = inside.or_else(|| name.strip_prefix("IpAddress(").and_then(|name| name.strip_suffix(')')));
    inside.unwrap_or(name)
}

fn of_unix(time: UnixTime) -> String {
    date(time.as_secs().saturating_mul(1000))
}

fn date(ms: u64) -> String {
    let at = i64::try_from(ms).ok().and_then(DateTime::<Utc>::from_timestamp_millis);
    at.map_or_else(|| "the end of time".to_owned(), |at| at.format("%-d %B %Y, %H:%M UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::ServerName;
    use rustls::{AlertDescription, InvalidMessage, OtherError};
    use std::sync::Arc;

    fn said(error: impl Into<rustls::Error>) -> String {
        of(&error.into(), 1_772_546_700_000, Quality::Unknown)
    }

    #[test]
    fn each_says_what_to_do() {
        let expected = || ServerName::try_from("10.0.0.2").unwrap();
        let presented = vec!["IpAddress(10.0.0.1)".to_owned(), "DnsName(\"*.example\")".to_owned()];
        for (error, words) in [
            (said(InvalidMessage::InvalidContentType), "does not speak TLS"),
            (said(rustls::Error::AlertReceived(AlertDescription::HandshakeFailure)), "right host and port"),
            (
                said(CertificateError::Other(OtherError(Arc::new(webpki::Error::CaUsedAsEndEntity)))),
                "is that of a CA",
            ),
            (
                said(CertificateError::NotValidForNameContext { expected: expected(), presented }),
                "for 10.0.0.1, *.example, not for 10.0.0.2",
            ),
            (
                said(CertificateError::NotValidForNameContext { expected: expected(), presented: vec![] }),
                "needs 10.0.0.2 as a subjectAltName",
            ),
            (said(CertificateError::BadEncoding), "not accepted"),
            (said(rustls::Error::NoCertificatesPresented), "TLS failed"),
        ] {
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_date_reads_as_people_write_it() {
        assert_eq!(date(1_772_546_700_000), "3 March 2026, 14:05 UTC");
        assert_eq!(date(u64::MAX), "the end of time");
    }
}
