//! Loading of credentials (fallback to memory): what is kept of the crew is read, and made where there is none. Where it
//! cannot be read now, there is a crew in memory, and nothing is written over the file.
//!
//! Called by `Crew`; calls `store`'s private files.

use std::path::Path;

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::book::{BOOK, Book, SECRETS, Secrets};
use super::{CrewOptions, WhichCode, codes, fill};
use crate::domain::hex::hex;
use crate::store::{PrivateFile, StoreError};

pub struct CrewFiles {
    pub book: PrivateFile,
    pub secrets: PrivateFile,
}

/// What a hub goes on with.
pub struct LoadedCrew {
    pub secrets: Secrets,
    pub book: Book,
    /// What somebody should read: a file was damaged and made anew.
    pub notice: Option<String>,
    /// Why it is in memory alone.
    pub lack: Option<StoreError>,
}

impl CrewFiles {
    pub fn new(dir: &Path) -> Self {
        Self { book: PrivateFile::new(dir, BOOK), secrets: PrivateFile::new(dir, SECRETS) }
    }

    /// Whether a try is worth it.
    pub fn can_be_read(&self) -> bool {
        self.secrets.can_be_read() && self.book.can_be_read()
    }

    /// `had`: what was in memory alone until now, and gets onto the disk where there is no file.
    pub fn load(
        &self,
        options: &CrewOptions,
        hasher: &codes::Hasher,
        had: Option<(Secrets, Book)>,
    ) -> Result<LoadedCrew, StoreError> {
        let (had_secrets, had_book) = had.unzip();
        let mut notice = None;
        let (secrets, lack) = match self.secrets(options, had_secrets.as_ref(), &mut notice) {
            Ok(secrets) => (secrets, None),
            Err(error) => (made_secrets(options, had_secrets.as_ref())?, Some(error)),
        };
        let kept = match lack {
            None => self.book(options, hasher, &secrets, had_book.as_ref(), &mut notice),
            Some(error) => Err(error),
        };
        let (book, lack) = match kept {
            Ok(book) => (book, None),
            Err(error) => (made_book(options, hasher, &secrets, None)?, Some(error)),
        };
        Ok(LoadedCrew { secrets, book, notice, lack })
    }

    fn secrets(
        &self,
        options: &CrewOptions,
        had: Option<&Secrets>,
        notice: &mut Option<String>,
    ) -> Result<Secrets, StoreError> {
        if let Some(mut secrets) = read::<Secrets>(&self.secrets, options, notice)? {
            if secrets.viewer_code.id.is_nil() {
                secrets.viewer_code = codes::shown(fill(options)?)?;
                unless_full(self.secrets.replace(&secrets));
            }
            return Ok(secrets);
        }
        let secrets = made_secrets(options, had)?;
        self.secrets.replace(&secrets)?;
        Ok(secrets)
    }

    fn book(
        &self,
        options: &CrewOptions,
        hasher: &codes::Hasher,
        secrets: &Secrets,
        had: Option<&Book>,
        notice: &mut Option<String>,
    ) -> Result<Book, StoreError> {
        let Some(mut book) = read::<Book>(&self.book, options, notice)? else {
            let book = made_book(options, hasher, secrets, had)?;
            self.book.replace(&book)?;
            return Ok(book);
        };
        // Power was lost while a code was replaced: the one that is shown is the one that counts.
        let mut stale = Vec::new();
        for which in [WhichCode::Crew, WhichCode::Lead, WhichCode::Viewer] {
            let (hash, shown) = (book.code_mut(which), secrets.code(which));
            if hash.id != shown.id {
                *hash = hasher.hash(shown, &fill::<16>(options)?)?;
                stale.push(which);
            }
        }
        match stale.as_slice() {
            [] => {}
            [WhichCode::Viewer] => unless_full(self.book.replace(&book)),
            _ => self.book.replace(&book)?,
        }
        Ok(book)
    }
}

/// The viewers' code came later than the crews of many hubs: where it cannot be kept, it is another one after the next start, and nobody
/// else has to join again for it.
fn unless_full(kept: Result<(), StoreError>) {
    if let Err(error) = kept {
        tracing::warn!(%error, "the viewers' code could not be kept");
    }
}

fn made_secrets(options: &CrewOptions, had: Option<&Secrets>) -> Result<Secrets, StoreError> {
    if let Some(had) = had {
        return Ok(had.clone());
    }
    Ok(Secrets {
        signing_key: hex(&fill::<32>(options)?),
        crew_code: codes::shown(fill(options)?)?,
        lead_code: codes::shown(fill(options)?)?,
        viewer_code: codes::shown(fill(options)?)?,
    })
}

/// `had` is of the same codes.
fn made_book(
    options: &CrewOptions,
    hasher: &codes::Hasher,
    secrets: &Secrets,
    had: Option<&Book>,
) -> Result<Book, StoreError> {
    if let Some(had) = had.filter(|had| had.crew_code.id == secrets.crew_code.id) {
        return Ok(had.clone());
    }
    let hashed = |shown| hasher.hash(shown, &fill::<16>(options)?);
    Ok(Book {
        hub: Uuid::from_bytes(fill(options)?),
        crew_code: hashed(&secrets.crew_code)?,
        lead_code: hashed(&secrets.lead_code)?,
        viewer_code: hashed(&secrets.viewer_code)?,
        members: Vec::new(),
        open_v33: Vec::new(),
    })
}

fn read<T: DeserializeOwned>(
    file: &PrivateFile,
    options: &CrewOptions,
    notice: &mut Option<String>,
) -> Result<Option<T>, StoreError> {
    match file.read() {
        Err(StoreError::Damaged { record, problem }) => {
            let aside = file.put_aside(&(options.dated)())?;
            tracing::error!(file = record, problem, aside = %aside.display(), "made anew");
            *notice = Some(
                "What the hub kept about the crew was damaged and has been replaced: everyone has to join \
                 again, with the code that `fieldhub crew code` shows."
                    .to_owned(),
            );
            Ok(None)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::domain::id::DeviceId;
    use crate::domain::site_clock::{Quality, SteadyTime};
    use crate::hub::crew::{Crew, JoinRequest, QualifiedTime, WhichCode};

    fn options(dir: &Path) -> CrewOptions {
        CrewOptions {
            dir: dir.to_owned(),
            signing_key: None,
            lifetime_ms: 86_400_000,
            random: |bytes| getrandom::fill(bytes).map_err(std::io::Error::other),
            dated: || "20250101".to_owned(),
        }
    }

    /// What a version before the viewers' code has kept.
    fn without_viewers(dir: &Path) {
        for name in [SECRETS, BOOK] {
            let file = PrivateFile::new(dir, name);
            let mut kept: Value = file.read().unwrap().unwrap();
            kept.as_object_mut().unwrap().remove("viewer_code").unwrap();
            for member in kept["members"].as_array_mut().into_iter().flatten() {
                member.as_object_mut().unwrap().remove("by_viewer_code").unwrap();
            }
            file.replace(&kept).unwrap();
        }
    }

    #[test]
    fn a_crew_of_before_gets_a_code_for_viewers_and_nobody_has_to_join_again() {
        let dir = tempfile::tempdir().unwrap();
        let steady = SteadyTime { ms: 1_780_000_000_000, since_ms: 0, quality: Quality::Synchronised };
        let at = QualifiedTime { now_ms: steady.ms, steady };
        let join = |crew: &Crew, which| {
            let code = crew.code(which);
            let device = DeviceId::parse("dev_1").unwrap();
            crew.join(JoinRequest { code: code.as_str(), name: "N".to_owned(), device, proof: None }, at)
        };
        let crew = Crew::open(options(dir.path())).unwrap();
        let lea = join(&crew, WhichCode::Crew).unwrap();
        let codes = [WhichCode::Crew, WhichCode::Lead].map(|which| crew.code(which));
        drop(crew);
        without_viewers(dir.path());

        let crew = Crew::open(options(dir.path())).unwrap();
        assert!(crew.notice().is_none());
        crew.check(&lea.token, at).unwrap();
        assert!([WhichCode::Crew, WhichCode::Lead].map(|which| crew.code(which)) == codes);
        assert_eq!(join(&crew, WhichCode::Viewer).unwrap().member.role, crate::domain::crew::Role::Viewer);
        let viewers = crew.code(WhichCode::Viewer);
        drop(crew);
        let crew = Crew::open(options(dir.path())).unwrap();
        assert!(crew.code(WhichCode::Viewer) == viewers, "it is kept");
    }
}
