//! Join codes against their Argon2 hashes. Called by `crew`, never on a thread that serves requests.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use uuid::Uuid;

use super::book::{HashedCode, ShownCode};
use crate::domain::crew::JoinCode;
use crate::store::StoreError;

/// As strong as the 19 MiB and two passes that are argon2's default, by OWASP's table, in 7 MiB: allocators keep
/// what was once needed, and the machine may have 512 MB for everything.
const MEMORY_KIB: u32 = 7 * 1024;
const PASSES: u32 = 5;

pub fn hash(shown: &ShownCode, salt: &[u8; 16]) -> Result<HashedCode, StoreError> {
    let failed = |error: String| StoreError::Failed(format!("the code could not be hashed: {error}"));
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|e| failed(e.to_string()))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: argon2::password_hash::phc::PasswordHash = argon2
        .hash_password_with_salt(shown.code.as_str().as_bytes(), salt)
        .map_err(|error| failed(error.to_string()))?;
    Ok(HashedCode { id: shown.id, hash: hash.to_string() })
}

/// In constant time for each code. A hash that is out of form lets nobody in.
pub fn is(typed: &JoinCode, hashed: &HashedCode) -> bool {
    // With the parameters that the hash names.
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
        assert!(
            hashed.hash.starts_with("$argon2id$v=19$m=7168,t=5,p=1$") && !hashed.hash.contains("2345ACDE")
        );
        assert!(is(&one.code, &hashed));
        assert!(!is(&JoinCode::typed("2345ACDF").unwrap(), &hashed));
        let broken = HashedCode { hash: "x".to_owned(), ..hashed };
        assert!(!is(&one.code, &broken));
    }
}
