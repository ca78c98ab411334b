//! Photo: what its operations say, and their form. The pictures themselves are blobs, which go by their hashes.
//!
//! `op` has them beside marks, `photos` folds them; nothing here reads a picture but for its first bytes.

pub mod blob_hash;
pub mod photos;
pub mod picture_type;
pub mod taken_out;

use serde::{Deserialize, Serialize};

pub use blob_hash::{BlobDigest, BlobHash};
pub use photos::{PhotoCounts, PhotoState, Photos, photo_of};
pub use picture_type::PictureType;
pub use taken_out::TakenOutBlobs;

use super::id::{Invalid, MAX_MODULES, MAX_MODULES_TEXT, ModuleId, OpId};

/// Photos of one audit, those that were taken out among them.
pub const MAX_PHOTOS: usize = 20_000;
/// Bytes of one blob: 100 megapixels of 16 bits.
pub const MAX_BLOB: u64 = 256 << 20;
pub const MAX_CAPTION: usize = 1_000;
/// Characters of the name of a file.
const MAX_FILE_NAME: usize = 200;
const MAX_VARIANTS: usize = 8;
/// Of a word such as a class.
const MAX_WORD: usize = 16;
/// Of the name of a type.
const MAX_TYPE: usize = 64;
/// Bytes that a later version may have put behind what this one knows.
const MAX_LATER: usize = 64 << 10;

/// Classes that this version makes and asks for, with the most bytes that they may have: the first two are for links that are
/// poor.
pub const CLASSES: [(&str, u64); 3] = [("thumb", 64 << 10), ("preview", 2 << 20), ("original", MAX_BLOB)];

/// What a photo belongs to: a module, a string, or with neither the audit itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PhotoPlace {
    pub module: Option<ModuleId>,
    pub string: Option<u16>,
}

/// The same picture in one size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoVariant {
    /// `thumb`, `preview`, `original`, or what a later version knows.
    pub class: String,
    pub hash: BlobHash,
    pub bytes: u64,
    /// As the tablet says; what is served says what its first bytes are.
    pub media_type: String,
    pub size: Option<(u32, u32)>,
}

/// A photo that was taken. Its operation's id is its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    pub at: PhotoPlace,
    pub variants: Vec<PhotoVariant>,
    /// By the camera.
    pub taken_ms: Option<u64>,
    /// Of the file that it was.
    pub name: Option<String>,
    /// `visible`, `el`, or another word.
    pub picture_kind: String,
    pub caption: Option<String>,
    /// What a later version has said besides: passed on as it is.
    #[serde(skip)]
    pub later: Vec<u8>,
}

/// What is changed of a photo; what is `None` is untouched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoEdit {
    pub photo: OpId,
    pub at: Option<PhotoPlace>,
    pub caption: Option<Option<String>>,
    pub taken_out: Option<bool>,
    #[serde(skip)]
    pub later: Vec<u8>,
}

fn is_word(text: &str, most: usize) -> bool {
    let good =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'/' | b'+' | b'.');
    (1..=most).contains(&text.len()) && text.bytes().all(good)
}

fn word(field: &str, text: &str, most: usize) -> Result<(), Invalid> {
    if is_word(text, most) {
        return Ok(());
    }
    Err(Invalid::new(field, format!("a word of at most {most} characters a-z 0-9 _ -")))
}

/// One line as people and cameras write it: trimmed; `None` when nothing is left.
fn line(field: &str, text: &str, most: usize) -> Result<Option<String>, Invalid> {
    let text = text.trim();
    if text.chars().count() > most {
        return Err(Invalid::new(field, format!("at most {most} characters")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Invalid::new(field, "no control characters"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

impl PhotoPlace {
    fn check(&self) -> Result<(), Invalid> {
        match (&self.module, self.string) {
            (Some(_), Some(_)) => Err(Invalid::new("at", "a module, a string, or neither")),
            (_, Some(string)) if !(1..=MAX_MODULES).contains(&usize::from(string)) => {
                Err(Invalid::new("at.string", format!("strings count from 1 to {MAX_MODULES_TEXT}")))
            }
            _ => Ok(()),
        }
    }
}

impl PhotoVariant {
    fn check(&self) -> Result<(), Invalid> {
        word("class", &self.class, MAX_WORD)?;
        word("type", &self.media_type, MAX_TYPE)?;
        if !(1..=MAX_BLOB).contains(&self.bytes) {
            return Err(Invalid::new("bytes", format!("1 to {MAX_BLOB}")));
        }
        if self.size.is_some_and(|(width, height)| width == 0 || height == 0) {
            return Err(Invalid::new("width", "pixels, from 1; absent where they are not known"));
        }
        Ok(())
    }
}

impl Photo {
    /// As it is kept: texts trimmed, everything within its limits.
    pub fn checked(mut self) -> Result<Self, Invalid> {
        self.at.check()?;
        if !(1..=MAX_VARIANTS).contains(&self.variants.len()) {
            return Err(Invalid::new("variants", format!("1 to {MAX_VARIANTS}")));
        }
        for (at, variant) in self.variants.iter().enumerate() {
            variant.check()?;
            if self.variants[..at].iter().any(|other| other.class == variant.class) {
                return Err(Invalid::new("class", format!("{} is there twice", variant.class)));
            }
        }
        word("picture_kind", &self.picture_kind, MAX_WORD)?;
        self.name = self.name.map(|name| line("name", &name, MAX_FILE_NAME)).transpose()?.flatten();
        self.caption = self.caption.map(|text| line("caption", &text, MAX_CAPTION)).transpose()?.flatten();
        later(&self.later)?;
        Ok(self)
    }

    /// What tablets may send: classes and types that this version knows. Other hubs may know more.
    pub fn is_known(&self) -> Result<(), Invalid> {
        for variant in &self.variants {
            let class = CLASSES.iter().find(|(class, _)| *class == variant.class);
            let Some((class, most)) = class else {
                return Err(Invalid::new("class", "thumb, preview or original"));
            };
            if variant.bytes > *most {
                return Err(Invalid::new("bytes", format!("a {class} has {most} at most")));
            }
            if PictureType::parse(&variant.media_type).is_none() {
                return Err(Invalid::new(
                    "type",
                    "image/jpeg, image/png, image/tiff, image/heic or image/webp",
                ));
            }
        }
        Ok(())
    }

    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        Ok([postcard::to_stdvec(self)?, self.later.clone()].concat())
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, postcard::Error> {
        let (photo, later): (Self, _) = postcard::take_from_bytes(bytes)?;
        Ok(Self { later: later.to_vec(), ..photo })
    }

    /// Bytes that it takes, roughly.
    pub fn weight(&self) -> usize {
        let text = self.name.as_ref().map_or(0, String::len) + self.caption.as_ref().map_or(0, String::len);
        text + self.later.len() + self.variants.len() * size_of::<PhotoVariant>()
    }
}

impl PhotoEdit {
    pub fn checked(mut self) -> Result<Self, Invalid> {
        if self.at.is_none() && self.caption.is_none() && self.taken_out.is_none() && self.later.is_empty() {
            return Err(Invalid::new("at", "name what changes: at, caption or taken_out"));
        }
        self.at.as_ref().map_or(Ok(()), PhotoPlace::check)?;
        if let Some(Some(text)) = &self.caption {
            self.caption = Some(line("caption", text, MAX_CAPTION)?);
        }
        later(&self.later)?;
        Ok(self)
    }

    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        Ok([postcard::to_stdvec(self)?, self.later.clone()].concat())
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, postcard::Error> {
        let (edit, later): (Self, _) = postcard::take_from_bytes(bytes)?;
        Ok(Self { later: later.to_vec(), ..edit })
    }
}

fn later(bytes: &[u8]) -> Result<(), Invalid> {
    if bytes.len() > MAX_LATER {
        return Err(Invalid::new("kind", "of a later version, and too large"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo() -> Photo {
        let variant = |class: &str, bytes| PhotoVariant {
            class: class.to_owned(),
            hash: BlobHash::of(class.as_bytes()),
            bytes,
            media_type: "image/jpeg".to_owned(),
            size: Some((320, 240)),
        };
        Photo {
            at: PhotoPlace { module: ModuleId::parse("M050").ok(), string: None },
            variants: vec![variant("thumb", 18_233), variant("original", 5_120_000)],
            taken_ms: Some(1_780_000_000_000),
            name: Some("IMG_0042.JPG".to_owned()),
            picture_kind: "el".to_owned(),
            caption: Some("busbar".to_owned()),
            later: Vec::new(),
        }
    }

    #[test]
    fn what_a_later_version_says_besides_comes_out_as_it_went_in() {
        for later in [vec![], vec![1, 2, 3]] {
            let photo = Photo { later: later.clone(), ..photo() };
            let bytes = photo.to_bytes().unwrap();
            assert_eq!(Photo::from_bytes(&bytes).unwrap(), photo);
            let edit = PhotoEdit {
                photo: OpId::from_u128(7),
                at: None,
                caption: None,
                taken_out: Some(true),
                later,
            };
            assert_eq!(PhotoEdit::from_bytes(&edit.to_bytes().unwrap()).unwrap(), edit);
        }
    }

    #[test]
    fn what_is_out_of_form_is_refused_by_its_field() {
        let field = |change: fn(&mut Photo)| {
            let mut photo = photo();
            change(&mut photo);
            photo.checked().unwrap_err().field
        };
        assert!(photo().checked().is_ok());
        assert_eq!(field(|p| p.variants.clear()), "variants");
        assert_eq!(field(|p| p.variants[1].class = "thumb".into()), "class");
        assert_eq!(field(|p| p.variants[1].class = "<svg>".into()), "class");
        assert_eq!(field(|p| p.variants[0].bytes = 0), "bytes");
        assert_eq!(field(|p| p.variants[0].bytes = MAX_BLOB + 1), "bytes");
        assert_eq!(field(|p| p.variants[0].media_type = "Text/HTML; x".into()), "type");
        assert_eq!(field(|p| p.variants[0].size = Some((0, 1))), "width");
        assert_eq!(field(|p| p.at.string = Some(3)), "at");
        assert_eq!(field(|p| p.at = PhotoPlace { module: None, string: Some(0) }), "at.string");
        assert_eq!(field(|p| p.picture_kind.clear()), "picture_kind");
        assert_eq!(field(|p| p.caption = Some("é".repeat(1_001))), "caption");
        assert_eq!(field(|p| p.name = Some("a\u{7}b".into())), "name");
        let nothing = PhotoEdit {
            photo: OpId::from_u128(1),
            at: None,
            caption: None,
            taken_out: None,
            later: Vec::new(),
        };
        assert_eq!(nothing.checked().unwrap_err().field, "at");
    }

    #[test]
    fn tablets_send_what_this_version_knows_and_hubs_may_know_more() {
        let mut odd = photo();
        odd.variants[0].class = "deep-zoom".into();
        assert!(odd.clone().checked().is_ok());
        assert_eq!(odd.is_known().unwrap_err().field, "class");
        let mut svg = photo();
        svg.variants[0].media_type = "image/svg+xml".into();
        assert_eq!(svg.is_known().unwrap_err().field, "type");
        let mut heavy = photo();
        heavy.variants[0].bytes = (64 << 10) + 1;
        assert_eq!(heavy.is_known().unwrap_err().field, "bytes");
        assert!(photo().is_known().is_ok());
    }
}
