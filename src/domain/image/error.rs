//! Errors of images: each with what becomes of the file. Told to people by `http` and `cli`.

use std::io;

#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// A picture that nothing here decodes: it is kept, and shown as a file.
    #[error("{0} is not decoded here: it is kept as a file, without a preview")]
    Undecodable(&'static str),
    #[error("it begins as no JPEG, PNG or TIFF does: it is no image that is read here")]
    NoImage,
    #[error("it has {width} × {height} pixels: at most 100 megapixels are read, and 65,535 on a side")]
    TooLarge { width: u32, height: u32 },
    /// Its form would have to be held in memory as a whole.
    #[error("{0} of this size needs more memory than the hub gives to one image")]
    TooMuchMemory(&'static str),
    #[error("a logo is a PNG or a JPEG")]
    NoLogo,
    #[error("it is damaged, or cut off: {0}")]
    Broken(String),
    /// A mistake of ours, or of a decoder: told, and over for this file alone.
    #[error("reading it failed: the program made a mistake with this file")]
    Panicked,
}

impl ImageError {
    /// Whether it may be a good picture all the same, to be kept and shown as a file.
    pub fn keeps_file(&self) -> bool {
        matches!(self, Self::Undecodable(_) | Self::TooLarge { .. } | Self::TooMuchMemory(_) | Self::Panicked)
    }

    /// A word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Undecodable(_) => "undecodable",
            Self::NoImage | Self::NoLogo => "not_an_image",
            Self::TooLarge { .. } => "too_many_pixels",
            Self::TooMuchMemory(_) => "too_much_memory",
            Self::Broken(_) => "broken",
            Self::Panicked => "failed",
        }
    }
}

impl From<io::Error> for ImageError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Broken("it ends too early".into()),
            _ => Self::Broken(error.to_string()),
        }
    }
}
