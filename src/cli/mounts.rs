//! Mount table: what is mounted where, as the kernel tells it in `/proc/self/mountinfo`.
//!
//! Called by `backup` for sticks, and by `doctor` for the disk that the data are on.

use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Of the device, as in /sys/dev/block: `179:2`.
    pub numbers: String,
    /// The part of the file system that is mounted: `/` is all of it.
    pub inner: PathBuf,
    pub place: PathBuf,
    pub kind: String,
    pub source: PathBuf,
    /// By the mount and by the file system: a disk that has failed is mounted again as read-only.
    pub writable: bool,
}

/// In the order of the table: later ones lie over earlier ones. Lines that are none are left out.
pub fn all(table: &str) -> impl DoubleEndedIterator<Item = Mount> {
    table.lines().filter_map(one)
}

/// The one that a path is on.
pub fn of(table: &str, path: &Path) -> Option<Mount> {
    let on = all(table).filter(|mount| path.starts_with(&mount.place));
    // Of equals the last.
    on.max_by_key(|mount| mount.place.components().count())
}

fn one(line: &str) -> Option<Mount> {
    // 36 35 8:1 / /media/usb rw,noatime shared:1 - vfat /dev/sda1 rw
    let (left, right) = line.split_once(" - ")?;
    let mut left = left.split(' ').skip(2);
    let (numbers, inner, place, options) = (left.next()?, left.next()?, left.next()?, left.next()?);
    let mut right = right.split(' ');
    let (kind, source, of_disk) = (right.next()?, right.next()?, right.next()?);
    let may = |options: &str| options.split(',').any(|option| option == "rw");
    Some(Mount {
        numbers: numbers.to_owned(),
        inner: unescaped(inner).into(),
        place: unescaped(place).into(),
        kind: kind.to_owned(),
        source: unescaped(source).into(),
        writable: may(options) && may(of_disk),
    })
}

/// The kernel writes spaces and their like as `\040`.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let code = rest.get(at + 1..at + 4).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        plain.push_str(&rest[..at]);
        match code {
            Some(code) => {
                plain.push(code.into());
                rest = &rest[at + 4..];
            }
            None => {
                plain.push('\\');
                rest = &rest[at + 1..];
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw\n\
        30 22 0:25 / /var/lib rw - overlay overlay rw\n\
        31 22 8:1 / /var/lib/fieldhub rw,relatime shared:9 - ext4 /dev/sda1 ro,errors=remount-ro\n\
        broken\n\
        32 22 8:17 / /media/crew\\040stick rw - vfat /dev/sdb1 rw\n\
        33 22 8:33 / /media/crew\\040stick rw - vfat /dev/sdc1 rw\n";

    #[test]
    fn a_path_is_on_the_innermost_mount_and_of_equals_on_the_last() {
        let at = |path: &str| of(TABLE, Path::new(path)).unwrap();
        assert_eq!((at("/home/pi/data").numbers.as_str(), at("/home/pi/data").writable), ("179:2", true));
        assert_eq!(at("/var/lib/fieldhubs").kind, "overlay");
        let failed = at("/var/lib/fieldhub");
        assert_eq!((failed.source.to_str().unwrap(), failed.writable), ("/dev/sda1", false));
        assert_eq!(at("/media/crew stick/x").source, Path::new("/dev/sdc1"));
        assert_eq!(of("", Path::new("/")), None);
    }
}
