//! Photos before they are acknowledged: an operation is taken when all blobs that it names are whole on the disk, and they stay until
//! it is in the log.
//!
//! Called by `ops`, between reading and applying; calls the hub's blobs. Other hubs' operations do not come this way: their blobs
//! come after them.

use std::sync::Arc;

use super::op_fields::OpRefusal;
use crate::domain::photo::BlobHash;
use crate::domain::{Body as OpBody, NewOp, Photo, Token};
use crate::http::refusal_code::RefusalCode;
use crate::hub::Hub;
use crate::store::{Blobs, Have, Pins, StoreError};

/// What was sent, each with how many operations it became or why it is refused.
type SentOps = Vec<(Option<String>, Result<usize, OpRefusal>)>;

/// Whether one of them is a photo: then it is looked what lies on the disk.
pub fn any(ops: &[NewOp]) -> bool {
    ops.iter().any(|op| matches!(op.body, OpBody::Photo(_)))
}

/// Refuses the photos whose blobs are not here, and holds those of the others.
pub fn hold(
    hub: &Hub,
    token: &Token,
    sent: &mut SentOps,
    ops: Vec<NewOp>,
) -> Result<(Vec<NewOp>, Vec<Pins>), StoreError> {
    let (mut kept, mut pins) = (Vec::with_capacity(ops.len()), Vec::new());
    let mut ops = ops.into_iter();
    for (_, read) in sent {
        let Ok(became) = *read else { continue };
        let mine: Vec<NewOp> = ops.by_ref().take(became).collect();
        if let [NewOp { id, body: OpBody::Photo(photo), .. }] = &mine[..] {
            // What the log has it has acknowledged: a tablet that sends it again may no longer have the pictures.
            let known = hub.view(token, |loaded, _| {
                loaded.state.photos().get(*id).is_some_and(|state| state.taken().is_some())
            })?;
            if !known {
                match look(hub.blobs(), photo) {
                    Ok(held) => pins.push(held),
                    Err(refusal) => {
                        *read = Err(refusal);
                        continue;
                    }
                }
            }
        }
        kept.extend(mine);
    }
    Ok((kept, pins))
}

fn look(blobs: &Arc<Blobs>, photo: &Photo) -> Result<Pins, OpRefusal> {
    let hashes: Vec<BlobHash> = photo.variants.iter().map(|variant| variant.hash).collect();
    let (pins, missing) = blobs.pin(&hashes);
    if !missing.is_empty() {
        return Err(OpRefusal {
            reason: "variants: not all of them are whole on this hub: send those, then this again".to_owned(),
            code: Some(RefusalCode::PhotoMissing),
            missing: Some(missing.iter().map(BlobHash::to_string).collect()),
        });
    }
    for variant in &photo.variants {
        let wrong = |what: &str, is: String| OpRefusal {
            reason: format!("{what}: of the {} on this hub it is {is}", variant.class),
            code: Some(RefusalCode::PhotoWrong),
            missing: None,
        };
        match blobs.have(variant.hash) {
            Have::Whole(bytes) if bytes != variant.bytes => return Err(wrong("bytes", bytes.to_string())),
            _ => {}
        }
        let unread = |error: std::io::Error| {
            tracing::error!(%error, "a photo that is here cannot be read");
            OpRefusal::from("variants: the hub cannot read what it has of it: try again later".to_owned())
        };
        let kind = blobs.picture_type(variant.hash).map_err(unread)?.map_or("none", |kind| kind.as_str());
        if kind != variant.media_type {
            return Err(wrong("type", kind.to_owned()));
        }
    }
    Ok(pins)
}
