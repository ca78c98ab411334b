//! How somebody gets in: the join body, the headers that carry a token, and the token itself, also
//! past its signature. Five lines: `Authorization`, `Cookie`, a JWT's header and claims, the body.

#![no_main]

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fieldhub::domain::crew::JoinCode;
use fieldhub::domain::id::MAX_NAME;
use fieldhub::domain::site_clock::{Quality, SteadyTime};
use fieldhub::http::fuzz::{self, Method, header};
use fieldhub::hub::crew::{Claims, Crew, CrewOptions, JoinRequest, QualifiedTime, WhichCode};
use fieldhub_fuzz::NOW;
use libfuzzer_sys::fuzz_target;
use ring::hmac;
use serde::Deserialize;

const KEY: &[u8; 32] = b"a key that the fuzzer knows too.";
const LIFETIME_MS: u64 = 30 * 86_400_000;
const AT: QualifiedTime = QualifiedTime {
    now_ms: NOW,
    steady: SteadyTime { ms: NOW, since_ms: NOW, quality: Quality::Synchronised },
};

/// A crew of one: `tech_04050607`.
static CREW: LazyLock<Crew> = LazyLock::new(|| {
    let dir = std::env::temp_dir().join(format!("fieldhub-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a directory");
    let options = CrewOptions {
        dir: dir.clone(),
        signing_key: fieldhub::domain::crew::SigningKey::parse(KEY).ok(),
        lifetime_ms: LIFETIME_MS,
        random,
        dated: || "20260101T000000000Z".to_owned(),
    };
    let crew = Crew::open(options).expect("a crew");
    let (code, device) = (crew.code(WhichCode::Crew), fieldhub_fuzz::device("dev_1"));
    let request = JoinRequest { code: code.as_str(), name: "Léa".to_owned(), device, proof: None };
    crew.join(request, AT).expect("the code is good");
    // From here on nothing is written, and nobody will tidy up.
    std::fs::remove_dir_all(dir).expect("the directory is ours");
    crew
});

/// The same in each run, so that seeds can hold tokens.
fn random(bytes: &mut [u8]) -> std::io::Result<()> {
    bytes.iter_mut().zip(4..).for_each(|(byte, n)| *byte = n);
    Ok(())
}

fuzz_target!(|data: &[u8]| {
    let mut lines = data.splitn(5, |b| *b == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (authorization, cookie, head, claims, body) = (line(), line(), line(), line(), line());
    carried(authorization, cookie);
    signed(head, claims);
    joining(body);
});

fn carried(authorization: &[u8], cookie: &[u8]) {
    let name = CREW.cookie_name();
    let cookies = [(header::COOKIE, cookie)];
    assert_eq!(fuzz::token(Method::POST, &cookies, &name), None, "a write that names no origin");
    let by_cookie = fuzz::token(Method::GET, &cookies, &name);
    let both = [(header::COOKIE, cookie), (header::AUTHORIZATION, authorization)];
    let by_header = fuzz::token(Method::GET, &both, &name);
    for (token, from) in [(by_cookie, cookie), (by_header, authorization)] {
        let Some(token) = token else { continue };
        assert!(token.len() <= from.len().max(cookie.len()));
        let Ok(session) = CREW.check(&token, AT) else { continue };
        assert_eq!(session.claims.sub, session.member.technician.as_str());
        assert!(is_signed(&token), "{token}");
    }
}

fn mac(message: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY);
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes()))
}

fn is_signed(token: &str) -> bool {
    token.rsplit_once('.').is_some_and(|(message, signature)| mac(message) == signature)
}

#[derive(Deserialize)]
struct Head {
    alg: String,
}

/// Past the signature: only what the hub itself could have issued is good.
fn signed(head: &[u8], claims: &[u8]) {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims));
    let token = format!("{message}.{}", mac(&message));
    let Ok(session) = CREW.check(&token, AT) else { return };
    let head: Head = serde_json::from_slice(head).expect("a header is JSON");
    assert_eq!(head.alg, "HS256", "no other algorithm, and not none");
    let claims: Claims = serde_json::from_slice(claims).expect("claims are JSON");
    assert_eq!(claims.sub, session.member.technician.as_str());
    assert_eq!(claims, session.claims);
    let over_ms = session.claims.exp.saturating_mul(1_000).saturating_add(5 * 60_000);
    assert!(over_ms >= NOW || session.claims.clock == Quality::Unknown, "it is expired");
    assert!(CREW.check(&format!("{token}A"), AT).is_err());
}

fn joining(body: &[u8]) {
    let Ok((code, name, device)) = fuzz::join(body) else { return };
    assert!(!name.is_empty() && name.trim() == name && name.chars().count() <= MAX_NAME);
    let again = serde_json::json!({ "code": code, "name": name, "device_id": device }).to_string();
    assert_eq!(fuzz::join(again.as_bytes()).ok(), Some((code.clone(), name, device)));
    if let Some(typed) = JoinCode::typed(&code) {
        assert_eq!(typed.as_str().len(), 8);
        assert_eq!(JoinCode::typed(&typed.spaced()), Some(typed));
    }
}
