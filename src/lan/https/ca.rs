//! Root certificate (CA) of the hub, with name constraints: what tablets install once, so that they trust every
//! certificate of this hub.
//!
//! Called by `authority`; calls rcgen. It may sign for private names and addresses only, and only servers: who steals the
//! hub can pretend to be a hub, and not a bank.

use std::collections::BTreeSet;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SerialNumber, date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};

use super::validity::{self, ClockReading, Validity};
use super::{HttpsError, subject_alt_names};
use crate::domain::hex::hex;

/// What a name of a certificate may be at most, in characters.
const COMMON_NAME: usize = 64;

/// As it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub struct Ca {
    /// With the hub's name and a number of its own: two hubs, or the CA that was here before, are told apart.
    pub name: String,
    pub pem: String,
    key: String,
    pub validity: Validity,
    /// Names without a zone that it may sign for.
    pub bare: BTreeSet<String>,
}

/// Keys are in no log.
impl std::fmt::Debug for Ca {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ca").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Ca {
    pub fn make(
        hub: &str,
        bare: BTreeSet<String>,
        moment: ClockReading,
        random: [u8; 16],
    ) -> Result<Self, HttpsError> {
        let name = common_name(hub, random);
        let validity = validity::of_ca(moment);
        let key = KeyPair::generate()?;
        let mut params = params(&name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.name_constraints = Some(subject_alt_names::constraints(&bare));
        params.serial_number = Some(serial(random));
        set_validity(&mut params, validity);
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { name, pem, key: key.serialize_pem(), validity, bare })
    }

    /// What was kept is what it should be.
    pub fn check(&self) -> Result<(), HttpsError> {
        self.der()?;
        self.issuer().map(|_| ())
    }

    pub fn issuer(&self) -> Result<Issuer<'static, KeyPair>, HttpsError> {
        Ok(Issuer::new(params(&self.name), KeyPair::from_pem(&self.key)?))
    }

    pub fn der(&self) -> Result<Vec<u8>, HttpsError> {
        let der = CertificateDer::from_pem_slice(self.pem.as_bytes());
        der.map(|der| der.to_vec()).map_err(|error| rustls::Error::General(error.to_string()).into())
    }

    /// What people compare: SHA-256 of the certificate, as Android, iOS and Windows show it.
    pub fn sha256(&self) -> Result<String, HttpsError> {
        let digest = ring::digest::digest(&ring::digest::SHA256, &self.der()?);
        let pairs: Vec<String> = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        Ok(pairs.join(":"))
    }
}

/// What every certificate of this CA names as its issuer, in the same form each time.
fn params(name: &str) -> CertificateParams {
    let mut distinguished_name = DistinguishedName::new();
    distinguished_name.push(DnType::OrganizationName, "fieldhub");
    distinguished_name.push(DnType::CommonName, name);
    let mut params = CertificateParams::default();
    params.distinguished_name = distinguished_name;
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn common_name(hub: &str, random: [u8; 16]) -> String {
    let id = hex(&random[..3]);
    let end = format!(" CA {id}");
    let hub: String = hub.chars().filter(|c| !c.is_control()).take(COMMON_NAME - end.len()).collect();
    format!("{}{end}", hub.trim())
}

/// Positive, and of the same length always.
pub fn serial(mut random: [u8; 16]) -> SerialNumber {
    random[0] = random[0] & 0x7f | 0x40;
    SerialNumber::from_slice(&random)
}

pub fn set_validity(params: &mut CertificateParams, validity: Validity) {
    let at = |ms| date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(ms / 1_000);
    (params.not_before, params.not_after) = (at(validity.from_ms), at(validity.until_ms));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_name_tells_two_hubs_and_two_cas_of_one_hub_apart() {
        assert_eq!(common_name("Van 2", [0xab; 16]), "Van 2 CA ababab");
        assert_eq!(common_name(&"é".repeat(100), [1; 16]).chars().count(), 64);
    }

    #[test]
    fn what_is_kept_signs_as_the_one_that_was_made() {
        let (now_ms, built_ms) = (1_780_000_000_000, 1_763_769_600_000);
        let moment = ClockReading { now_ms, sure: true, said_after_ms: None, from_machine: false, built_ms };
        let ca = Ca::make("Hub", BTreeSet::new(), moment, [7; 16]).unwrap();
        let kept: Ca = serde_json::from_str(&serde_json::to_string(&ca).unwrap()).unwrap();
        kept.check().unwrap();
        assert_eq!(kept.sha256().unwrap(), ca.sha256().unwrap());
        assert_eq!(kept.sha256().unwrap().len(), 95);
        assert!(!format!("{ca:?}").contains("PRIVATE"));
    }
}
