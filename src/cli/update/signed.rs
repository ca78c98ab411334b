//! Signature check, whose a file is: its minisign signature, by a key that root has put here or that the program was
//! built with.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use minisign_verify::{Error, PublicKey, Signature};

use crate::cli::machine::apply::below;

/// Where an administrator puts the key that updates of this machine must be signed by.
const KEY: &str = "/etc/fieldhub/update.pub";
/// Whoever gives packages away builds their key in: one line of base64, the second of a `minisign.pub`.
const BUILT_IN: Option<&str> = option_env!("FIELDHUB_UPDATE_KEY");

/// `minisign -S` writes it there.
pub fn beside(file: &Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(".minisig");
    name.into()
}

/// The first of: the one that was named, that of this machine, the one built in.
pub fn key(named: Option<&Path>, root: &Path) -> anyhow::Result<PublicKey> {
    let of_machine = Some(below(root, Path::new(KEY))).filter(|path| path.exists());
    let wrong = |error: Error| anyhow!("this is not a minisign public key ({error})");
    if let Some(path) = named.map(Path::to_owned).or(of_machine) {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let key = PublicKey::decode(&text).or_else(|_| PublicKey::from_base64(text.trim()));
        return key.map_err(wrong).with_context(|| path.display().to_string());
    }
    let Some(built_in) = BUILT_IN else {
        return Err(anyhow!(
            "there is no key to check the signature with: get the minisign.pub from where you got the file; \
             put it at {KEY}, or give it with --key"
        ));
    };
    PublicKey::from_base64(built_in).map_err(wrong).context("the key this program was built with")
}

/// What the signature says besides, which is signed as well; an error when it is not of that key, or not of that content.
pub fn check(content: &[u8], signature: &Path, key: &PublicKey) -> anyhow::Result<String> {
    let shown = || signature.display().to_string();
    let text = fs::read_to_string(signature).with_context(shown).context(
        "an update needs its signature: get the .minisig that belongs to the file, or give it with --signature",
    )?;
    let of = Signature::decode(&text)
        .map_err(|error| anyhow!("this is not a minisign signature ({error})"))
        .with_context(shown)?;
    key.verify(content, &of, false).map_err(|error| match error {
        Error::UnexpectedKeyId => {
            anyhow!("it is signed with another key than the one required for updates here")
        }
        Error::InvalidSignature => {
            anyhow!("the file is not what was signed: it is damaged, or someone has changed it")
        }
        other => anyhow!("the signature is not valid ({other})"),
    })?;
    Ok(of.trusted_comment().to_owned())
}
