//! Import of pictures (EL images from a card or folder): which picture belongs to which module, as a proposal that people look at
//! before anything is made. By names, a list, walking order or time; what cannot be known is left over, and nothing is guessed.
//!
//! Called by `http` for a proposal; calls `names`, `template`, `list`, `walk`, `by_time` and `adjust`. Pure: no picture is read.

pub mod adjust;
pub mod by_time;
pub mod camera_clock;
pub mod list;
pub mod names;
pub mod shots;
pub mod site;
pub mod template;
#[cfg(test)]
mod tests;
pub mod walk;

pub use adjust::Adjustment;
pub use by_time::MarkTime;
pub use camera_clock::{CameraClock, ClockHint};
pub use list::PictureList;
pub use site::PhotoSite;
pub use template::NameTemplate;
pub use walk::{Walk, WalkPath};

use super::codes::codes;
use super::id::Invalid;
use super::photo::{MAX_PHOTOS, PhotoPlace};

/// Pictures in one proposal: as many photos as an audit has.
pub const MAX_PICTURES: usize = MAX_PHOTOS;
/// Characters of the path of a picture within its folder.
pub const MAX_PATH: usize = 400;
/// Pictures of one module that are taken so close together are one shot.
pub const DOUBLE_MS: u64 = 5_000;

/// A picture as it lies on a card: all that is known of it without its pixels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CardPicture {
    /// Its path within the folder, `/` between the parts.
    pub name: String,
    pub bytes: u64,
    /// By the camera's clock, which may be wrong by hours or years.
    pub taken_ms: Option<u64>,
    /// A number that the camera counts up, where it says one.
    pub sequence: Option<u64>,
}

codes! {
    /// By which rule a picture was placed.
    MatchRule {
        /// The module's name is in that of the file.
        Module = "module",
        /// String and position are in the name of the file.
        Position = "position",
        Template = "template",
        List = "list",
        Order = "order",
        Time = "time",
        /// Somebody said so.
        Hand = "hand",
    }
}

codes! {
    /// How sure a place is. `unsure` is to be looked at.
    Sureness { Sure = "sure", Likely = "likely", Unsure = "unsure" }
}

codes! {
    /// Why a picture is left over.
    LeftOver {
        NothingInName = "nothing_in_name",
        /// Its name says several modules, or two things that do not go together.
        NamesSeveral = "names_several",
        /// A module, string or position is named that the audit does not show.
        UnknownModule = "unknown_module",
        NotInList = "not_in_list",
        ListedTwice = "listed_twice",
        /// Several pictures have the name that the list says.
        SameFileName = "same_file_name",
        /// More shots than modules.
        BeyondLast = "beyond_last",
        /// The camera has not said when.
        NoTime = "no_time",
        /// By how much the camera's clock is wrong cannot be told from the marks.
        ClockUnknown = "clock_unknown",
        NoMarkNear = "no_mark_near",
        /// Marks of several modules are as near.
        SeveralMarksNear = "several_marks_near",
        ByHand = "by_hand",
    }
}

/// Where a picture belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPlace {
    pub at: PhotoPlace,
    pub rule: MatchRule,
    pub sure: Sureness,
}

/// One of the pictures, in the order in which they were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureProposal {
    pub found: Result<FoundPlace, LeftOver>,
    /// Pictures of one shot have one number; shots count from 0 in the order in which they were taken.
    pub shot: usize,
}

/// How pictures find their modules.
#[derive(Debug, Clone)]
pub enum ImportRule {
    Name(Option<NameTemplate>),
    List(PictureList),
    Order(Walk),
    Time { clock: ClockHint, marks: Vec<MarkTime> },
}

/// What is proposed; nothing has been made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoProposal {
    pub pictures: Vec<PictureProposal>,
    pub shots: usize,
    /// What is added to the camera's times, where these were looked at.
    pub clock: Option<CameraClock>,
    /// Files that a list names and that are not among the pictures.
    pub not_there: Vec<String>,
}

/// Where each of the pictures belongs, as far as it can be known. `double_ms`: so close together is one shot.
pub fn propose(
    pictures: &[CardPicture],
    site: &PhotoSite,
    rule: &ImportRule,
    adjustments: &[Adjustment],
    double_ms: u64,
) -> Result<PhotoProposal, Invalid> {
    adjust::check(adjustments, pictures.len(), site)?;
    let left = adjust::left(adjustments);
    let shots = shots::shots(pictures, &left, double_ms);
    let (mut clock, mut not_there) = (None, Vec::new());
    let mut found = match rule {
        ImportRule::Name(None) => pictures.iter().map(|picture| names::place(&picture.name, site)).collect(),
        ImportRule::Name(Some(template)) => {
            pictures.iter().map(|picture| template.place(&picture.name, site)).collect()
        }
        ImportRule::List(list) => {
            let (found, unused) = list.places(pictures, site);
            not_there = unused;
            found
        }
        ImportRule::Order(walk) => walk::places(pictures.len(), &shots, site, walk, adjustments)?,
        ImportRule::Time { clock: hint, marks } => {
            let (found, fitted) = by_time::places(pictures, &shots, site, *hint, marks);
            clock = fitted;
            found
        }
    };
    let mut shot_of = vec![shots.shots.len(); pictures.len()];
    for (number, shot) in shots.shots.iter().enumerate() {
        shot.pictures.iter().for_each(|picture| shot_of[*picture] = number);
    }
    // A walk has them in it already.
    let moves = !matches!(rule, ImportRule::Order(_));
    adjust::apply(&mut found, adjustments, site, &shot_of, moves);
    let pictures =
        found.into_iter().zip(shot_of).map(|(found, shot)| PictureProposal { found, shot }).collect();
    Ok(PhotoProposal { pictures, shots: shots.shots.len(), clock, not_there })
}
