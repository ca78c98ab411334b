//! Bounds (quotas): what one audit, and one technician in it, may make a hub hold. A mark that goes beyond one is refused alone, and
//! told what to do; what was taken in before stays.
//!
//! Judged by `store` as operations come in, whatever door they come by; the numbers are settings.

use std::fmt;

use super::stamp::Seen;

/// Stamps of marks that this hub does not hold, in the base of one mark: what its author has seen on other hubs, or what a restore
/// has lost. More than a crew makes of one module.
pub const UNKNOWN_STAMPS: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditBounds {
    /// Bytes of the comments that one audit shows, and of those that stand against them.
    pub audit_text: usize,
    /// Bytes of the comments by one technician that it shows.
    pub member_text: usize,
    /// Bytes of the log of one audit ...
    pub audit_log: u64,
    /// ... and of what one technician wrote there.
    pub member_log: u64,
    /// Stamps that one audit keeps for what authors had seen; 24 bytes each.
    pub stamps: usize,
    /// Marks of one module that stand against each other.
    pub heads: usize,
    /// Bytes of the audits that are in memory. One alone may be larger.
    pub in_memory: usize,
}

impl Default for AuditBounds {
    fn default() -> Self {
        Self {
            audit_text: 32 << 20,
            member_text: 8 << 20,
            audit_log: 1 << 30,
            member_log: 64 << 20,
            stamps: 1 << 20,
            heads: 64,
            in_memory: 64 << 20,
        }
    }
}

/// Which of them a mark went beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Beyond {
    AuditText,
    MemberText,
    AuditLog,
    MemberLog,
    Stamps,
    Heads,
    Photos,
    Properties,
}

impl Beyond {
    pub const ALL: [Self; 8] = [
        Self::AuditText,
        Self::MemberText,
        Self::AuditLog,
        Self::MemberLog,
        Self::Stamps,
        Self::Heads,
        Self::Photos,
        Self::Properties,
    ];

    /// The field to blame.
    pub fn field(self) -> &'static str {
        match self {
            Self::AuditText | Self::MemberText => "comment",
            Self::AuditLog | Self::MemberLog => "id",
            Self::Stamps => "base",
            Self::Heads => "module_id",
            Self::Photos => "photos",
            Self::Properties => "set",
        }
    }

    /// As the metrics name it.
    pub fn label(self) -> &'static str {
        match self {
            Self::AuditText => "audit_text",
            Self::MemberText => "member_text",
            Self::AuditLog => "audit_log",
            Self::MemberLog => "member_log",
            Self::Stamps => "stamps",
            Self::Heads => "heads",
            Self::Photos => "photos",
            Self::Properties => "properties",
        }
    }
}

impl fmt::Display for Beyond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AuditText => {
                "the comments of this audit are as long as they may be in all: shorten some, or have the hub's \
                 limits.audit_text raised"
            }
            Self::MemberText => {
                "your comments in this audit are as long as they may be in all: shorten some, or have the hub's \
                 limits.member_text raised"
            }
            Self::AuditLog => {
                "this audit has as many marks as the hub may keep: go on in a new one, or have the hub's limits.audit_log \
                 raised"
            }
            Self::MemberLog => {
                "you have written into this audit as much as one may: ask somebody else of the crew to go on, or have the \
                 hub's limits.member_log raised"
            }
            Self::Stamps => "it names too many marks that this hub does not know: look at the module again, and mark it",
            Self::Heads => {
                "too many marks of this module stand against each other already: look at it, and mark it having seen them"
            }
            Self::Photos => "this audit has 20,000 photos, as many as it may: go on in a new one",
            Self::Properties => "this audit has 100,000 values of its modules and strings, as many as it may",
        })
    }
}

impl Seen {
    /// Without what nobody here knows: of stamps whose devices `held` does not have, the latest `most`. What made-up
    /// devices a base may name would else be held for good, on each module.
    pub fn known(self, held: &Seen, most: usize) -> Seen {
        let is_known = |stamp: &&super::Stamp| held.last_of(stamp.actor).is_some();
        let mut unknown: Vec<_> = self.stamps().iter().filter(|stamp| !is_known(stamp)).copied().collect();
        if unknown.len() <= most {
            return self;
        }
        unknown.sort_unstable_by(|a, b| b.cmp(a));
        unknown.truncate(most);
        let mut seen = Seen::default();
        for stamp in self.stamps().iter().filter(is_known).chain(&unknown) {
            seen.add(*stamp);
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::super::Stamp;
    use super::*;

    fn seen(actors: impl Iterator<Item = u64>) -> Seen {
        let mut seen = Seen::default();
        actors.for_each(|actor| seen.add(Stamp { ms: 1_000 + actor, counter: 0, actor }));
        seen
    }

    #[test]
    fn a_base_keeps_what_is_held_here_and_a_few_others() {
        let held = seen(1..=40);
        let actors = |seen: Seen| seen.stamps().iter().map(|stamp| stamp.actor).collect::<Vec<_>>();
        assert_eq!(actors(seen(1..=45).known(&held, 5)), (1..=45).collect::<Vec<_>>());
        let most: Vec<u64> = (1..=40).chain(99..=100).collect();
        assert_eq!(actors(seen(1..=100).known(&held, 2)), most, "the latest of them");
        assert_eq!(actors(seen(20..=100).known(&held, 0)), (20..=40).collect::<Vec<_>>());
    }
}
