//! Upstream tokens and CA files: what `upstream` is told, from the settings. Files are read here when the hub starts, and
//! again until they can be.
//!
//! Called by `serve` and `audit pull`; calls `config` and `upstream`.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use crate::cli::{bounds, text_variables};
use crate::config::{Config, ConfigError, TokenFrom, UpstreamSettings};
use crate::domain::site_clock::Quality;
use crate::domain::site_clock::SiteTime;
use crate::domain::{BearerToken, LinkUrl};
use crate::hub::{Hub, Lack};
use crate::upstream::addresses::Addresses;
use crate::upstream::client::{CallTimeouts, Client as UpstreamClient, ClientOptions};
use crate::upstream::dial::TcpDial;
use crate::upstream::meter::Meter;
use crate::upstream::proxy::Proxies;
use crate::upstream::tls::{self, Roots};
use crate::upstream::{self, ClientSource, Intervals, PhotoRules, Running};

/// Tokens and certificates are short: whoever names another file has made a mistake.
const LARGEST: u64 = 1 << 20;

/// Start them: each as a task of its own.
pub fn start(hub: &Arc<Hub>, config: &Config) -> Running {
    for variable in &config.unused_tokens {
        tracing::warn!("{variable}: there is no upstream of this name, so it has no effect");
    }
    let photos = bounds::of_travel(&config.photos);
    let upstreams = config.upstreams.iter().map(|set| upstream(hub, set, &photos)).collect();
    upstream::start(hub, upstreams, Addresses::watch, random)
}

/// For the times between tries: without chance they are the longest, which is no harm.
fn random() -> u64 {
    let mut bytes = [0xff; 8];
    let _ = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// One that cannot be called, as its files cannot be read or this machine trusts no CA, keeps no hub from starting: it is
/// tried again until it can.
fn upstream(hub: &Arc<Hub>, set: &UpstreamSettings, photos: &PhotoRules) -> upstream::UpstreamOptions {
    tracing::info!(name = %set.name, url = %set.url, "marks go up");
    if set.token.is_some() && set.url.is_overheard() {
        tracing::warn!(
            upstream = %set.name,
            "its token goes over the network unencrypted, where others can read it: use https"
        );
    }
    let weak = Arc::downgrade(hub);
    let time: SiteTime = {
        let hub = weak.clone();
        Arc::new(move || {
            hub.upgrade().map_or((0, Quality::Unknown), |hub| (hub.clock().now_ms(), hub.clock().quality()))
        })
    };
    let settings = set.clone();
    let make = move || {
        let made = client_of(&settings, Arc::clone(&time)).map_err(|error| format!("{error:#}"));
        if let Some(hub) = weak.upgrade() {
            let sentence =
                |why| format!("Nothing goes up to {}: {why}. It is tried again by itself.", settings.name);
            hub.say_lack(Lack::Upstream(settings.name.to_string()), made.as_ref().err().map(sentence));
        }
        made
    };
    upstream::UpstreamOptions {
        name: set.name.clone(),
        kind: set.url.kind(),
        url: set.url.to_string(),
        client: ClientSource::Made(Arc::new(make)),
        meter: Meter::new(set.budget_per_day, set.hours.clone()),
        only: set.audits.clone().map(|audits| audits.into_iter().collect()),
        presence: set.presence,
        photos: photos.clone(),
        intervals: Intervals::default(),
    }
}

fn client_of(set: &UpstreamSettings, time: SiteTime) -> anyhow::Result<UpstreamClient> {
    let token = match &set.token {
        Some(TokenFrom::File(path)) => Some(token_in(path)?),
        Some(TokenFrom::Given(token)) => Some(token.clone()),
        None => None,
    };
    let ca = set.ca_file.as_deref().map(certificates_in).transpose()?;
    client(set.url.clone(), token, ca, time)
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
    // A directory is what Docker makes of a file that was not there; a pipe would be waited for.
    if !file.is_file() {
        return Err(failed("this is not a file".to_owned()));
    }
    if file.len() > LARGEST {
        return Err(failed("this is larger than any token or certificate; is it the right file?".to_owned()));
    }
    std::fs::read(path).map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_and_their_problems_named() {
        let dir = tempfile::tempdir().unwrap();
        let (token, ca) = (dir.path().join("token"), dir.path().join("ca.pem"));
        std::fs::write(&token, "secret\n").unwrap();
        assert_eq!(token_in(&token).unwrap().expose(), "secret");
        std::fs::write(&ca, "-----BEGIN CERTIFICATE-----\n...").unwrap();
        assert!(certificates_in(&ca).is_ok());
        std::fs::write(&ca, "DER").unwrap();
        assert!(certificates_in(&ca).unwrap_err().to_string().contains("ca.pem: there is no certificate"));
        std::fs::write(&token, "two words").unwrap();
        let said = token_in(&token).unwrap_err().to_string();
        assert!(said.contains("token: a token is one line") && !said.contains("words"), "{said}");
        std::fs::remove_file(&token).unwrap();
        assert!(token_in(&token).unwrap_err().to_string().contains("token: No such file"));
        assert!(token_in(dir.path()).unwrap_err().to_string().contains("this is not a file"));
    }
}
