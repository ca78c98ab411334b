//! Events of the live feed (server-sent events, encoding): a page of the log, and whatever else is told, as bytes.
//!
//! Called by `live` and `live_many`; what it makes is shared by all who listen.

use bytes::Bytes;
use serde::Serialize;
use uuid::Uuid;

use super::wire::{LoggedOp, ModuleJson, PhotoJson, PropertyEvent};
use crate::domain::photo::photo_of;
use crate::domain::{Op, OpId, Proof, Token};
use crate::hub::Hub;
use crate::store::StoreError;

/// Operations read at a time, and bytes of the log.
const PAGE: usize = 256;
pub const PAGE_BYTES: usize = 64 << 10;

/// An event as it is sent; shared by all who get it.
pub type Event = Bytes;

#[derive(Serialize)]
struct LiveOp<'a> {
    #[serde(flatten)]
    op: LoggedOp,
    /// The merged module after this operation or a later one: readers need no merge of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<&'a ModuleJson>,
    /// The merged photo, alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<PhotoJson>,
    /// What is set of the thing that it sets something of, alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    property: Option<PropertyEvent>,
    marked: usize,
    defects: usize,
    /// What proves the event's id: `LOGID:SEQ:PROOF` is the cursor with it. Not in the id itself, which earlier pages
    /// compare with the log's.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<Proof>,
}

pub fn event(name: &str, data: &impl Serialize) -> Event {
    numbered(name, data, None)
}

/// With the id that its reader comes back with. JSON has no line breaks.
fn numbered(name: &str, data: &impl Serialize, id: Option<String>) -> Event {
    let mut text = format!("event: {name}\ndata: ").into_bytes();
    // Our own shapes have string keys and no failing Serialize: an error cannot come from them.
    let _ = serde_json::to_writer(&mut text, data);
    if let Some(id) = id {
        text.extend_from_slice(format!("\nid: {id}").as_bytes());
    }
    text.extend_from_slice(b"\n\n");
    text.into()
}

/// These photos as they are now: which of their pictures are here is not in the log.
pub fn photos_now(hub: &Hub, token: &Token, ids: &[OpId]) -> Result<Vec<PhotoJson>, StoreError> {
    hub.view(token, |loaded, _| {
        let state = &loaded.state;
        let now = |id: &OpId| PhotoJson::of(hub.blobs(), state, *id, state.photos().get(*id)?);
        ids.iter().filter_map(now).collect()
    })
}

/// The events of one page of the log after `from`, and where it ends.
pub fn encode(hub: &Hub, token: &Token, log_id: Uuid, from: u64) -> Result<(Vec<Event>, u64), StoreError> {
    let page = hub.since_within(token, from, PAGE, PAGE_BYTES)?;
    if hub.identity().log_id != log_id {
        // Positions of another log must not get into the ring of this one.
        return Err(StoreError::Replaced);
    }
    let (told, counts) = hub.view(token, |loaded, _| {
        let state = &loaded.state;
        let told = |op: &Op| {
            let module = op.body.module().map(|id| ModuleJson {
                hidden: state.is_hidden(id),
                photos: state.photos_of(id),
                ..ModuleJson::of(
                    state.shown(),
                    &state.place_of(id),
                    state.entry(id),
                    state.property_of_module(id),
                )
            });
            let photo = photo_of(op.id, &op.body).and_then(|id| Some((id, state.photos().get(id)?)));
            let photo = photo.and_then(|(id, photo)| PhotoJson::of(hub.blobs(), state, id, photo));
            let of = op.body.property().map(|property| state.thing_of(&property.of));
            let property = of.and_then(|of| Some(PropertyEvent::of(&of, state.property(&of)?)));
            (LoggedOp::of(op, state), module, photo, property)
        };
        (page.ops.iter().map(told).collect::<Vec<_>>(), state.counts)
    })?;
    let key = hub.cursor_key();
    let events = page.ops.iter().zip(&page.digests).zip(told).map(
        |((op, digest), (logged, module, photo, property))| {
            let data = LiveOp {
                op: logged,
                module: module.as_ref(),
                photo,
                property,
                marked: counts.marked(),
                defects: counts.defects(),
                proof: digest.map(|digest| key.prove(log_id, token, op.seq, digest)),
            };
            numbered("op", &data, Some(format!("{log_id}:{}", op.seq)))
        },
    );
    Ok((events.collect(), page.next))
}
