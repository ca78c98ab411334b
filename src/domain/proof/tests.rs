//! The line for ever, and every file with a byte changed, added or taken out: none of them is genuine.

use std::io::{Cursor, Write};

use super::check::{AlteredPart, check};
use super::*;

fn statement(key: &HubKey) -> HubStatement {
    HubStatement {
        of: "report".into(),
        hub: Uuid::from_u128(7),
        name: "van 3é".into(),
        log: Uuid::from_u128(8),
        audit: Token::parse("jalibat").ok(),
        version: Some(2),
        position: Some(312),
        digest: Some(Digest([9; 16])),
        made_ms: 1_761_272_532_000,
        clock: "network,contradicted".into(),
        key: key.public(),
        rows: None,
        sha256: None,
    }
}

fn key() -> HubKey {
    HubKey::of_seed([1; 32])
}

fn judged(bytes: &[u8]) -> FileVerdict {
    check(&mut Cursor::new(bytes)).unwrap().verdict
}

fn file(before: &str, after: &str) -> Vec<u8> {
    let (key, mut out) = (key(), Vec::new());
    let mut hashed = HashedOut::new(&mut out);
    hashed.write_all(before.as_bytes()).unwrap();
    hashed.seal(b"<", &Sealer { statement: statement(&key), key: &key }, after.as_bytes()).unwrap();
    out
}

/// It lies in files that people keep.
#[test]
fn the_line_is_for_ever() {
    let line = statement(&key()).signed(&key());
    assert_eq!(
        line,
        "fieldhub-proof:1;of=report;hub=00000000-0000-0000-0000-000000000007;name=van%203%C3%A9;\
         log=00000000-0000-0000-0000-000000000008;audit=jalibat;version=2;position=312;digest=09090909090909090909090909090909;\
         time=2025-10-24T02:22:12.000Z;clock=network,contradicted;\
         key=8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c;signature="
            .to_owned()
            + line.rsplit_once('=').unwrap().1
    );
    assert_eq!(HubStatement::of_line(&line), Some(statement(&key())));
    assert_eq!(line, statement(&key()).signed(&key()), "the same each time");
    assert_eq!(
        key().public().fingerprint(),
        "34750f98bd59fcfc946da45a"
            .as_bytes()
            .chunks(4)
            .map(|four| std::str::from_utf8(four).unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    );
}

#[test]
fn what_a_later_version_adds_is_signed_and_passed_over_and_nothing_is_said_twice() {
    let text = statement(&key()).text();
    let signed = |text: String| HubStatement::line(text.clone(), key().sign(text.as_bytes()));
    let more = signed(format!("{text};weather=fog"));
    assert_eq!(HubStatement::of_line(&more), Some(statement(&key())));
    for wrong in [
        signed(format!("{text};position=313")),
        signed(format!("{text};sha256=ab")),
        signed(text.replace(";clock=network,contradicted", "")),
        signed(text.replace("proof:1", "proof:2")),
        more.replace("fog", "sun"),
        more.replace("position=312", "position=313"),
    ] {
        assert_eq!(HubStatement::of_line(&wrong), None, "{wrong}");
    }
}

#[test]
fn a_key_is_named_by_itself_or_by_its_fingerprint() {
    let key = key().public();
    assert!(key.is_named(&key.to_string()) && key.is_named(&key.fingerprint().to_uppercase()));
    assert!(!key.is_named("") && !key.is_named("34750f98"));
}

#[test]
fn a_name_of_any_length_stays_a_part_of_the_line() {
    let name = "é;=\n".repeat(400);
    let line = HubStatement { name, ..statement(&key()) }.signed(&key());
    assert!(line.len() < 600 && HubStatement::of_line(&line).unwrap().name.starts_with("é;=\n"));
}

/// Every byte of a small file, in the line and around it; longer ones by chance: see `report::proof`.
#[test]
fn no_byte_can_be_changed_added_or_taken_out() {
    let good = file("some data", "> end");
    assert!(matches!(judged(&good), FileVerdict::Genuine(_)));
    for at in 0..good.len() {
        for changed in [good[at] ^ 1, good[at] ^ 32, 0, b';'] {
            let mut bad = good.clone();
            bad[at] = changed;
            let verdict = judged(&bad);
            assert!(bad == good || matches!(verdict, FileVerdict::Altered(..)), "{at}: {verdict:?}");
        }
        let mut less = good.clone();
        less.remove(at);
        let mut more = good.clone();
        more.insert(at, b'a');
        for bad in [less, more, [good.as_slice(), b" "].concat()] {
            let verdict = judged(&bad);
            assert!(matches!(verdict, FileVerdict::Altered(..)), "{at}: {verdict:?}");
        }
    }
}

#[test]
fn a_line_is_found_wherever_it_lies_and_the_last_one_counts() {
    for before in [64 << 10, (64 << 10) - 5, 70_000, 200_000] {
        let good = file(&"x".repeat(before), &"y".repeat(before / 2));
        assert!(matches!(judged(&good), FileVerdict::Genuine(_)), "{before}");
    }
    // Somebody wrote what looks like one into a comment.
    let head = statement(&key()).signed(&key());
    let quoted = file(&format!("{head} fieldhub-proof:1;x"), "> end");
    assert!(matches!(judged(&quoted), FileVerdict::Genuine(_)));
    assert_eq!(judged(b"a file of before"), FileVerdict::NoProof);
    assert_eq!(judged(format!("<p>{head}</p>").as_bytes()), FileVerdict::HeadAlone(statement(&key())));
    assert_eq!(judged(b"fieldhub-proof:1;"), FileVerdict::Altered(AlteredPart::Proof, None));
}

/// A file of one's own with a line of another file.
#[test]
fn a_line_goes_with_no_other_file() {
    let good = String::from_utf8(file("some data", "> end")).unwrap();
    let swapped = good.replace("some data", "same data");
    assert!(matches!(judged(swapped.as_bytes()), FileVerdict::Altered(AlteredPart::File, Some(_))));
}
