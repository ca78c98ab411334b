//! Photos of an audit, laid beside what they are of, in a fixed order and with fixed names.
//!
//! Called by `gather`; calls nothing but the audit's state.

use std::collections::BTreeMap;

use super::{ReportModule, ReportPhoto};
use crate::domain::audit::AuditState;
use crate::domain::id::{ModuleId, OpId};
use crate::domain::photo::{BlobHash, PhotoPlace, PhotoState};

/// Gives a picture's bytes, where they are here.
pub type Pictures<'a> = &'a mut dyn FnMut(BlobHash) -> Option<Vec<u8>>;

/// Those that show, until somebody takes them who has their place.
#[derive(Debug)]
pub(super) struct PhotosByPlace(BTreeMap<PhotoPlace, Vec<ReportPhoto>>);

impl PhotosByPlace {
    pub(super) fn of(state: &AuditState) -> Self {
        let mut by_place: BTreeMap<PhotoPlace, Vec<ReportPhoto>> = BTreeMap::new();
        for (id, photo) in state.photos().iter().filter(|(_, photo)| photo.is_shown()) {
            let mut place = photo.place();
            place.module = place.module.map(|module| state.name_of(&module));
            let hidden = match (&place.module, place.string) {
                (Some(module), _) => state.is_hidden(module),
                (None, Some(number)) => {
                    state.all_strings().iter().any(|string| string.number == number && string.hidden)
                }
                (None, None) => false,
            };
            if let (false, Some(photo)) = (hidden, found(id, photo)) {
                by_place.entry(place).or_default().push(photo);
            }
        }
        Self(by_place)
    }

    fn take(&mut self, place: &PhotoPlace, stem: &str) -> Vec<ReportPhoto> {
        let mut photos = self.0.remove(place).unwrap_or_default();
        photos.sort_by_key(|photo| (photo.at_ms, photo.photo));
        for (photo, number) in photos.iter_mut().zip(1..) {
            photo.number = number;
            photo.stem = format!("{stem}-{number}");
        }
        photos
    }

    pub(super) fn of_module(&mut self, module: &ReportModule) -> Vec<ReportPhoto> {
        if self.0.is_empty() {
            return Vec::new();
        }
        self.take(&PhotoPlace { module: Some(module.id.clone()), string: None }, &module.stem())
    }

    pub(super) fn of_string(&mut self, number: u16) -> Vec<ReportPhoto> {
        self.take(&PhotoPlace { module: None, string: Some(number) }, &format!("S{number:02}"))
    }

    /// Of the site, and all that is left: of modules and strings that the audit does not show by themselves.
    pub(super) fn of_site(mut self) -> Vec<ReportPhoto> {
        let mut photos = self.take(&PhotoPlace::default(), "site");
        let places: Vec<PhotoPlace> = self.0.keys().cloned().collect();
        for place in places {
            let stem = match (&place.module, place.string) {
                (Some(module), _) => ModuleId::to_string(module),
                (None, string) => format!("S{:02}", string.unwrap_or_default()),
            };
            photos.extend(self.take(&place, &stem));
        }
        photos
    }
}

/// `None`: only a change of it is here.
fn found(id: OpId, photo: &PhotoState) -> Option<ReportPhoto> {
    let taken = photo.taken()?;
    Some(ReportPhoto {
        photo: id,
        number: 0,
        stem: String::new(),
        variants: taken.variants.clone(),
        kind: taken.picture_kind.clone(),
        caption: photo.caption().map(str::to_owned),
        by: taken.by.name.to_string(),
        at_ms: taken.taken_ms.unwrap_or_else(|| taken.shown_ms()),
    })
}
