//! Bounds (quotas) of an audit and of a technician in it, from what is set of them.
//!
//! Called by whoever opens the hub in this process; calls `config` and `domain`.

use crate::config::{self, Size};
use crate::domain::AuditBounds;

/// What is set, and for the rest the defaults.
pub fn of(set: &config::Limits) -> AuditBounds {
    let default = AuditBounds::default();
    let memory = |size: Option<Size>, default| {
        size.map_or(default, |size| usize::try_from(size.0).unwrap_or(usize::MAX))
    };
    let disk = |size: Option<Size>, default| size.map_or(default, |size| size.0);
    AuditBounds {
        audit_text: memory(set.audit_text, default.audit_text),
        member_text: memory(set.member_text, default.member_text),
        audit_log: disk(set.audit_log, default.audit_log),
        member_log: disk(set.member_log, default.member_log),
        in_memory: memory(set.audits_in_memory, default.in_memory),
        ..default
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, DEFAULT_FILE, Layer};

    #[test]
    fn the_printed_file_says_what_the_defaults_are() {
        let file: Layer = toml::from_str(DEFAULT_FILE).unwrap();
        assert_eq!(of(&Config::resolve([file]).unwrap().limits), AuditBounds::default());
        let set: Layer = toml::from_str("[limits]\nmember_text = \"1MiB\"").unwrap();
        let less = AuditBounds { member_text: 1 << 20, ..AuditBounds::default() };
        assert_eq!(of(&Config::resolve([set]).unwrap().limits), less);
    }
}
