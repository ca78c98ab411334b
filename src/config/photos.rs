//! The `[photos]` table: what pictures may take of the hub's disk, and which of them go to other fieldhubs, how many bytes a day and
//! when. The defaults of the room are the store's, which `cli` fills in.
//!
//! Called by `config`; calls `domain` for hours.

use std::str::FromStr;

use serde::Deserialize;
use serde::de::{self, Deserializer};

use super::measure::Size;
use super::table;
use crate::domain::Hours;

table! {
    PhotoSettings, "photos":
    quota: Size,
    keep_free: Size,
    thumbs: DayBytes,
    thumb_hours: HourList,
    previews: DayBytes,
    preview_hours: HourList,
    originals: DayBytes,
    original_hours: HourList,
}

/// How many bytes of a class may go in a day: `all`, `off`, or a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayBytes(pub Option<u64>);

impl FromStr for DayBytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "all" => Ok(Self(None)),
            "off" => Ok(Self(Some(0))),
            text => text.parse().map(|Size(bytes)| Self(Some(bytes))).map_err(|_| {
                format!("`{text}` is not how much may go in a day; write all, off or a size such as 200MiB")
            }),
        }
    }
}

/// When: `always`, or hours with commas between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HourList(pub Vec<Hours>);

impl FromStr for HourList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "always" {
            return Ok(Self::default());
        }
        text.split(',').map(|hours| hours.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

fn text<'de, T: FromStr<Err = String>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
}

impl<'de> Deserialize<'de> for DayBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer)
    }
}

impl<'de> Deserialize<'de> for HourList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_a_day_and_when_is_read_and_named_when_it_is_wrong() {
        let set: PhotoSettings = toml::from_str(
            "thumbs = \"all\"\npreviews = \"5MiB\"\noriginals = \"off\"\noriginal_hours = \"06:00-08:00, 22:00-02:00\"\nthumb_hours = \"always\"",
        )
        .unwrap();
        let bytes = [set.thumbs, set.previews, set.originals].map(|bytes| bytes.unwrap().0);
        assert_eq!(bytes, [None, Some(5 << 20), Some(0)]);
        assert_eq!(set.original_hours.unwrap().0.len(), 2);
        assert_eq!(set.thumb_hours, Some(HourList::default()));
        let wrong = |text: &str| toml::from_str::<PhotoSettings>(text).unwrap_err().to_string();
        assert!(wrong("previews = \"lots\"").contains("write all, off or a size"));
        assert!(wrong("preview_hours = \"night\"").contains("write 06:00-08:00"));
    }
}
