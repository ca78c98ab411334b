//! The poster: the sheet to print (`domain::poster`), which the page and `fieldhub poster` show as it is; and what it says (address, code,
//! Wi-Fi), each with its QR code.

use axum::Json;
use axum::extract::State;
use qrcode::{Color, QrCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::poster::{self, PosterFacts, PosterLanguages};
use crate::domain::wifi::Wifi;
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::Keeps;
use crate::http::guard::path::Params;
use crate::hub::crew::WhichCode;

#[derive(Serialize, ToSchema)]
pub struct Poster {
    name: String,
    /// Null when the hub does not know where tablets find it.
    #[schema(required)]
    origin: Option<String>,
    join: PosterLink,
    /// Null when the settings name no Wi-Fi.
    #[schema(required)]
    wifi: Option<PosterWifi>,
    /// Null where the hub is no CA of its own.
    #[schema(required)]
    tls: Option<PosterTrust>,
    /// Fingerprint of the key that the hub signs reports with, to compare; absent where it has none now.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof_key: Option<String>,
    /// The whole sheet as HTML, with nothing to load or run; for whoever names a language.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct PosterLink {
    /// What the QR code says; null as `origin` is.
    #[schema(required)]
    url: Option<String>,
    /// As people read it out; null on an open hub.
    #[schema(required)]
    code: Option<String>,
    #[schema(required)]
    qr: Option<QrModules>,
}

#[derive(Serialize, ToSchema)]
struct PosterWifi {
    ssid: String,
    /// Null where the network is open.
    #[schema(required)]
    password: Option<String>,
    #[schema(required)]
    qr: Option<QrModules>,
}

#[derive(Serialize, ToSchema)]
struct PosterTrust {
    trust_url: String,
}

/// A QR code without its margin of four modules.
#[derive(Debug, Serialize, ToSchema)]
pub struct QrModules {
    /// Modules on a side.
    size: usize,
    /// size x size characters, row by row: 1 is dark.
    modules: String,
}

impl QrModules {
    /// `None`: the text is longer than a code can be.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::new(text).ok()?;
        let bit = |color: Color| color.select('1', '0');
        Some(Self { size: code.width(), modules: code.into_colors().into_iter().map(bit).collect() })
    }
}

impl PosterWifi {
    fn of(wifi: &Wifi) -> Self {
        Self {
            ssid: wifi.ssid().to_owned(),
            password: wifi.password().map(str::to_owned),
            qr: QrModules::of(&wifi.qr_text()),
        }
    }
}

/// The poster: the address with the crew code, and the Wi-Fi; and the sheet to print
#[utoipa::path(get, path = "/api/v1/poster", tag = "crew", 
    params(("lang" = Option<String>, Query, description = "of the sheet: de, en, es, fr or it, or two of them (`fr,en`, the same as `both`); without it there is none")),
    responses((status = 200, body = Poster), (status = 400, body = ErrorBody)))]
pub async fn poster(State(app): State<App>, _: Keeps, params: Params) -> Result<Json<Poster>, ApiError> {
    let code = app.hub.crew().map(|crew| crew.code(WhichCode::Crew));
    let around = app.hub.surroundings();
    let url = around.origin.as_ref().map(|origin| match &code {
        Some(code) => code.link(origin),
        None => origin.clone(),
    });
    let trust_url = around.trust_url.clone();
    let proof_key = app.hub.proof_key().map(|key| key.public().fingerprint());
    let languages = params.get("lang").map(str::parse::<PosterLanguages>).transpose();
    let languages = languages.map_err(|error| ApiError::field("lang", error.to_string()))?;
    let sheet = languages.map(|languages| {
        let facts = PosterFacts {
            name: app.hub.name().to_owned(),
            origin: around.origin.clone(),
            url: url.clone(),
            code: code.as_ref().map(|code| code.spaced()),
            wifi: around.wifi.clone(),
            trust_url: trust_url.clone(),
            proof_key: proof_key.clone(),
        };
        poster::draw(&facts, &languages)
    });
    Ok(Json(Poster {
        name: app.hub.name().to_owned(),
        origin: around.origin.clone(),
        join: PosterLink {
            qr: url.as_deref().and_then(QrModules::of),
            url,
            code: code.map(|code| code.spaced()),
        },
        wifi: around.wifi.as_ref().map(PosterWifi::of),
        tls: trust_url.map(|trust_url| PosterTrust { trust_url }),
        proof_key,
        sheet,
    }))
}
