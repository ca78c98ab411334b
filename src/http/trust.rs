//! What makes a device trust this hub's HTTPS: the CA in the file that each system takes, and a page that explains.
//!
//! Only with a CA of the hub's own. The page and the files are had over plain HTTP: over HTTPS there is no way in yet.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::error::ErrorBody;
use super::ways::OwnCa;
use super::{ApiError, App, assets, headers};

/// The page in the build.
const PAGE: &str = "trust.html";
/// Where the files are had.
const CERTIFICATE: &str = "/trust/fieldhub-ca.crt";

fn own_ca(app: &App) -> Result<(u16, &OwnCa), ApiError> {
    app.ways.own_ca().ok_or_else(|| {
        ApiError::not_found("this hub has no CA of its own; `fieldhub serve --tls auto` makes one")
    })
}

fn file(kind: &'static str, content: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, kind)], content).into_response()
}

/// How to install the hub's CA, as a page
#[utoipa::path(get, path = "/trust", tag = "trust", responses((status = 200, content_type = "text/html"), (status = 404, body = ErrorBody)))]
pub async fn page(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    let (port, ca) = own_ca(&app)?;
    let path = Uri::from_static("/trust.html");
    let mut response = if assets::has(PAGE) {
        assets::serve(request.method(), &path, request.headers())
    } else {
        let text = format!(
            "Install {} so that this device trusts the hub over HTTPS:\n\n  {CERTIFICATE} (Android, Windows)\n  \
             /trust/fieldhub-ca.pem (Linux, macOS)\n  /trust/fieldhub.mobileconfig (iPhone, iPad)\n\nSHA-256 {}\n",
            ca.name, ca.sha256
        );
        file("text/plain; charset=utf-8", text)
    };
    // The page asks there whether it has worked.
    if let Some(policy) = https_origin(request.headers(), request.uri(), port)
        .and_then(|origin| HeaderValue::from_str(&headers::policy(&format!("'self' {origin}"))).ok())
    {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// HTTPS of the host that was asked for; nothing else gets into the policy.
fn https_origin(headers: &HeaderMap, uri: &Uri, port: u16) -> Option<String> {
    let given = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = match given {
        Some(host) => host.parse::<axum::http::uri::Authority>().ok()?,
        None => uri.authority()?.clone(),
    };
    let host = authority.host();
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    host.chars().all(good).then(|| format!("https://{host}:{port}"))
}

/// The hub's CA as Android and Windows install it (DER)
#[utoipa::path(get, path = "/trust/fieldhub-ca.crt", tag = "trust", responses((status = 200, content_type = "application/x-x509-ca-cert"), (status = 404, body = ErrorBody)))]
pub async fn der(State(app): State<App>) -> Result<Response, ApiError> {
    Ok(file("application/x-x509-ca-cert", own_ca(&app)?.1.der.clone()))
}

/// The hub's CA as Linux and macOS take it (PEM)
#[utoipa::path(get, path = "/trust/fieldhub-ca.pem", tag = "trust", responses((status = 200, content_type = "application/x-pem-file"), (status = 404, body = ErrorBody)))]
pub async fn pem(State(app): State<App>) -> Result<Response, ApiError> {
    Ok(file("application/x-pem-file", own_ca(&app)?.1.pem.clone()))
}

/// The hub's CA as a profile for iPhones and iPads
#[utoipa::path(get, path = "/trust/fieldhub.mobileconfig", tag = "trust", responses((status = 200, content_type = "application/x-apple-aspen-config"), (status = 404, body = ErrorBody)))]
pub async fn profile(State(app): State<App>) -> Result<Response, ApiError> {
    Ok(file("application/x-apple-aspen-config", profile_of(own_ca(&app)?.1)))
}

/// That this device trusts the hub: asked over HTTPS, by the page on plain HTTP
#[utoipa::path(get, path = "/trust/check", tag = "trust", responses((status = 204), (status = 404, body = ErrorBody)))]
pub async fn check(State(app): State<App>) -> Result<Response, ApiError> {
    own_ca(&app)?;
    Ok((StatusCode::NO_CONTENT, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")]).into_response())
}

/// The same CA is the same profile: installing it twice replaces it.
fn profile_of(ca: &OwnCa) -> String {
    let id =
        |what: &[u8]| Uuid::new_v5(&Uuid::NAMESPACE_OID, &[what, &ca.der].concat()).hyphenated().to_string();
    let (outer, inner) = (id(b"profile").to_uppercase(), id(b"root").to_uppercase());
    let name = escape(&ca.name);
    // PEM is the same base64, between two lines of its own.
    let content: String = ca.pem.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n");
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
<key>PayloadContent</key>
<array>
<dict>
<key>PayloadCertificateFileName</key><string>fieldhub-ca.crt</string>
<key>PayloadContent</key>
<data>
{content}
</data>
<key>PayloadDescription</key><string>So that this device trusts the hub over HTTPS.</string>
<key>PayloadDisplayName</key><string>{name}</string>
<key>PayloadIdentifier</key><string>fieldhub.ca.{inner}</string>
<key>PayloadType</key><string>com.apple.security.root</string>
<key>PayloadUUID</key><string>{inner}</string>
<key>PayloadVersion</key><integer>1</integer>
</dict>
</array>
<key>PayloadDescription</key><string>After installing, turn it on in Settings, General, About, Certificate Trust Settings.</string>
<key>PayloadDisplayName</key><string>{name}</string>
<key>PayloadIdentifier</key><string>fieldhub.{outer}</string>
<key>PayloadRemovalDisallowed</key><false/>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadUUID</key><string>{outer}</string>
<key>PayloadVersion</key><integer>1</integer>
</dict>
</plist>
"#
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_host_that_was_asked_for_and_nothing_else() {
        let of = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
            https_origin(&headers, &Uri::from_static("/trust"), 8443)
        };
        for (host, origin) in [
            ("192.168.4.1", "https://192.168.4.1:8443"),
            ("fieldhub.local:8080", "https://fieldhub.local:8443"),
            ("[fd00::1]:80", "https://[fd00::1]:8443"),
        ] {
            assert_eq!(of(host).as_deref(), Some(origin));
        }
        for wrong in ["a b", "a;script-src *", "a,b", "*", "", "a/b", "'self'"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
        let uri = Uri::from_static("https://hub.local:8443/trust");
        assert_eq!(https_origin(&HeaderMap::new(), &uri, 8443).as_deref(), Some("https://hub.local:8443"));
    }

    #[test]
    fn one_ca_is_one_profile() {
        let ca = |der: &[u8]| OwnCa {
            name: "Watt & <Co> CA 1".to_owned(),
            pem: "-----BEGIN CERTIFICATE-----\nAAAA\nBBBB\n-----END CERTIFICATE-----\n".to_owned(),
            der: der.to_vec(),
            sha256: String::new(),
        };
        let profile = profile_of(&ca(b"x"));
        assert!(
            profile.contains("<data>\nAAAA\nBBBB\n</data>") && profile.contains("Watt &amp; &lt;Co&gt; CA 1")
        );
        assert_eq!(profile, profile_of(&ca(b"x")));
        assert_ne!(profile, profile_of(&ca(b"y")));
    }
}
