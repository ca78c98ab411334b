//! systemd credentials, handed over in private: files in `$CREDENTIALS_DIRECTORY`.

use std::path::Path;

use crate::config::ConfigError;
use crate::domain::crew::SigningKey;

/// `LoadCredential=signing-key:...` in the unit.
const SIGNING_KEY: &str = "signing-key";

/// The key that signs sessions, where one is handed over.
fn signing_key(variables: &[(String, String)]) -> Result<Option<SigningKey>, ConfigError> {
    let Some((_, dir)) = variables.iter().find(|(name, _)| name == "CREDENTIALS_DIRECTORY") else {
        return Ok(None);
    };
    let path = Path::new(dir).join(SIGNING_KEY);
    let failed = |problem: String| ConfigError::File { path: path.clone(), problem };
    match std::fs::read(&path) {
        Ok(bytes) => SigningKey::parse(&bytes).map(Some).map_err(failed),
        // Other credentials may be there without it.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// That key, or a sentence about why sessions go without it: a hub that starts lets a crew in, if with a key of its own.
pub fn usable_key(variables: &[(String, String)]) -> (Option<SigningKey>, Vec<String>) {
    match signing_key(variables) {
        Ok(key) => (key, Vec::new()),
        Err(error) => {
            let sentence = format!(
                "Sessions are signed with a key of the hub's own, as the one that was handed over cannot be used: {error}. \
                 Mend it, and restart the hub."
            );
            (None, vec![sentence])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_be_used_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let variables = [("CREDENTIALS_DIRECTORY".to_owned(), dir.path().display().to_string())];
        assert_eq!(signing_key(&[]).unwrap(), None);
        assert_eq!(signing_key(&variables).unwrap(), None);
        std::fs::write(dir.path().join("signing-key"), "short").unwrap();
        assert!(signing_key(&variables).unwrap_err().to_string().contains("signing-key: a signing key has"));
        std::fs::write(dir.path().join("signing-key"), [b'k'; 40]).unwrap();
        assert!(signing_key(&variables).unwrap().is_some());
    }
}
