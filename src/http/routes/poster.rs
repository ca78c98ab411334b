//! What a poster says: the address, the code and the Wi-Fi, each with its QR code. The page and `fieldhub poster`
//! draw it.

use axum::Json;
use axum::extract::State;
use qrcode::{Color, QrCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::wifi::Wifi;
use crate::http::app::App;
use crate::http::guard::access::Keeps;
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

/// What a poster says: the address with the crew code, and the Wi-Fi
#[utoipa::path(get, path = "/api/v1/poster", tag = "crew", responses((status = 200, body = Poster)))]
pub async fn poster(State(app): State<App>, _: Keeps) -> Json<Poster> {
    let code = app.hub.crew().map(|crew| crew.code(WhichCode::Crew));
    let around = app.hub.surroundings();
    let url = around.origin.as_ref().map(|origin| match &code {
        Some(code) => code.link(origin),
        None => origin.clone(),
    });
    Json(Poster {
        name: app.hub.name().to_owned(),
        origin: around.origin.clone(),
        join: PosterLink {
            qr: url.as_deref().and_then(QrModules::of),
            url,
            code: code.map(|code| code.spaced()),
        },
        wifi: around.wifi.as_ref().map(PosterWifi::of),
        tls: around.trust_url.clone().map(|trust_url| PosterTrust { trust_url }),
        proof_key: app.hub.proof_key().map(|key| key.public().fingerprint()),
    })
}
