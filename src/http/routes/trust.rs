//! What makes a device trust this hub's HTTPS: the CA in the file that each system takes, and a page that explains.
//!
//! Only with a CA of the hub's own. The page and the files are had over plain HTTP: over HTTPS there is no way in yet.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::assets;
use crate::http::app::App;
use crate::http::conn::listener::TrustedCa;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;

fn own_ca(app: &App) -> Result<&TrustedCa, ApiError> {
    app.listeners.own_ca().ok_or_else(|| {
        ApiError::not_found("this hub does not have its own CA; `fieldhub serve --tls auto` makes one")
    })
}

fn file(kind: &'static str, content: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, kind)], content).into_response()
}

/// How to install the hub's CA, as a page
#[utoipa::path(get, path = "/trust", tag = "trust", responses((status = 200, content_type = "text/html")))]
pub async fn page(State(app): State<App>, request: Request) -> Response {
    // It says itself where there is no HTTPS: an old sheet on the wall may lead here.
    assets::serve(&app.listeners, &request)
}

/// The hub's CA as Android and Windows install it (DER)
#[utoipa::path(get, path = "/trust/fieldhub-ca.crt", tag = "trust", responses((status = 200, content_type = "application/x-x509-ca-cert"), (status = 404, body = ErrorBody)))]
pub async fn der(State(app): State<App>) -> Result<Response, ApiError> {
    Ok(file("application/x-x509-ca-cert", own_ca(&app)?.der.clone()))
}

/// The hub's CA as Linux and macOS take it (PEM)
#[utoipa::path(get, path = "/trust/fieldhub-ca.pem", tag = "trust", responses((status = 200, content_type = "application/x-pem-file"), (status = 404, body = ErrorBody)))]
pub async fn pem(State(app): State<App>) -> Result<Response, ApiError> {
    Ok(file("application/x-pem-file", own_ca(&app)?.pem.clone()))
}

/// The hub's CA as a profile for iPhones and iPads
#[utoipa::path(get, path = "/trust/fieldhub.mobileconfig", tag = "trust", responses((status = 200, content_type = "application/x-apple-aspen-config"), (status = 404, body = ErrorBody)))]
pub async fn profile(State(app): State<App>) -> Result<Response, ApiError> {
    Ok(file("application/x-apple-aspen-config", profile_of(own_ca(&app)?)))
}

/// That this device trusts the hub: asked over HTTPS, by the page on plain HTTP
#[utoipa::path(get, path = "/trust/check", tag = "trust", responses((status = 204), (status = 404, body = ErrorBody)))]
pub async fn check(State(app): State<App>) -> Result<Response, ApiError> {
    // A certificate of somebody else's may be trusted or not as well.
    if app.listeners.https().is_none() {
        return Err(ApiError::not_found("this hub has no HTTPS"));
    }
    Ok((StatusCode::NO_CONTENT, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")]).into_response())
}

/// The same CA is the same profile: installing it twice replaces it.
fn profile_of(ca: &TrustedCa) -> String {
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
    fn one_ca_is_one_profile() {
        let ca = |der: &[u8]| TrustedCa {
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
