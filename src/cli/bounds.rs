//! Bounds (quotas) of an audit, of a technician in it, and of photos, from what is set of them.
//!
//! Called by whoever opens the hub in this process; calls `config` and `domain`.

use crate::config::{self, Config, DayBytes, PhotoSettings, Size};
use crate::domain::AuditBounds;
use crate::store::BlobLimits;
use crate::upstream::PhotoRules;

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

/// Pictures leave more free than marks do, whatever is set: they never take the marks' room.
pub fn of_photos(config: &Config) -> BlobLimits {
    let default = BlobLimits::default();
    let least = config.min_free_bytes.saturating_mul(4);
    BlobLimits {
        quota: config.photos.quota.map_or(default.quota, |size| size.0),
        keep_free: config.photos.keep_free.map_or(default.keep_free, |size| size.0).max(least),
        ..default
    }
}

/// Which pictures go to other fieldhubs.
pub fn of_travel(set: &PhotoSettings) -> PhotoRules {
    let each = [
        (set.thumbs, &set.thumb_hours),
        (set.previews, &set.preview_hours),
        (set.originals, &set.original_hours),
    ];
    let mut rules = PhotoRules::default();
    for (rule, (per_day, hours)) in rules.0.iter_mut().zip(each) {
        rule.per_day = per_day.map_or(rule.per_day, |DayBytes(bytes)| bytes);
        rule.hours = hours.clone().unwrap_or_default().0;
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{DEFAULT_FILE, Layer};

    #[test]
    fn the_printed_file_says_what_the_defaults_are() {
        let file: Layer = toml::from_str(DEFAULT_FILE).unwrap();
        assert_eq!(of(&Config::resolve([file]).unwrap().limits), AuditBounds::default());
        let file: Layer = toml::from_str(DEFAULT_FILE).unwrap();
        assert_eq!(of_photos(&Config::resolve([file]).unwrap()), BlobLimits::default());
        let file: Layer = toml::from_str(DEFAULT_FILE).unwrap();
        assert_eq!(of_travel(&Config::resolve([file]).unwrap().photos), PhotoRules::default());
        let little: Layer = toml::from_str("min_free_bytes = \"1GiB\"\nphotos.keep_free = \"1MiB\"").unwrap();
        assert_eq!(of_photos(&Config::resolve([little]).unwrap()).keep_free, 4 << 30);
        let set: Layer = toml::from_str("[limits]\nmember_text = \"1MiB\"").unwrap();
        let less = AuditBounds { member_text: 1 << 20, ..AuditBounds::default() };
        assert_eq!(of(&Config::resolve([set]).unwrap().limits), less);
    }
}
