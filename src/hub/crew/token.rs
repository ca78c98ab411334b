//! Session tokens: JWTs signed with HMAC-SHA-256, and nothing else.
//!
//! Called by `crew`; calls jsonwebtoken, which gets its one algorithm from ring here: its own providers
//! bring RSA or a second C library into the tree.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use ring::hmac;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::crew::Role;
use crate::domain::site_clock::Quality;

/// What a token says. Role and name are those of its making: the book decides (see `crew`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The technician's id.
    pub sub: String,
    pub name: String,
    pub role: Role,
    pub hub: Uuid,
    /// Seconds, by the hub's steady clock. Never judged, as the hub may have woken up in the past since: only how long it
    /// is from here to `exp` counts.
    pub iat: u64,
    /// Seconds.
    pub exp: u64,
    pub jti: Uuid,
    /// How well the hub knew the time at `iat`.
    pub clock: Quality,
}

pub struct Signing {
    sign: EncodingKey,
    verify: DecodingKey,
    rules: Validation,
}

impl Signing {
    pub fn new(key: &[u8]) -> Self {
        // Fails when it is there already: the same one.
        let _ = PROVIDER.install_default();
        let mut rules = Validation::new(Algorithm::HS256);
        // By the steady clock, with its own idea of leeway; see `domain::crew::Expiry`.
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.set_required_spec_claims(&["exp", "sub"]);
        Self { sign: EncodingKey::from_secret(key), verify: DecodingKey::from_secret(key), rules }
    }

    pub fn issue(&self, claims: &Claims) -> Result<String, Error> {
        encode(&Header::new(Algorithm::HS256), claims, &self.sign)
    }

    /// The claims, when the signature is ours. Says nothing about time, or whether its bearer is welcome.
    pub fn read(&self, token: &str, hub: Uuid) -> Option<Claims> {
        let claims: Claims = decode(token, &self.verify, &self.rules).ok()?.claims;
        (claims.hub == hub).then_some(claims)
    }
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(HmacSha256::new(key.as_bytes()))),
        _ => Err(ErrorKind::UnsupportedAlgorithm.into()),
    },
    verifier_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(HmacSha256::new(key.try_get_as_bytes()?))),
        _ => Err(ErrorKind::UnsupportedAlgorithm.into()),
    },
    // For keys of other kinds, which are not used.
    key_utils: KeyUtils::new_unimplemented(),
};

struct HmacSha256(hmac::Key);

impl HmacSha256 {
    fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }
}

impl Signer<Vec<u8>> for HmacSha256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl Verifier<Vec<u8>> for HmacSha256 {
    /// In constant time.
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        hmac::verify(&self.0, message, signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for HmacSha256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for HmacSha256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            sub: "tech_1".to_owned(),
            name: "Léa".to_owned(),
            role: Role::Technician,
            hub: Uuid::from_u128(7),
            iat: 1_780_000_000,
            exp: 1_782_592_000,
            jti: Uuid::from_u128(8),
            clock: Quality::Unknown,
        }
    }

    #[test]
    fn a_token_is_read_back_by_its_own_hub_and_key_alone() {
        let signing = Signing::new(&[1; 32]);
        let token = signing.issue(&claims()).unwrap();
        assert_eq!(signing.read(&token, Uuid::from_u128(7)), Some(claims()));
        assert_eq!(signing.read(&token, Uuid::from_u128(9)), None, "another hub with the same key");
        assert_eq!(Signing::new(&[2; 32]).read(&token, Uuid::from_u128(7)), None, "another key");
    }

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // RFC 7515, appendix A.1: the example that every JWT library is held to.
        let key = [
            3, 35, 53, 75, 43, 15, 165, 188, 131, 126, 6, 101, 119, 123, 166, 143, 90, 179, 40, 230, 240, 84,
            201, 40, 169, 15, 132, 178, 210, 80, 46, 191, 211, 251, 90, 146, 210, 6, 71, 239, 150, 138, 180,
            195, 119, 98, 61, 34, 61, 46, 33, 114, 5, 46, 79, 8, 192, 205, 154, 245, 103, 208, 128, 163,
        ];
        let message = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
            eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let _ = Signing::new(&key);
        let signed =
            jsonwebtoken::crypto::sign(message.as_bytes(), &EncodingKey::from_secret(&key), Algorithm::HS256);
        assert_eq!(signed.unwrap(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    #[test]
    fn no_other_algorithm_is_signed_or_read() {
        let signing = Signing::new(&[1; 32]);
        for algorithm in [Algorithm::HS384, Algorithm::HS512, Algorithm::RS256, Algorithm::ES256] {
            assert!(encode(&Header::new(algorithm), &claims(), &signing.sign).is_err(), "{algorithm:?}");
        }
        let good = signing.issue(&claims()).unwrap();
        let [_, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
        // {"alg":"none"}, {"alg":"None","typ":"JWT"}, {"alg":"HS384","typ":"JWT"}
        for header in [
            "eyJhbGciOiJub25lIn0",
            "eyJhbGciOiJOb25lIiwidHlwIjoiSldUIn0",
            "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9",
        ] {
            for signature in ["", signature] {
                let token = format!("{header}.{body}.{signature}");
                assert_eq!(signing.read(&token, Uuid::from_u128(7)), None, "{token}");
            }
        }
        assert_eq!(signing.read(&format!("{body}.{signature}"), Uuid::from_u128(7)), None);
        assert_eq!(signing.read("", Uuid::from_u128(7)), None);
    }
}
