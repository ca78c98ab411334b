//! Payload of an operation: what it does, as bytes. A kind number and what belongs to it. So a hub can keep and pass on
//! kinds that it does not know.
//!
//! Called by `store::record` for rows and by `page` for the wire; both must agree for ever.

use super::id::{Invalid, short_text};
use super::layout::Layout;

use super::op::{Body, Carried, DetailsChange, Mark, Note};
use super::photo::{Photo, PhotoEdit};
use super::property::Property;
use super::report::ReportVersion;

pub const KIND_MARK: u16 = 1;
const KIND_DETAILS: u16 = 2;
const KIND_LAYOUT: u16 = 3;
const KIND_NOTE: u16 = 4;
const KIND_LAYOUT_EDIT: u16 = 5;
pub const KIND_RESTORE: u16 = 6;
pub const KIND_PHOTO: u16 = 7;
const KIND_PHOTO_EDIT: u16 = 8;
pub const KIND_PROPERTY: u16 = 9;
/// Nothing of the state is folded from it.
const KIND_REPORT: u16 = 10;

/// The latest kind that this version knows. What the tables hold was perhaps folded by one that knew fewer: see
/// `store::record::Fold`.
pub const KNOWN_KINDS: u16 = KIND_PROPERTY;

/// Bytes of a kind that this version does not know.
pub const MAX_UNKNOWN: usize = 1 << 20;

impl Body {
    pub fn to_bytes(&self) -> Result<(u16, Vec<u8>), postcard::Error> {
        Ok(match self {
            Body::Mark(mark) => (KIND_MARK, postcard::to_stdvec(mark)?),
            Body::Details(details) => (KIND_DETAILS, postcard::to_stdvec(details)?),
            Body::Layout(layout) => (KIND_LAYOUT, postcard::to_stdvec(layout)?),
            Body::Note(note) => (KIND_NOTE, postcard::to_stdvec(note)?),
            Body::LayoutEdit(edit) => (KIND_LAYOUT_EDIT, postcard::to_stdvec(edit)?),
            Body::Restore(restore) => (KIND_RESTORE, postcard::to_stdvec(restore)?),
            Body::Photo(photo) => (KIND_PHOTO, photo.to_bytes()?),
            Body::PhotoEdit(edit) => (KIND_PHOTO_EDIT, edit.to_bytes()?),
            Body::Property(property) => (KIND_PROPERTY, property.to_bytes()?),
            Body::Report(version) => (KIND_REPORT, version.to_bytes()?),
            Body::Unknown { kind, bytes } => (*kind, bytes.clone()),
        })
    }

    pub fn from_bytes(kind: u16, bytes: &[u8]) -> Result<Body, postcard::Error> {
        Ok(match kind {
            KIND_MARK => Body::Mark(postcard::from_bytes(bytes)?),
            KIND_DETAILS => Body::Details(postcard::from_bytes(bytes)?),
            KIND_LAYOUT => Body::Layout(postcard::from_bytes(bytes)?),
            KIND_NOTE => Body::Note(postcard::from_bytes(bytes)?),
            KIND_LAYOUT_EDIT => Body::LayoutEdit(postcard::from_bytes(bytes)?),
            KIND_RESTORE => Body::Restore(postcard::from_bytes(bytes)?),
            KIND_PHOTO => Body::Photo(Box::new(Photo::from_bytes(bytes)?)),
            KIND_PHOTO_EDIT => Body::PhotoEdit(Box::new(PhotoEdit::from_bytes(bytes)?)),
            // Of things that a later version knows, it is kept and passed on as what is not known.
            KIND_PROPERTY => match Property::from_bytes(bytes) {
                Ok(property) => Body::Property(Box::new(property)),
                Err(_) => Body::Unknown { kind, bytes: bytes.to_vec() },
            },
            // What only a later version can read is kept and passed on as it is.
            KIND_REPORT => match ReportVersion::from_bytes(bytes) {
                Ok(version) => Body::Report(Box::new(version)),
                Err(_) => Body::Unknown { kind, bytes: bytes.to_vec() },
            },
            kind => Body::Unknown { kind, bytes: bytes.to_vec() },
        })
    }
}

impl Carried {
    /// About so many bytes in a log: pages refer to what came before, so a few bytes of one may tell a thousand times as many.
    pub fn weight(&self) -> usize {
        use postcard::experimental::serialized_size as size;
        const HEAD: usize = 128;
        let body = match &self.body {
            Body::Mark(mark) => size(mark),
            Body::Details(details) => size(details),
            Body::Layout(layout) => size(layout),
            Body::Note(note) => size(note),
            Body::LayoutEdit(edit) => size(edit),
            Body::Restore(restore) => size(restore),
            Body::Photo(photo) => size(photo).map(|bytes| bytes + photo.later.len()),
            Body::PhotoEdit(edit) => size(edit).map(|bytes| bytes + edit.later.len()),
            Body::Property(property) => size(property).map(|bytes| bytes + property.later.len()),
            Body::Report(version) => size(version).map(|bytes| bytes + version.behind().len()),
            Body::Unknown { bytes, .. } => Ok(bytes.len()),
        };
        HEAD + body.unwrap_or(MAX_UNKNOWN) + size_of_val(self.base.stamps())
    }

    /// What another hub sent was checked there, by its word. Whatever is out of form would be in everybody's
    /// history for good, so it is looked at again.
    pub fn check(&self) -> Result<(), Invalid> {
        is_name("technician_name", &self.author.name)?;
        if self.base.covers(self.stamp) {
            return Err(Invalid::new("base", "it has seen itself"));
        }
        match &self.body {
            Body::Mark(mark) => is_mark(mark),
            Body::Restore(restore) => is_mark(&restore.mark).and_then(|()| restore.check()),
            Body::Details(DetailsChange { name, client, location }) => {
                let texts = [("name", name.as_ref())].into_iter();
                let rest = [("client", client), ("location", location)];
                let rest =
                    rest.into_iter().map(|(field, text)| (field, text.as_ref().and_then(Option::as_ref)));
                let mut all = texts.chain(rest).filter_map(|(field, text)| Some((field, text?)));
                all.try_for_each(|(field, text)| is_name(field, text))
            }
            Body::Layout(layout) if Layout::new(layout.places().to_vec())? != *layout => {
                Err(Invalid::new("modules", "they are not in order"))
            }
            Body::Note(note) if Note::new(&note.text)? != *note => {
                Err(Invalid::new("text", "it has spaces around it"))
            }
            Body::LayoutEdit(edit) if edit.clone().checked()? != *edit => {
                Err(Invalid::new("name", "it is empty, or has spaces around it"))
            }
            Body::Photo(photo) if Photo::clone(photo).checked()? != **photo => {
                Err(Invalid::new("caption", "it is empty, or has spaces around it"))
            }
            Body::PhotoEdit(edit) if PhotoEdit::clone(edit).checked()? != **edit => {
                Err(Invalid::new("caption", "it is empty, or has spaces around it"))
            }
            Body::Property(property) if Property::clone(property).checked()? != **property => {
                Err(Invalid::new("set", "a value has spaces around it"))
            }
            Body::Report(version) => ReportVersion::clone(version).checked().map(|_| ()),
            Body::Unknown { bytes, .. } if bytes.len() > MAX_UNKNOWN => {
                Err(Invalid::new("kind", "a kind that this version does not know, and too large"))
            }
            Body::Layout(_)
            | Body::Note(_)
            | Body::LayoutEdit(_)
            | Body::Photo(_)
            | Body::PhotoEdit(_)
            | Body::Property(_)
            | Body::Unknown { .. } => Ok(()),
        }
    }
}

fn is_mark(mark: &Mark) -> Result<(), Invalid> {
    let Mark { module, status, comment } = mark.clone();
    if Mark::new(module, status, comment)? != *mark {
        return Err(Invalid::new("comment", "it is empty, or has spaces around it"));
    }
    Ok(())
}

fn is_name(field: &str, text: &str) -> Result<(), Invalid> {
    match short_text(field, text)? {
        Some(trimmed) if trimmed == text => Ok(()),
        _ => Err(Invalid::new(field, "it is empty, or has spaces around it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{DeviceId, ModuleId};
    use crate::domain::{Author, OpId, Place, Seen, Stamp};

    fn with(body: Body) -> Carried {
        Carried {
            id: OpId::from_u128(1),
            author: Author::new("tech_1", None).unwrap(),
            device: DeviceId::parse("dev_1").unwrap(),
            marked_ms: 5,
            stamp: Stamp { ms: 5, counter: 0, actor: 1 },
            base: Seen::default(),
            body,
        }
    }

    fn mark(comment: &str) -> Body {
        let module = ModuleId::parse("M001").unwrap();
        Body::Mark(Mark { module, status: None, comment: Some(Some(comment.to_owned())) })
    }

    #[test]
    fn what_no_hub_would_have_let_in_is_refused_on_the_way_as_well() {
        let field = |body| with(body).check().unwrap_err().field;
        assert!(with(mark("glass")).check().is_ok());
        assert_eq!(field(mark(" glass")), "comment");
        assert_eq!(field(mark("")), "comment");
        assert_eq!(field(mark(&"é".repeat(4_001))), "comment");
        let nothing = Mark { module: ModuleId::parse("M001").unwrap(), status: None, comment: None };
        assert_eq!(field(Body::Mark(nothing)), "status");
        let named = |name: &str| DetailsChange { name: Some(name.to_owned()), ..DetailsChange::default() };
        assert!(with(Body::Details(named("JALIBAT"))).check().is_ok());
        assert_eq!(field(Body::Details(named("a\nb"))), "name");
        let client = DetailsChange { client: Some(Some(String::new())), ..DetailsChange::default() };
        assert_eq!(field(Body::Details(client)), "client");
        let mut nameless = with(mark("glass"));
        nameless.author.name = "".into();
        assert_eq!(nameless.check().unwrap_err().field, "technician_name");
        let note = |text: &str| Body::Note(Note { text: text.to_owned() });
        assert!(with(note("bring the ladder")).check().is_ok());
        for text in ["", " ladder", &"é".repeat(2_001)] {
            assert_eq!(field(note(text)), "text");
        }
        assert_eq!(field(Body::Unknown { kind: 900, bytes: vec![0; MAX_UNKNOWN + 1] }), "kind");
        assert!(with(Body::Unknown { kind: 900, bytes: vec![0; MAX_UNKNOWN] }).check().is_ok());
        let mut knowing = with(mark("glass"));
        knowing.base.add(knowing.stamp.next_for(1));
        assert_eq!(knowing.check().unwrap_err().field, "base");
    }

    #[test]
    fn a_property_of_something_that_only_a_later_version_knows_is_kept_as_it_is() {
        let bytes = [7, 1, 2, 3];
        let body = Body::from_bytes(KIND_PROPERTY, &bytes).unwrap();
        assert_eq!(body, Body::Unknown { kind: KIND_PROPERTY, bytes: bytes.to_vec() });
        assert_eq!(body.to_bytes().unwrap(), (KIND_PROPERTY, bytes.to_vec()));
        let set = [("severity".to_owned(), Some(" B".to_owned()))].into();
        let spaced = Property::new(crate::domain::property::PropertyOf::Audit, set);
        assert_eq!(with(Body::Property(Box::new(spaced))).check().unwrap_err().field, "set");
    }

    #[test]
    fn a_layout_that_only_serde_has_seen_is_looked_at() {
        let place = |id: &str, position| Place {
            module: ModuleId::parse(id).unwrap(),
            string: 1,
            position,
            row: None,
            col: None,
        };
        let of = |places: &[Place]| {
            let bytes = postcard::to_stdvec(places).unwrap();
            with(Body::from_bytes(KIND_LAYOUT, &bytes).unwrap()).check()
        };
        assert!(of(&[place("A", 1), place("B", 2)]).is_ok());
        assert_eq!(of(&[place("B", 2), place("A", 1)]).unwrap_err().field, "modules");
        assert_eq!(of(&[place("A", 1), place("A", 2)]).unwrap_err().field, "module_id");
        assert_eq!(of(&[]).unwrap_err().field, "modules");
    }
}
