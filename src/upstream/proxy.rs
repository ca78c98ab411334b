//! Proxy selection (HTTPS_PROXY, NO_PROXY): which proxy leads to an upstream, by the usual environment variables, read
//! as curl reads them.
//!
//! Called by `cli`, which hands over the environment; calls hyper-util, which knows the rules of NO_PROXY.

use std::collections::HashMap;
use std::fmt;

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper_util::client::proxy::matcher::Matcher;

/// A proxy to go by.
#[derive(Debug, Clone)]
pub struct Proxy {
    pub uri: Uri,
    /// Marked as sensitive: it gets into no log.
    pub authorization: Option<HeaderValue>,
}

/// A proxy that is set and cannot be used. To go without it would be to do what somebody has ruled out.
/// Without its value, which may hold a password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    #[error("{0}: this is not the URL of a proxy; write http://HOST:PORT")]
    NoUrl(&'static str),
    #[error(
        "{0}: a proxy with {1}:// cannot be used; write http://HOST:PORT, TLS to the upstream goes through it"
    )]
    Scheme(&'static str, String),
}

/// What the environment says of proxies.
pub struct Proxies {
    http: Option<Setting>,
    https: Option<Setting>,
    /// Leads everything to a proxy but what is excepted.
    excepting: Matcher,
}

#[derive(Clone)]
struct Setting {
    variable: &'static str,
    value: String,
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |setting: &Option<Setting>| setting.as_ref().map(|setting| setting.variable);
        f.debug_struct("Proxies").field("http", &of(&self.http)).field("https", &of(&self.https)).finish()
    }
}

impl Proxies {
    pub fn from_env(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        // An empty one is one that is not set.
        let variables: HashMap<String, String> =
            variables.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect();
        let first = |names: &[&'static str]| {
            let set = |variable: &&'static str| {
                let value = variables.get(*variable)?.trim().to_owned();
                Some(Setting { variable, value })
            };
            names.iter().find_map(set)
        };
        // Of a CGI program, HTTP_PROXY is the header `Proxy` of whoever calls it.
        let http: &[_] = if variables.contains_key("REQUEST_METHOD") {
            &["http_proxy"]
        } else {
            &["http_proxy", "HTTP_PROXY"]
        };
        let all = first(&["all_proxy", "ALL_PROXY"]);
        let no = first(&["no_proxy", "NO_PROXY"]).map(|setting| setting.value).unwrap_or_default();
        Self {
            http: first(http).or_else(|| all.clone()),
            https: first(&["https_proxy", "HTTPS_PROXY"]).or(all),
            excepting: Matcher::builder().all("http://any").no(no).build(),
        }
    }

    /// The proxy for this URL, or `None` to go straight there.
    pub fn of(&self, url: &Uri) -> Result<Option<Proxy>, ProxyError> {
        let setting = if url.scheme_str() == Some("https") { &self.https } else { &self.http };
        let Some(Setting { variable, value }) = setting else { return Ok(None) };
        if self.excepting.intercept(url).is_none() {
            return Ok(None);
        }
        let matcher = Matcher::builder().all(value.as_str()).build();
        let intercept = matcher.intercept(url).ok_or(ProxyError::NoUrl(variable))?;
        match intercept.uri().scheme_str() {
            Some("http") => Ok(Some(Proxy {
                uri: intercept.uri().clone(),
                authorization: intercept.basic_auth().cloned(),
            })),
            scheme => Err(ProxyError::Scheme(variable, scheme.unwrap_or_default().to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Variables as `A=b C=d`.
    fn of(variables: &str, url: &'static str) -> Result<Option<Proxy>, ProxyError> {
        let pairs = variables.split_whitespace().map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        });
        Proxies::from_env(pairs).of(&Uri::from_static(url))
    }

    #[test]
    fn the_variables_mean_what_they_mean_to_curl() {
        const HTTPS: &str = "https://cloud.example/api";
        const HTTP: &str = "http://cloud.example/api";
        for (variables, url, proxy) in [
            ("", HTTPS, None),
            ("PATH=/bin", HTTPS, None),
            ("HTTPS_PROXY=http://p:8080", HTTPS, Some("http://p:8080/")),
            ("https_proxy=http://p:8080", HTTPS, Some("http://p:8080/")),
            ("HTTPS_PROXY=http://p:8080", HTTP, None),
            ("HTTP_PROXY=http://p:8080", HTTP, Some("http://p:8080/")),
            ("http_proxy=http://p:8080", HTTP, Some("http://p:8080/")),
            ("HTTP_PROXY=http://p:8080", HTTPS, None),
            // Lower case first, and an empty one is none.
            ("HTTPS_PROXY=http://upper https_proxy=http://lower", HTTPS, Some("http://lower/")),
            ("HTTPS_PROXY=http://upper https_proxy=", HTTPS, Some("http://upper/")),
            // Without a scheme it is http.
            ("https_proxy=p:3128", HTTPS, Some("http://p:3128/")),
            ("https_proxy=http://[2001:db8::1]:3128/x", HTTPS, Some("http://[2001:db8::1]:3128/")),
            // For all, where nothing is said of one.
            ("ALL_PROXY=http://all", HTTPS, Some("http://all/")),
            ("all_proxy=http://all", HTTP, Some("http://all/")),
            ("ALL_PROXY=http://all https_proxy=http://one", HTTPS, Some("http://one/")),
            // Of a CGI program anybody sets HTTP_PROXY.
            ("REQUEST_METHOD=GET HTTP_PROXY=http://evil", HTTP, None),
            ("REQUEST_METHOD=GET http_proxy=http://p", HTTP, Some("http://p/")),
            ("REQUEST_METHOD=GET HTTPS_PROXY=http://p", HTTPS, Some("http://p/")),
            // Excepted.
            ("https_proxy=http://p NO_PROXY=cloud.example", HTTPS, None),
            ("https_proxy=http://p no_proxy=other,.example", HTTPS, None),
            ("https_proxy=http://p no_proxy=*", HTTPS, None),
            ("https_proxy=http://p no_proxy=loud.example", HTTPS, Some("http://p/")),
            ("https_proxy=http://p no_proxy=other NO_PROXY=cloud.example", HTTPS, Some("http://p/")),
            ("http_proxy=http://p no_proxy=10.0.0.0/8", "http://10.1.2.3:8080/", None),
            ("http_proxy=http://p no_proxy=10.0.0.0/8", "http://11.1.2.3/", Some("http://p/")),
            ("http_proxy=http://p no_proxy=2001:db8::/32", "http://[2001:db8::9]/", None),
            // One that cannot be used does not matter where none is used.
            ("https_proxy=socks5://p no_proxy=cloud.example", HTTPS, None),
        ] {
            let found = of(variables, url).unwrap().map(|proxy| proxy.uri.to_string());
            assert_eq!(found.as_deref(), proxy, "{variables} {url}");
        }
    }

    #[test]
    fn a_user_and_password_are_sent_and_not_shown() {
        let proxy = of("https_proxy=http://crew:p%40ss@p:8080", "https://cloud.example").unwrap().unwrap();
        let authorization = proxy.authorization.as_ref().unwrap();
        assert_eq!(authorization, "Basic Y3JldzpwQHNz");
        assert_eq!(proxy.uri, "http://p:8080/");
        assert!(!format!("{proxy:?}").contains("Y3Jld"), "{proxy:?}");
    }

    #[test]
    fn one_that_cannot_be_used_is_not_gone_round() {
        for (variables, problem) in [
            ("https_proxy=socks5://u:secret@p", "https_proxy: a proxy with socks5:// cannot be used"),
            ("ALL_PROXY=https://p", "ALL_PROXY: a proxy with https:// cannot be used"),
            ("https_proxy=ftp://u:secret@p", "https_proxy: this is not the URL of a proxy"),
            ("HTTPS_PROXY=/no/url?secret", "HTTPS_PROXY: this is not the URL of a proxy"),
        ] {
            let said = of(variables, "https://cloud.example").unwrap_err().to_string();
            assert!(said.starts_with(problem) && !said.contains("secret"), "{said}");
        }
    }
}
