//! Presence: who is here. In memory alone, so that heartbeats never wear the card.
//!
//! Called through the hub by v3.3 heartbeats and the native call alike: one list.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::domain::id::TechnicianId;
use crate::domain::{Author, LinkName, ModuleId, Token};

/// Gone after this long without a word.
const GONE_MS: u64 = 30_000;
/// More than any crew.
const MOST: usize = 256;
/// Those who have not joined, on an audit that is open to v3.3: they crowd out nobody of the crew.
const STRANGERS: usize = 32;

/// What somebody is looking at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    pub focus: Option<ModuleId>,
    pub string: Option<u16>,
}

impl From<Option<ModuleId>> for Whereabouts {
    fn from(focus: Option<ModuleId>) -> Self {
        Self { focus, string: None }
    }
}

/// One technician who is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    pub name: String,
    pub at: Whereabouts,
    /// Site time, for people.
    pub last_seen_ms: u64,
    /// Present elsewhere: the link that told us.
    pub via: Option<LinkName>,
    stranger: bool,
    /// Monotonic time, for expiry: the site clock may jump.
    heard_ms: u64,
}

#[derive(Debug, Default)]
pub struct Presence {
    audits: Mutex<HashMap<Token, HashMap<TechnicianId, Present>>>,
}

impl Presence {
    /// True when others should hear of it: somebody new, another name, another place.
    pub fn seen(
        &self,
        token: &Token,
        author: &Author,
        stranger: bool,
        at: Whereabouts,
        (heard_ms, last_seen_ms): (u64, u64),
    ) -> bool {
        let name = author.name.to_string();
        self.note(token, &author.id, Present { name, at, last_seen_ms, via: None, stranger, heard_ms })
    }

    /// Somebody whom an upstream told us of. Who is here as well is here.
    pub fn seen_via(
        &self,
        link: &LinkName,
        token: &Token,
        author: &Author,
        at: Whereabouts,
        (heard_ms, last_seen_ms): (u64, u64),
    ) -> bool {
        let (name, via) = (author.name.to_string(), Some(link.clone()));
        self.note(token, &author.id, Present { name, at, last_seen_ms, via, stranger: false, heard_ms })
    }

    fn note(&self, token: &Token, id: &TechnicianId, present: Present) -> bool {
        let mut audits = self.audits.lock();
        let here = audits.entry(token.clone()).or_default();
        here.retain(|_, p| present.heard_ms.saturating_sub(p.heard_ms) < GONE_MS);
        let stranger = present.stranger;
        if present.via.is_some() && here.get(id).is_some_and(|old| old.via.is_none()) {
            return false;
        }
        let most = if stranger { STRANGERS } else { MOST };
        let alike = here.values().filter(|p| p.stranger == stranger).count();
        if alike >= most && !here.contains_key(id) {
            return false;
        }
        let same =
            |old: &Present| (&old.name, &old.at, &old.via) == (&present.name, &present.at, &present.via);
        let news = !here.get(id).is_some_and(same);
        here.insert(id.clone(), present);
        news
    }

    pub fn list(&self, token: &Token, monotonic_ms: u64) -> Vec<(TechnicianId, Present)> {
        let audits = self.audits.lock();
        let here = audits.get(token).into_iter().flatten();
        let mut list: Vec<_> = here
            .filter(|(_, p)| monotonic_ms.saturating_sub(p.heard_ms) < GONE_MS)
            .map(|(id, p)| (id.clone(), p.clone()))
            .collect();
        list.sort_by(|a, b| (&a.1.name, &a.0).cmp(&(&b.1.name, &b.0)));
        list
    }

    pub fn forget(&self, token: &Token) {
        self.audits.lock().remove(token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gone_after_thirty_seconds_and_only_news_wakes_others() {
        let presence = Presence::default();
        let token = Token::parse("t").unwrap();
        let lea = Author::new("tech_1", Some("Léa".into())).unwrap();
        assert!(presence.seen(&token, &lea, false, Whereabouts::default(), (0, 0)));
        assert!(!presence.seen(&token, &lea, false, Whereabouts::default(), (10_000, 0)));
        assert!(presence.seen(
            &token,
            &lea,
            false,
            Some(ModuleId::parse("M001").unwrap()).into(),
            (20_000, 0)
        ));
        assert_eq!(presence.list(&token, 49_999).len(), 1);
        assert_eq!(presence.list(&token, 50_000).len(), 0);
        assert!(
            presence.seen(&token, &lea, false, Whereabouts::default(), (60_000, 0)),
            "back again is news"
        );
    }

    #[test]
    fn a_flood_of_names_is_bounded_and_strangers_crowd_out_nobody() {
        let presence = Presence::default();
        let token = Token::parse("t").unwrap();
        let flood = |stranger: bool| {
            for n in 0..1_000 {
                let author = Author::new(format!("tech_{stranger}_{n}"), None).unwrap();
                presence.seen(&token, &author, stranger, Whereabouts::default(), (0, 0));
            }
            presence.list(&token, 0).len()
        };
        assert_eq!(flood(true), STRANGERS);
        assert_eq!(flood(false), STRANGERS + MOST);
    }
}
