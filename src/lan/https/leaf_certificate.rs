//! Leaf certificate, issued by the hub's own CA: what it is for, when another one is due, and making one.
//!
//! Called by `authority`; calls rcgen. Every certificate has a new key.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};

use super::ca::{self, Ca};
use super::subject_alt_names::{self, SubjectAltNames};
use super::validity::{self, ClockReading, Validity};
use super::{HttpsError, served_certificate};

/// People may read it. No name of a host: some would hold that against the CA's constraints.
const SUBJECT: &str = "A fieldhub on its site";
/// An address that has gone stays in for so long: one that comes and goes makes no new certificate each time.
const KEEP_MS: u64 = 30 * 86_400_000;
/// Addresses at most; of those that have gone, the latest.
const MOST: usize = 48;

/// As it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub struct LeafCertificate {
    pem: String,
    key: String,
    /// The SHA-256 of the CA that signed it.
    by: String,
    pub names: BTreeSet<String>,
    /// Each with when the machine last had it.
    pub addresses: BTreeMap<IpAddr, u64>,
    pub validity: Validity,
}

/// Keys are in no log.
impl std::fmt::Debug for LeafCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate")
            .field("names", &self.names)
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

/// What of `reached` this CA may sign for.
fn signable(reached: &SubjectAltNames, ca: &Ca) -> SubjectAltNames {
    SubjectAltNames {
        names: reached
            .names
            .iter()
            .filter(|name| subject_alt_names::may_sign(name, &ca.bare))
            .cloned()
            .collect(),
        addresses: reached
            .addresses
            .iter()
            .filter(|address| subject_alt_names::is_private(address))
            .copied()
            .collect(),
    }
}

impl LeafCertificate {
    /// For what is reached now, and the addresses that the one before was for, while they are fresh.
    pub fn make(
        ca: &Ca,
        reached: &SubjectAltNames,
        before: Option<&Self>,
        moment: ClockReading,
        random: [u8; 16],
    ) -> Result<Self, HttpsError> {
        let SubjectAltNames { mut names, addresses } = signable(reached, ca);
        if names.is_empty() && addresses.is_empty() {
            names.insert("localhost".to_owned());
        }
        let now = moment.now_ms;
        let mut addresses: BTreeMap<IpAddr, u64> =
            addresses.into_iter().map(|address| (address, now)).collect();
        if let Some(before) = before {
            let mut gone: Vec<_> =
                before.addresses.iter().filter(|(_, seen)| now.saturating_sub(**seen) < KEEP_MS).collect();
            gone.sort_by_key(|(_, seen)| std::cmp::Reverse(**seen));
            for (address, seen) in gone {
                if addresses.len() < MOST {
                    addresses.entry(*address).or_insert(*seen);
                }
            }
        }
        // A hub that has forgotten the time goes by what it knew when it made the last one.
        let kept =
            before.map(|before| before.validity).filter(|kept| !moment.sure && kept.due(moment).is_none());
        let validity = kept.unwrap_or_else(|| validity::of_leaf(moment, ca.validity));

        let for_whom = names.iter().cloned().chain(addresses.keys().map(ToString::to_string));
        let mut params = CertificateParams::new(for_whom.collect::<Vec<_>>())?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, SUBJECT);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(ca::serial(random));
        ca::set_validity(&mut params, validity);
        let key = KeyPair::generate()?;
        let pem = params.signed_by(&key, &ca.issuer()?)?.pem();
        Ok(Self { pem, key: key.serialize_pem(), by: ca.sha256()?, names, addresses, validity })
    }

    /// Why there should be another one, if there should.
    pub fn due(&self, ca: &Ca, reached: &SubjectAltNames, moment: ClockReading) -> Option<&'static str> {
        if !self.is_by(ca) {
            return Some("the CA is another one");
        }
        let SubjectAltNames { names, addresses } = signable(reached, ca);
        if !names.is_subset(&self.names) {
            return Some("the hub has another name");
        }
        if addresses.iter().any(|address| !self.addresses.contains_key(address)) {
            return Some("the hub has another address");
        }
        self.validity.due(moment)
    }

    pub fn is_by(&self, ca: &Ca) -> bool {
        ca.sha256().is_ok_and(|sha256| sha256 == self.by)
    }

    /// These addresses are there now: what counts when there is another certificate to make.
    pub fn seen(&mut self, reached: &SubjectAltNames, now_ms: u64) {
        for (address, seen) in &mut self.addresses {
            if reached.addresses.contains(address) {
                *seen = now_ms;
            }
        }
    }

    /// As handshakes need it.
    pub fn to_show(&self) -> Result<served_certificate::CertificateWithKey, HttpsError> {
        let unreadable = |error: rustls::pki_types::pem::Error| rustls::Error::General(error.to_string());
        let chain = vec![CertificateDer::from_pem_slice(self.pem.as_bytes()).map_err(unreadable)?];
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(unreadable)?;
        served_certificate::CertificateWithKey::new(chain, key, Some(self.validity.until_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400_000;

    fn at(day: u64, sure: bool) -> ClockReading {
        let now_ms = 1_780_000_000_000 + day * DAY;
        ClockReading { now_ms, sure, said_after_ms: None, from_machine: false, built_ms: 1_763_769_600_000 }
    }

    fn reached(names: &[&str], addresses: &[&str]) -> SubjectAltNames {
        SubjectAltNames {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
        }
    }

    fn ca() -> Ca {
        Ca::make("Hub", ["pi".to_owned()].into(), at(0, true), [1; 16]).unwrap()
    }

    #[test]
    fn it_is_for_what_the_ca_may_sign_and_nothing_else() {
        let ca = ca();
        let reached =
            reached(&["fieldhub.local", "pi", "hub.example"], &["192.168.4.1", "8.8.8.8", "fe80::1"]);
        let made = LeafCertificate::make(&ca, &reached, None, at(0, true), [2; 16]).unwrap();
        assert_eq!(made.names, ["fieldhub.local".to_owned(), "pi".to_owned()].into());
        assert_eq!(made.addresses.len(), 1);
        assert_eq!(made.due(&ca, &reached, at(0, true)), None, "what it cannot be for makes no new one");
        made.to_show().unwrap();
        let other = Ca::make("Hub", BTreeSet::new(), at(0, true), [3; 16]).unwrap();
        assert_eq!(made.due(&other, &reached, at(0, true)), Some("the CA is another one"));
    }

    #[test]
    fn an_address_that_comes_makes_another_and_one_that_comes_back_does_not() {
        let ca = ca();
        let (a, b) = (reached(&[], &["10.0.0.1"]), reached(&[], &["10.0.0.2"]));
        let first = LeafCertificate::make(&ca, &a, None, at(0, true), [2; 16]).unwrap();
        assert_eq!(first.due(&ca, &b, at(1, true)), Some("the hub has another address"));
        let second = LeafCertificate::make(&ca, &b, Some(&first), at(1, true), [3; 16]).unwrap();
        assert_eq!(second.due(&ca, &a, at(2, true)), None, "it flaps");
        let mut third = LeafCertificate::make(&ca, &b, Some(&second), at(40, true), [4; 16]).unwrap();
        assert_eq!(third.addresses.len(), 1, "gone for good");
        third.seen(&b, at(60, true).now_ms);
        let c = reached(&[], &["10.0.0.3"]);
        assert_eq!(
            LeafCertificate::make(&ca, &c, Some(&third), at(80, true), [5; 16]).unwrap().addresses.len(),
            2
        );
    }

    #[test]
    fn a_hub_that_has_forgotten_the_time_keeps_what_it_knew_of_it() {
        let ca = ca();
        let (a, b) = (reached(&[], &["10.0.0.1"]), reached(&[], &["10.0.0.2"]));
        let known = LeafCertificate::make(&ca, &a, None, at(100, true), [2; 16]).unwrap();
        let moved = LeafCertificate::make(&ca, &b, Some(&known), at(0, false), [3; 16]).unwrap();
        assert_eq!(moved.validity, known.validity);
    }
}
