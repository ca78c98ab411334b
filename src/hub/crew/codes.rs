//! Join codes against their Argon2 hashes. Called by `crew`, never on a thread that serves requests.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use uuid::Uuid;

use super::book::{HashedCode, ShownCode};
use crate::domain::crew::JoinCode;
use crate::store::StoreError;

pub fn hash(shown: &ShownCode, salt: &[u8; 16]) -> Result<HashedCode, StoreError> {
    let hash: argon2::password_hash::phc::PasswordHash = Argon2::default()
        .hash_password_with_salt(shown.code.as_str().as_bytes(), salt)
        .map_err(|error| StoreError::Failed(format!("the code could not be hashed: {error}")))?;
    Ok(HashedCode { id: shown.id, hash: hash.to_string() })
}

/// In constant time for each code. A hash that is out of form lets nobody in.
pub fn is(typed: &JoinCode, hashed: &HashedCode) -> bool {
    Argon2::default().verify_password(typed.as_str().as_bytes(), hashed.hash.as_str()).is_ok()
}

/// A code in clear with an id of its own.
pub fn shown(random: [u8; 80]) -> Result<ShownCode, StoreError> {
    let (id, rest) = random.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    let code = JoinCode::from_random(rest)
        .ok_or_else(|| StoreError::Failed("the system's random source is not random".to_owned()))?;
    Ok(ShownCode { id: Uuid::from_bytes(*id), code })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_matches_its_own_hash_alone() {
        let one = ShownCode { id: Uuid::nil(), code: JoinCode::typed("2345ACDE").unwrap() };
        let hashed = hash(&one, &[7; 16]).unwrap();
        assert!(hashed.hash.starts_with("$argon2id$") && !hashed.hash.contains("2345ACDE"));
        assert!(is(&one.code, &hashed));
        assert!(!is(&JoinCode::typed("2345ACDF").unwrap(), &hashed));
        let broken = HashedCode { hash: "x".to_owned(), ..hashed };
        assert!(!is(&one.code, &broken));
    }
}
