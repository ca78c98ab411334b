//! Pictures of a card or folder: what lies in it, by the first bytes of each file, and what the camera has said of them.
//!
//! Called by `photos import`; nothing is written, renamed or removed there. Links are not followed: they lead out of the folder.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::domain::image;
use crate::domain::photo::{MAX_BLOB, PictureType};
use crate::domain::photo_import::MAX_PICTURES;
use crate::domain::photo_import::shots::natural;

/// Folders within folders.
const DEEPEST: usize = 16;
/// Files that call themselves pictures.
const ENDINGS: [&str; 8] = ["jpg", "jpeg", "png", "tif", "tiff", "heic", "heif", "webp"];

/// A picture as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFile {
    pub path: PathBuf,
    /// Within the folder, `/` between the parts.
    pub name: String,
    pub bytes: u64,
    pub kind: PictureType,
    /// What the camera's clock showed, in UTC where the camera says how far that is.
    pub taken_ms: Option<u64>,
}

/// What lies in a folder.
#[derive(Debug, Default)]
pub struct Card {
    pub pictures: Vec<CardFile>,
    /// Files that call themselves pictures, and cannot be taken: with the reason.
    pub unread: Vec<(String, String)>,
    /// Other files.
    pub others: u64,
}

impl Card {
    pub fn look(dir: &Path) -> anyhow::Result<Self> {
        let mut card = Self::default();
        let listed = fs::read_dir(dir).with_context(|| dir.display().to_string())?;
        drop(listed);
        card.folder(dir, "", 0);
        card.pictures.sort_by(|a, b| natural(&a.name, &b.name));
        if card.pictures.len() > MAX_PICTURES {
            bail!(
                "{}: {} pictures, and an audit has {MAX_PICTURES} photos at most; import its folders one by one",
                dir.display(),
                card.pictures.len()
            );
        }
        Ok(card)
    }

    fn folder(&mut self, dir: &Path, above: &str, depth: usize) {
        let entries = match fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) => return self.unread.push((above.to_owned(), error.to_string())),
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.unread.push((above.to_owned(), error.to_string()));
                    continue;
                }
            };
            let file = entry.file_name().to_string_lossy().into_owned();
            // What systems put beside (`._IMG_1.JPG`, `.Trashes`) is nobody's picture.
            if file.starts_with('.') {
                continue;
            }
            let name = if above.is_empty() { file } else { format!("{above}/{file}") };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < DEEPEST => self.folder(&entry.path(), &name, depth + 1),
                Ok(kind) if kind.is_file() => self.file(entry.path(), name),
                Ok(_) => self.others += 1,
                Err(error) => self.unread.push((name, error.to_string())),
            }
        }
    }

    fn file(&mut self, path: PathBuf, name: String) {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let calls_itself = ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()));
        match read(&path) {
            Ok((bytes, Some(kind))) if (1..=MAX_BLOB).contains(&bytes) => {
                let taken_ms = taken_ms(&path);
                self.pictures.push(CardFile { path, name, bytes, kind, taken_ms });
            }
            Ok((bytes, Some(_))) => {
                self.unread.push((name, format!("{bytes} bytes; a picture has {MAX_BLOB} at most")))
            }
            Ok((0, None)) if calls_itself => self.unread.push((name, "it is empty".to_owned())),
            Ok((_, None)) if calls_itself => {
                self.unread.push((name, "it is no JPEG, PNG, TIFF, HEIC or WebP inside".to_owned()));
            }
            Ok(_) => self.others += 1,
            Err(error) if calls_itself => self.unread.push((name, error.to_string())),
            Err(_) => self.others += 1,
        }
    }
}

/// How large it is, and what its first bytes say.
fn read(path: &Path) -> std::io::Result<(u64, Option<PictureType>)> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let mut head = [0; PictureType::HEAD];
    let mut filled = 0;
    while filled < head.len() {
        match file.read(&mut head[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok((bytes, PictureType::sniff(&head[..filled])))
}

/// What the camera has written into the picture. The file's own time is no camera's: copying changes it.
fn taken_ms(path: &Path) -> Option<u64> {
    let time = image::camera_time(&mut BufReader::new(File::open(path).ok()?))?;
    Some(time.utc_ms().unwrap_or(time.local_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_what_is_in_them_and_links_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        put("DCIM/101EL/IMG_10.JPG", b"\xff\xd8\xff\xe0 ten");
        put("DCIM/101EL/IMG_9.JPG", b"\xff\xd8\xff\xe0 nine");
        put("DCIM/101EL/._IMG_9.JPG", b"\0\x05\x16\x07");
        put("DCIM/page.jpg", b"<html>");
        put("DCIM/empty.tif", b"");
        put("notes.txt", b"hello");
        std::os::unix::fs::symlink("/etc", dir.path().join("etc")).unwrap();
        let card = Card::look(dir.path()).unwrap();
        let names: Vec<&str> = card.pictures.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["DCIM/101EL/IMG_9.JPG", "DCIM/101EL/IMG_10.JPG"]);
        let mut unread = card.unread;
        unread.sort();
        assert_eq!(
            unread.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["DCIM/empty.tif", "DCIM/page.jpg"]
        );
        assert_eq!(card.others, 2, "a link, and what is no picture");
        assert!(Card::look(&dir.path().join("nowhere")).is_err());
    }
}
