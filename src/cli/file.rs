//! Atomic file writes (fsync, rename): files as commands read and write them, whole or not at all.
//!
//! Called by `audit export`, `audit import`, `backup`, `bundle` and `restore`.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use tokio::io::AsyncReadExt;

use super::client::ClientBody;

/// `-` is stdin.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::stdin().lock(), &mut bytes).context("stdin")?;
        return Ok(bytes);
    }
    fs::read(path).with_context(|| path.display().to_string())
}

/// A file as a request's body, read as it is sent: a backup may be larger than memory.
pub async fn body(path: &Path) -> anyhow::Result<ClientBody> {
    let file = tokio::fs::File::open(path).await.with_context(|| path.display().to_string())?;
    // A directory opens like a file, and would fail in the middle of the request.
    if file.metadata().await.is_ok_and(|kind| kind.is_dir()) {
        bail!("{}: this is a directory; give a file in it", path.display());
    }
    let chunks = futures_util::stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; 64 << 10];
        let n = file.read(&mut chunk).await?;
        chunk.truncate(n);
        Ok::<_, io::Error>((n > 0).then(|| (Frame::data(Bytes::from(chunk)), file)))
    });
    Ok(StreamBody::new(chunks).map_err(Into::into).boxed_unsync())
}

/// Nothing is overwritten unless that is asked for. A pipe or a terminal holds nothing that could be.
pub fn check_free(path: &Path, force: bool) -> anyhow::Result<()> {
    let overwrites = || path.metadata().map_or(true, |there| there.is_file() || there.is_dir());
    if !force && path.symlink_metadata().is_ok() && overwrites() {
        bail!("{}: the file already exists; choose another or add --force", path.display());
    }
    Ok(())
}

/// A plain file, whole or not at all: see [`write_checked`]. A pipe, a terminal or a link is not replaced by a file: it is written
/// to, as `-o /dev/stdout` or the link of a log are meant.
pub async fn write(path: &Path, content: ClientBody) -> anyhow::Result<u64> {
    match path.symlink_metadata() {
        Ok(there) if !there.is_file() => write_into(path, content).await,
        _ => write_checked(path, content, |_| Ok((true, ()))).await.map(|(length, ())| length),
    }
}

async fn write_into(path: &Path, content: ClientBody) -> anyhow::Result<u64> {
    let written = async {
        let mut file = File::create(path)?;
        let length = copy(content, &mut file).await?;
        // What is no file on a disk has none to reach.
        if file.metadata()?.is_file() {
            file.sync_all()?;
        }
        anyhow::Ok(length)
    };
    written.await.with_context(|| path.display().to_string())
}

/// Write to `FILE.part`, make sure of it on the disk, look at it and say whether it is worth a name, then give it its name: power
/// lost on the way leaves what was there before. The file that a link leads to is replaced, and not the link.
pub async fn write_checked<T>(
    path: &Path,
    content: ClientBody,
    check: impl FnOnce(&Path) -> anyhow::Result<(bool, T)>,
) -> anyhow::Result<(u64, T)> {
    let path = &plain(path)?;
    let part = part_name(path);
    let written = async {
        let mut file = File::create(&part)?;
        let length = copy(content, &mut file).await?;
        file.sync_all()?;
        let (keep, found) = check(&part)?;
        if !keep {
            fs::remove_file(&part)?;
            return Ok((0, found));
        }
        fs::rename(&part, path)?;
        // The name is an entry of the directory, which has to reach the disk as well.
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(dir)?.sync_all()?;
        anyhow::Ok((length, found))
    };
    let result = written.await;
    if result.is_err() {
        // What is left of a failed copy helps nobody.
        let _ = fs::remove_file(&part);
    }
    result.with_context(|| path.display().to_string())
}

async fn copy(mut content: ClientBody, file: &mut File) -> anyhow::Result<u64> {
    let mut length = 0;
    while let Some(frame) = content.frame().await {
        let frame = frame.map_err(|e| anyhow::anyhow!("the hub's answer broke off: {e}"))?;
        if let Some(data) = frame.data_ref() {
            file.write_all(data)?;
            length += data.len() as u64;
        }
    }
    Ok(length)
}

/// Where the file lies that is to be made or replaced; what is none cannot be read back.
fn plain(path: &Path) -> anyhow::Result<PathBuf> {
    match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(path.to_owned()),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
        Ok(there) if there.is_file() => fs::canonicalize(path).with_context(|| path.display().to_string()),
        Ok(_) => {
            bail!("{}: this is not a plain file; what is written is read back, so give one", path.display())
        }
    }
}

/// What lies on the disk itself: what the kernel still has of it in memory is given up first.
pub fn checksum_on_disk(path: &Path) -> anyhow::Result<u32> {
    let mut file = File::open(path)?;
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    let (mut sum, mut chunk) = (crc32fast::Hasher::new(), vec![0; 64 << 10]);
    loop {
        match io::Read::read(&mut file, &mut chunk)? {
            0 => return Ok(sum.finalize()),
            n => sum.update(&chunk[..n]),
        }
    }
}

fn part_name(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".part");
    name.into()
}
