//! Short texts that say where somebody is: cursors of the live feed, `base`, `since`, times and
//! layouts in their short form. Each reads back as it was written, and no longer than it came.

#![no_main]

use fieldhub::domain::id::MAX_MODULES;
use fieldhub::domain::{Cursor, CursorKey, Digest, Layout, ModuleId, Position, Seen, Stamp, Token, iso8601};
use fieldhub::http::fuzz;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(position) = fuzz::cursor(text) {
        assert_eq!(fuzz::cursor(&position.to_string()).ok(), Some(position));
        if let Position::Cursor(cursor) = position {
            let (key, audit) = (CursorKey::new(b"secret"), Token::parse("jalibat").expect("a token"));
            assert!(!key.gave(&audit, &cursor), "nobody but the hub makes a proof");
            let proof = key.prove(cursor.log_id, &audit, cursor.seq, Digest::EMPTY);
            assert!(key.gave(&audit, &Cursor { proof: Some(proof), ..cursor }));
        }
    }
    if let Ok(stamp) = text.parse::<Stamp>() {
        assert_eq!(stamp.to_string(), text.to_ascii_lowercase());
    }
    if let Ok(seen) = text.parse::<Seen>() {
        let written = seen.to_string();
        assert!(written.len() <= text.len(), "{written}");
        assert_eq!(written.parse(), Ok(seen.clone()));
        assert_eq!(seen.is_empty(), seen.latest().is_none());
        assert!(seen.latest().is_none_or(|latest| seen.covers(latest)));
        let mut joined = seen.clone();
        joined.join(&seen);
        assert_eq!(joined, seen);
        assert!(
            seen.credible(fieldhub::domain::stamp::MAX_AHEAD_MS, &Default::default(), None)
                .latest()
                .is_none_or(|latest| latest.ms <= fieldhub::domain::stamp::MAX_AHEAD_MS)
        );
    }
    if let Ok(ms) = fuzz::v33_since(text) {
        assert!(ms == 0 || text.parse::<f64>().is_ok_and(|number| number >= 1.0));
    }
    if let Some(ms) = iso8601::parse(text) {
        let written = iso8601::format(ms);
        assert_eq!(iso8601::format(iso8601::parse(&written).expect("as we write it")), written);
    }
    if let Ok(layout) = Layout::from_counts(text) {
        assert!((1..=MAX_MODULES).contains(&layout.places().len()));
        let written: Vec<_> = layout.strings().iter().map(|(_, count)| count.to_string()).collect();
        assert_eq!(Layout::from_counts(&written.join(",")), Ok(layout));
    }
    if let Ok(module) = ModuleId::parse(text) {
        assert_eq!(module.as_str(), text);
        let _ = module.implied_place();
    }
});
