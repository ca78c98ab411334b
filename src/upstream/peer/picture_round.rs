//! Pictures (blob transfer) with another fieldhub: which one has its turn. After the marks, step by step: thumbnails of all audits, then
//! previews, then originals, each within its budget and hours.
//!
//! Called by the round when no mark waits; calls `audit_pictures`.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::audit_pictures::{ASKED, PictureTurn};
use super::picture_turns::PictureTurns;
use super::sync_state::PeerAuditSync;
use crate::domain::Token;
use crate::domain::photo::CLASSES;
use crate::hub::LinkReason;
use crate::upstream::link::{Stop, UpstreamLink};

/// On a link that is quick, steps follow each other for so long before marks are looked for in every audit.
const TURN: Duration = Duration::from_millis(200);

/// Steps of pictures, until a mark is to go or some time has passed; when to come again.
pub async fn go(
    turns: &mut PictureTurns,
    all: &mut HashMap<Token, PeerAuditSync>,
    link: &UpstreamLink,
) -> Result<Option<Duration>, Stop> {
    if let Some(left) = turns.held_for(link) {
        link.board.set_photos_held(turns.held.as_ref().map(|held| held.why.clone()));
        return Ok(Some(left));
    }
    let begun = Instant::now();
    loop {
        let (turn, why) = one(turns, all, link).await?;
        let (again, why) = match turn {
            PictureTurn::Worked if begun.elapsed() < TURN && !a_mark_waits(all, link) => {
                turns.broke = 0;
                continue;
            }
            PictureTurn::Worked => (Duration::ZERO, why),
            PictureTurn::Rests(left) => (left, why),
            PictureTurn::Held(why, after) => (turns.hold(why.clone(), after, None), Some(why)),
            PictureTurn::Broke(why) => (turns.hold_broken(why.clone(), link.answers()), Some(why)),
        };
        link.board.set_photos_held(why);
        return Ok(Some(again));
    }
}

/// One step of one picture, of the first class that has one; and why others may not go now.
async fn one(
    turns: &mut PictureTurns,
    all: &mut HashMap<Token, PeerAuditSync>,
    link: &UpstreamLink,
) -> Result<(PictureTurn, Option<LinkReason>), Stop> {
    let mut tokens: Vec<Token> = all.keys().cloned().collect();
    tokens.sort_unstable();
    if !tokens.is_empty() {
        turns.turn = (turns.turn + 1) % tokens.len();
        tokens.rotate_left(turns.turn);
    }
    let (mut rests, mut held) = (ASKED, None);
    for class in 0..CLASSES.len() {
        let leave = match link.may_travel(class) {
            Ok(leave) => leave,
            Err((why, after)) => {
                if all.values().any(|audit| audit.pictures.waits(class)) {
                    held = held.or(Some(why));
                    rests = rests.min(after);
                }
                continue;
            }
        };
        for token in &tokens {
            let Some(audit) = all.get_mut(token) else { continue };
            // Not asked yet, or left alone for a while: not before its marks.
            if audit.there.is_none() || audit.schedule.is_left_alone() {
                continue;
            }
            let acked = audit.row.acked;
            match audit.pictures.turn(link, token, leave, acked, turns).await? {
                PictureTurn::Rests(left) => rests = rests.min(left),
                turn => return Ok((turn, held)),
            }
        }
    }
    Ok((PictureTurn::Rests(rests), held))
}

/// Whether any audit's log has grown since it was looked at.
fn a_mark_waits(all: &HashMap<Token, PeerAuditSync>, link: &UpstreamLink) -> bool {
    all.iter().any(|(token, audit)| link.hub.head(token).is_ok_and(|head| head > audit.head))
}
