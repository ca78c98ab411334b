//! Errors of the blob store, each with what whoever sends can do about it. Told to people by `http`.

use std::io;

/// Why there is no room for photos. Marks have theirs all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotosFull {
    /// All photos together have as much as they may.
    Quota,
    /// The disk has as little left as photos must leave.
    Floor,
}

impl PhotosFull {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quota => "quota",
            Self::Floor => "floor",
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// Or somebody else is sending the same one at this moment.
    #[error("this blob is here up to byte {have}: go on from there")]
    WrongOffset { have: u64, busy: bool },
    #[error("all of it came, and it is not what it is called: begin anew")]
    WrongHash,
    #[error("it begins as no JPEG, PNG, TIFF, HEIC or WebP does: only these are kept")]
    NoPicture,
    #[error("a photo has 256 MiB at most, and a step of it 1 MiB")]
    TooLarge,
    #[error("{}", full(*.0))]
    Full(PhotosFull),
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn full(why: PhotosFull) -> &'static str {
    match why {
        PhotosFull::Quota => {
            "the hub has as many photos as it may: remove an old audit, or raise photos.quota; photos stay on the tablets until \
             then, and marks go on"
        }
        PhotosFull::Floor => {
            "the hub's disk is too full for photos: free some space; they stay on the tablets until then, and marks go on"
        }
    }
}
