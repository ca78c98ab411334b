//! Atomic file replacement (write, fsync, rename): small files that only the hub's own user may read, with keys,
//! codes, members.
//!
//! Called by `hub::crew`; calls the file system. A file is replaced as a whole: written beside, flushed,
//! renamed, and the directory flushed, so that power lost at any moment leaves the old or the new one.
//! The first line is a checksum of the rest, which is JSON.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::OfFile;
use super::medium::DirMedium;
use super::{StoreError, look, no_follow};

#[derive(Debug, Clone)]
pub struct PrivateFile {
    path: PathBuf,
    dir: DirMedium,
    name: String,
}

impl PrivateFile {
    pub fn new(dir: &Path, name: &str) -> Self {
        Self { path: dir.join(name), dir: DirMedium::new(dir), name: name.to_owned() }
    }

    /// `None` when there is none. `Damaged` is about the bytes, after a second look; anything else about reading them.
    pub fn read<T: DeserializeOwned>(&self) -> Result<Option<T>, StoreError> {
        look::again(&self.dir, &self.name, |_| self.read_once())
    }

    /// Whether its bytes come, or there is no such file.
    pub fn can_be_read(&self) -> bool {
        self.bytes().map_or_else(|error| error.kind() == io::ErrorKind::NotFound, |_| true)
    }

    fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        no_follow::open(OpenOptions::new().read(true), &self.path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn read_once<T: DeserializeOwned>(&self) -> Result<Option<T>, StoreError> {
        let bytes = match self.bytes().of_file(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        decode(&bytes)
            .map(Some)
            .map_err(|problem| StoreError::Damaged { record: self.path.display().to_string(), problem })
    }

    /// On the disk when this returns.
    pub fn replace<T: Serialize>(&self, value: &T) -> Result<(), StoreError> {
        // With its whole name: files that differ in their ending alone may be written at one moment.
        let mut unfinished = self.path.clone().into_os_string();
        unfinished.push(".new");
        let unfinished = PathBuf::from(unfinished);
        let written = write_new(&unfinished, &encode(value)?)
            .and_then(|()| fs::rename(&unfinished, &self.path))
            .and_then(|()| sync_dir(&self.path));
        written.of_file(&self.path).map_err(StoreError::from)
    }

    /// Keep a damaged file under another name, for whoever wants to look into it.
    pub fn put_aside(&self, dated: &str) -> Result<PathBuf, StoreError> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".damaged-{dated}"));
        let aside = self.path.with_file_name(name);
        fs::rename(&self.path, &aside).and_then(|()| sync_dir(&aside)).of_file(&self.path)?;
        Ok(aside)
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Left over from a power cut, perhaps with other rights.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_dir(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}

fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    let json = serde_json::to_string_pretty(value).map_err(StoreError::failed)?;
    Ok(format!("{:08x}\n{json}\n", crc32fast::hash(json.as_bytes())).into_bytes())
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let text = std::str::from_utf8(bytes).map_err(|e| e.to_string())?;
    let (crc, json) = text.split_once('\n').ok_or("it is cut short")?;
    let json = json.trim_end_matches('\n');
    if crc != format!("{:08x}", crc32fast::hash(json.as_bytes())) {
        return Err("its checksum does not match".to_owned());
    }
    serde_json::from_str(json).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_file_is_for_its_owner_alone_and_is_replaced_as_a_whole() {
        let dir = tempfile::tempdir().unwrap();
        let file = PrivateFile::new(dir.path(), "some.thing");
        assert_eq!(file.read::<Vec<u8>>().unwrap(), None);
        file.replace(&vec![1u8, 2]).unwrap();
        // What a power cut may leave beside it does not get in the way.
        fs::write(dir.path().join("some.thing.new"), "half").unwrap();
        file.replace(&vec![3u8]).unwrap();
        assert_eq!(file.read::<Vec<u8>>().unwrap(), Some(vec![3]));
        let mode = fs::metadata(dir.path().join("some.thing")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn any_changed_or_missing_byte_is_noticed() {
        let good = encode(&"who gets in").unwrap();
        assert_eq!(decode::<String>(&good).unwrap(), "who gets in");
        // The newline at the end is no content.
        for at in 0..good.len() - 1 {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(decode::<String>(&bad).is_err(), "a flipped bit in byte {at}");
            assert!(decode::<String>(&good[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_damaged_file_is_kept_beside() {
        let dir = tempfile::tempdir().unwrap();
        let file = PrivateFile::new(dir.path(), "some.thing");
        fs::write(dir.path().join("some.thing"), "garbage").unwrap();
        assert!(matches!(file.read::<u8>(), Err(StoreError::Damaged { .. })));
        let aside = file.put_aside("20250101").unwrap();
        assert_eq!(fs::read_to_string(aside).unwrap(), "garbage");
        assert_eq!(file.read::<u8>().unwrap(), None);
    }
}
