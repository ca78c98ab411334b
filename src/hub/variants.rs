//! Variants of a picture that nobody has prepared: the hub reads an original that lies here, and keeps its thumbnail and preview as
//! blobs beside it, for the operation that will name them.
//!
//! Called by `http`; calls `domain::image` and the blobs. One image is read at a time, on a thread of its own, so what all images of
//! all callers take is what one takes (`image::MOST_MEMORY`). What is made stays though no audit names it yet, as whatever is uploaded does:
//! `store::blobs::keep` says what is freed.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::Hub;
use crate::domain::BlobHash;
use crate::domain::image::{CameraTime, ImageError, SmallImage, read_image};
use crate::domain::photo::{PhotoVariant, PictureType};
use crate::store::{BlobError, Blobs, Have};

/// Bytes of an original that are read at a time.
const PIECE: usize = 64 << 10;
/// Who waits for the one turn that there is.
const WAITING: usize = 16;

/// Whose turn it is.
#[derive(Debug)]
pub struct ImageTurns {
    turn: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Default for ImageTurns {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(1)), waiting: Semaphore::new(WAITING) }
    }
}

/// What was made.
#[derive(Debug)]
pub struct MadeVariants {
    /// Thumbnail, preview and original; or the original alone.
    pub variants: Vec<PhotoVariant>,
    pub taken: Option<CameraTime>,
    /// Why it is the original alone: a good file, for all that is known, that is not read here.
    pub not_made: Option<ImageError>,
}

#[derive(Debug, thiserror::Error)]
pub enum VariantsError {
    #[error("this picture is not on this hub")]
    NotHere,
    #[error("several images are being read: come again")]
    Busy,
    #[error("it cannot be read: {0}")]
    Image(#[from] ImageError),
    #[error(transparent)]
    Blob(#[from] BlobError),
}

impl Hub {
    /// Reads an original, in its turn, and keeps what it makes of it.
    pub async fn make_variants(self: &Arc<Self>, hash: BlobHash) -> Result<MadeVariants, VariantsError> {
        let waiting = self.images.waiting.try_acquire().map_err(|_| VariantsError::Busy)?;
        // An error means that it is closed, which it never is.
        let turn = Arc::clone(&self.images.turn).acquire_owned().await.ok();
        drop(waiting);
        let blobs = Arc::clone(&self.blobs);
        let made = tokio::task::spawn_blocking(move || {
            // Whoever hangs up meanwhile gives nobody else the turn: the work goes on.
            let _turn = turn;
            make(&blobs, hash)
        });
        made.await.unwrap_or(Err(VariantsError::Image(ImageError::Panicked)))
    }
}

fn make(blobs: &Arc<Blobs>, hash: BlobHash) -> Result<MadeVariants, VariantsError> {
    // Nobody frees it while it is read.
    let (_pins, missing) = blobs.pin(&[hash]);
    let (Have::Whole(bytes), true) = (blobs.have(hash), missing.is_empty()) else {
        return Err(VariantsError::NotHere);
    };
    let kind = blobs.picture_type(hash).map_err(BlobError::Io)?.ok_or(BlobError::NoPicture)?;
    let original = |size| variant("original", hash, bytes, kind, size);
    let blob = BlobReader { blobs: Arc::clone(blobs), hash, bytes, at: 0 };
    match read_image(&mut BufReader::with_capacity(PIECE, blob)) {
        Ok(read) => {
            let thumb = keep(blobs, "thumb", &read.thumb)?;
            let preview = keep(blobs, "preview", &read.preview)?;
            let variants = vec![thumb, preview, original(Some((read.width, read.height)))];
            Ok(MadeVariants { variants, taken: read.taken, not_made: None })
        }
        Err(error) if error.keeps_file() => {
            if matches!(error, ImageError::Panicked) {
                tracing::error!(%hash, "an image made its decoder fail");
            }
            Ok(MadeVariants { variants: vec![original(None)], taken: None, not_made: Some(error) })
        }
        Err(error) => Err(error.into()),
    }
}

fn keep(blobs: &Arc<Blobs>, class: &str, made: &SmallImage) -> Result<PhotoVariant, BlobError> {
    let hash = blobs.put_whole(&made.jpeg)?;
    // It may have been here for an audit that is just being removed: from now on it was asked for again.
    let _ = blobs.pin(&[hash]);
    Ok(variant(class, hash, made.jpeg.len() as u64, PictureType::Jpeg, Some((made.width, made.height))))
}

fn variant(
    class: &str,
    hash: BlobHash,
    bytes: u64,
    kind: PictureType,
    size: Option<(u32, u32)>,
) -> PhotoVariant {
    PhotoVariant { class: class.to_owned(), hash, bytes, media_type: kind.as_str().to_owned(), size }
}

/// A blob as a file.
struct BlobReader {
    blobs: Arc<Blobs>,
    hash: BlobHash,
    bytes: u64,
    at: u64,
}

impl Read for BlobReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.bytes {
            return Ok(0);
        }
        let read = self.blobs.read(self.hash, self.at, out)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
