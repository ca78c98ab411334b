//! O_NOFOLLOW: files of the data directory are opened as themselves, and never through a symbolic link that somebody laid there.
//!
//! Called by `medium` and `private`, by `hub::guard` and `http::routes::admin`; calls the file system. The hub may run with more
//! rights than whoever can write to its directory: by a link it would empty, or read out, a file of somebody else's. The
//! directory itself may be behind a link: it is named by the settings.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;
use rustix::io::Errno;

/// For options that are not of the standard library.
pub const NO_FOLLOW: i32 = OFlags::NOFOLLOW.bits().cast_signed();

/// Open it, unless it is a link; then the error says what to do.
pub fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.custom_flags(NO_FOLLOW).open(path).map_err(refused)
}

/// What was refused because of a link, in words. Whoever calls names the file.
pub fn refused(error: io::Error) -> io::Error {
    if Errno::from_io_error(&error) != Some(Errno::LOOP) {
        return error;
    }
    let problem = "it is a symbolic link, and the hub follows none in its data directory: put the file itself there, or name another \
                   directory (data_dir)";
    io::Error::new(io::ErrorKind::PermissionDenied, problem)
}
