//! Upstream tokens and CA files: what `upstream` is told, from the settings, read here once, when the hub starts.
//!
//! Called by `serve` and `audit pull`; calls `config` and `upstream`.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use crate::cli::text_variables;
use crate::config::{Config, ConfigError, TokenFrom, UpstreamSettings};
use crate::domain::site_clock::Quality;
use crate::domain::site_clock::SiteTime;
use crate::domain::{BearerToken, Hours, LinkName, LinkUrl, Token};
use crate::hub::Hub;
use crate::upstream::addresses::Addresses;
use crate::upstream::client::{CallTimeouts, Client as UpstreamClient, ClientOptions};
use crate::upstream::dial::TcpDial;
use crate::upstream::meter::Meter;
use crate::upstream::proxy::Proxies;
use crate::upstream::tls::{self, Roots};
use crate::upstream::{self, Intervals, Running};

/// Tokens and certificates are short: whoever names another file has made a mistake.
const LARGEST: u64 = 1 << 20;

/// One upstream, with what its files hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedUpstream {
    pub name: LinkName,
    pub url: LinkUrl,
    pub token: Option<BearerToken>,
    /// PEM.
    pub ca: Option<Vec<u8>>,
    pub audits: Option<Vec<Token>>,
    pub budget_per_day: Option<u64>,
    pub hours: Vec<Hours>,
    pub presence: bool,
}

/// All of them; what is doubtful is logged.
pub fn prepare(config: &Config) -> Result<Vec<PreparedUpstream>, ConfigError> {
    for variable in &config.unused_tokens {
        tracing::warn!("{variable}: there is no upstream of this name, so it has no effect");
    }
    config.upstreams.iter().map(one).collect()
}

fn one(set: &UpstreamSettings) -> Result<PreparedUpstream, ConfigError> {
    let token = match &set.token {
        Some(TokenFrom::File(path)) => Some(token_in(path)?),
        Some(TokenFrom::Given(token)) => Some(token.clone()),
        None => None,
    };
    if token.is_some() && set.url.is_overheard() {
        tracing::warn!(
            upstream = %set.name,
            "its token goes over the network unencrypted, where others can read it: use https"
        );
    }
    Ok(PreparedUpstream {
        name: set.name.clone(),
        url: set.url.clone(),
        token,
        ca: set.ca_file.as_deref().map(certificates_in).transpose()?,
        audits: set.audits.clone(),
        budget_per_day: set.budget_per_day,
        hours: set.hours.clone(),
        presence: set.presence,
    })
}

/// Start them: each as a task of its own.
pub fn start(hub: &Arc<Hub>, prepared: Vec<PreparedUpstream>) -> Running {
    let upstreams = prepared.into_iter().map(|prepared| upstream(hub, prepared)).collect();
    upstream::start(hub, upstreams, Addresses::watch, random)
}

/// For the times between tries: without chance they are the longest, which is no harm.
fn random() -> u64 {
    let mut bytes = [0xff; 8];
    let _ = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// One that cannot be called, because this machine trusts no CA, keeps no hub from starting.
fn upstream(hub: &Arc<Hub>, prepared: PreparedUpstream) -> upstream::UpstreamOptions {
    let time: SiteTime = {
        let hub = Arc::downgrade(hub);
        Arc::new(move || {
            hub.upgrade().map_or((0, Quality::Unknown), |hub| (hub.clock().now_ms(), hub.clock().quality()))
        })
    };
    let PreparedUpstream { name, url, token, ca, audits, budget_per_day, hours, presence } = prepared;
    upstream::UpstreamOptions {
        name,
        kind: url.kind(),
        client: client(url.clone(), token, ca, time).map_err(|error| format!("{error:#}")),
        url: url.to_string(),
        meter: Meter::new(budget_per_day, hours),
        only: audits.map(|audits| audits.into_iter().collect()),
        presence,
        intervals: Intervals::default(),
    }
}

/// What calls an upstream, by the settings and the proxies of the environment.
pub fn client(
    url: LinkUrl,
    token: Option<BearerToken>,
    ca: Option<Vec<u8>>,
    time: SiteTime,
) -> anyhow::Result<UpstreamClient> {
    let roots = ca.map_or(Roots::System, Roots::Pem);
    let tls = url.is_secure().then(|| tls::client_config(&roots, Arc::clone(&time))).transpose()?;
    let proxy = Proxies::from_env(text_variables(std::env::vars_os())).of(&url.http().parse()?)?;
    let times = CallTimeouts::default();
    Ok(UpstreamClient::new(ClientOptions {
        url,
        token,
        tls,
        proxy,
        dial: Arc::new(TcpDial { patience: times.connect }),
        times,
        explain: Arc::new(move |error| tls::explain(error, &time)),
    })?)
}

/// The token that a file holds.
pub fn token_in(path: &Path) -> Result<BearerToken, ConfigError> {
    let failed = |problem: String| ConfigError::File { path: path.to_owned(), problem };
    let bytes = read(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| failed("this is not text".to_owned()))?;
    let token = BearerToken::parse(text).map_err(failed)?;
    // systemd's credentials are readable by the service alone, whatever their mode looks like.
    if std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0) {
        tracing::warn!(file = %path.display(), "everyone on this machine can read this token: chmod 600");
    }
    Ok(token)
}

/// The certificates that a file holds, as they are.
pub fn certificates_in(path: &Path) -> Result<Vec<u8>, ConfigError> {
    let bytes = read(path)?;
    let pem = bytes.windows(CERTIFICATE.len()).any(|part| part == CERTIFICATE);
    let failed = || ConfigError::File {
        path: path.to_owned(),
        problem: "there is no certificate in it; it should be PEM, with -----BEGIN CERTIFICATE----- lines"
            .to_owned(),
    };
    pem.then_some(bytes).ok_or_else(failed)
}

const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

fn read(path: &Path) -> Result<Vec<u8>, ConfigError> {
    let failed = |problem: String| ConfigError::File { path: path.to_owned(), problem };
    let file = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?;
    if file.len() > LARGEST {
        return Err(failed("this is larger than any token or certificate; is it the right file?".to_owned()));
    }
    std::fs::read(path).map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Layer;

    fn config(table: &str) -> Config {
        let layer: Layer = toml::from_str(&format!("[[upstream]]\n{table}")).unwrap();
        Config::resolve([layer]).unwrap()
    }

    #[test]
    fn files_are_read_and_their_problems_named() {
        let dir = tempfile::tempdir().unwrap();
        let (token, ca) = (dir.path().join("token"), dir.path().join("ca.pem"));
        std::fs::write(&token, "secret\n").unwrap();
        std::fs::write(&ca, "-----BEGIN CERTIFICATE-----\n...").unwrap();
        let table = format!("url = \"https://a.example\"\ntoken_file = {token:?}\nca_file = {ca:?}");
        let prepared = prepare(&config(&table)).unwrap();
        assert_eq!(prepared[0].token.as_ref().map(BearerToken::expose), Some("secret"));
        assert!(prepared[0].ca.is_some() && prepared[0].presence);
        assert!(!format!("{prepared:?}").contains("secret"));

        std::fs::write(&ca, "DER").unwrap();
        assert!(
            prepare(&config(&table)).unwrap_err().to_string().contains("ca.pem: there is no certificate")
        );
        std::fs::write(&token, "two words").unwrap();
        let said = prepare(&config(&table)).unwrap_err().to_string();
        assert!(said.contains("token: a token is one line") && !said.contains("words"), "{said}");
        std::fs::remove_file(&token).unwrap();
        assert!(prepare(&config(&table)).unwrap_err().to_string().contains("token: No such file"));
    }
}
