//! Password hashing: join codes against their Argon2 hashes. Called by `crew`, never on a thread that serves requests.

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use parking_lot::Mutex;
use uuid::Uuid;

use super::book::{HashedCode, ShownCode};
use crate::domain::crew::JoinCode;
use crate::store::StoreError;

/// As strong as argon2's default of 19 MiB and two passes, by OWASP's table, in less memory: the machine
/// may have 512 MB for everything.
const MEMORY_KIB: u32 = 7 * 1024;
const PASSES: u32 = 5;

/// Hashes one code at a time, in memory that it keeps. Handed back to the allocator after each, it would
/// stay with the process all the same, once for every thread that ever hashed.
#[derive(Default)]
pub struct Hasher {
    memory: Mutex<Vec<Block>>,
}

impl Hasher {
    pub fn hash(&self, shown: &ShownCode, salt: &[u8; 16]) -> Result<HashedCode, StoreError> {
        let failed = |error: &dyn std::fmt::Display| {
            StoreError::Failed(format!("the code could not be hashed: {error}"))
        };
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|e| failed(&e))?;
        let output = self.output(&shown.code, salt, &params).ok_or_else(|| failed(&"Argon2 refused it"))?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: (&params).try_into().map_err(|e| failed(&e))?,
            salt: Some(Salt::new(salt).map_err(|e| failed(&e))?),
            hash: Some(output),
        };
        Ok(HashedCode { id: shown.id, hash: hash.to_string() })
    }

    /// A hash that is out of form lets nobody in.
    pub fn is(&self, typed: &JoinCode, hashed: &HashedCode) -> bool {
        let read = || {
            let hash = PasswordHash::new(&hashed.hash).ok()?;
            let params = Params::try_from(&hash).ok()?;
            let output = self.output(typed, hash.salt.as_ref()?.as_ref(), &params)?;
            // Outputs are compared in constant time.
            Some(hash.algorithm == Algorithm::Argon2id.ident() && Some(output) == hash.hash)
        };
        read().unwrap_or(false)
    }

    fn output(&self, code: &JoinCode, salt: &[u8], params: &Params) -> Option<Output> {
        let mut memory = self.memory.lock();
        memory.resize(params.block_count(), Block::new());
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        argon2
            .hash_password_into_with_memory(code.as_str().as_bytes(), salt, &mut output, &mut *memory)
            .ok()?;
        Output::new(&output).ok()
    }
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
    use argon2::{PasswordHasher, PasswordVerifier};

    use super::*;

    #[test]
    fn a_code_matches_its_own_hash_alone() {
        let hasher = Hasher::default();
        let one = ShownCode { id: Uuid::nil(), code: JoinCode::typed("2345ACDE").unwrap() };
        let hashed = hasher.hash(&one, &[7; 16]).unwrap();
        assert!(hashed.hash.starts_with("$argon2id$v=19$m=7168,t=5,p=1$"), "{}", hashed.hash);
        assert!(!hashed.hash.contains("2345ACDE"));
        assert!(hasher.is(&one.code, &hashed));
        assert!(!hasher.is(&JoinCode::typed("2345ACDF").unwrap(), &hashed));
        for broken in ["x", "", "$argon2id$v=19$m=7168,t=5,p=1", &hashed.hash[..hashed.hash.len() - 8]] {
            let broken = HashedCode { hash: broken.to_owned(), ..hashed.clone() };
            assert!(!hasher.is(&one.code, &broken), "{}", broken.hash);
        }
    }

    #[test]
    fn others_read_our_hashes_and_we_theirs() {
        let hasher = Hasher::default();
        let one = ShownCode { id: Uuid::nil(), code: JoinCode::typed("2345ACDE").unwrap() };
        let ours = hasher.hash(&one, &[7; 16]).unwrap().hash;
        assert!(Argon2::default().verify_password(b"2345ACDE", ours.as_str()).is_ok());
        let theirs: PasswordHash = Argon2::default().hash_password_with_salt(b"2345ACDE", &[9; 16]).unwrap();
        assert!(hasher.is(&one.code, &HashedCode { id: one.id, hash: theirs.to_string() }));
    }
}
