//! The `[tls]` table: HTTPS beside plain HTTP.
//!
//! Called by `config`; calls nothing.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

use super::{ConfigError, table};

/// Where the certificate comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// No HTTPS, unless there is a certificate of one's own.
    #[default]
    Off,
    /// The hub is its own CA.
    Auto,
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "off" => Ok(Self::Off),
            _ => {
                Err(format!("`{text}` is not a way to serve HTTPS; write auto or off, or give cert and key"))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Mode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

table! {
    Tls, "tls":
    mode: Mode,
    cert: PathBuf,
    key: PathBuf,
    listen: SocketAddr,
}

/// What there is to serve HTTPS with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateFrom {
    OwnCa,
    Files { cert: PathBuf, key: PathBuf },
}

impl Tls {
    /// Nothing: there is no HTTPS.
    pub fn certificate(&self) -> Option<CertificateFrom> {
        match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => Some(CertificateFrom::Files { cert: cert.clone(), key: key.clone() }),
            _ => (self.mode == Some(Mode::Auto)).then_some(CertificateFrom::OwnCa),
        }
    }

    pub fn listen(&self) -> SocketAddr {
        self.listen.unwrap_or(SocketAddr::from(([0, 0, 0, 0], 8443)))
    }

    pub fn check(&self) -> Result<(), ConfigError> {
        match (&self.cert, &self.key) {
            (Some(_), None) => Err(Self::wrong("key", "a certificate needs the file of its key")),
            (None, Some(_)) => Err(Self::wrong("cert", "a key needs the file of its certificate")),
            (Some(_), Some(_)) if self.mode == Some(Mode::Auto) => Err(Self::wrong(
                "mode",
                "`auto` makes its own certificate: leave out either that or cert and key",
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_the_hubs_own_or_two_files() {
        let tls = |mode, cert: Option<&str>, key: Option<&str>| Tls {
            mode,
            cert: cert.map(PathBuf::from),
            key: key.map(PathBuf::from),
            listen: None,
        };
        assert_eq!(Tls::default().certificate(), None);
        assert_eq!(tls(Some(Mode::Auto), None, None).certificate(), Some(CertificateFrom::OwnCa));
        let files = tls(None, Some("c"), Some("k"));
        files.check().unwrap();
        assert_eq!(files.certificate(), Some(CertificateFrom::Files { cert: "c".into(), key: "k".into() }));
        for wrong in [
            tls(None, Some("c"), None),
            tls(None, None, Some("k")),
            tls(Some(Mode::Auto), Some("c"), Some("k")),
        ] {
            assert!(wrong.check().unwrap_err().to_string().starts_with("tls."));
        }
    }
}
