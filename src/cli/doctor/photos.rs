//! Photos: whether there is room for them, and whether all that audits name are here. Their bytes `fieldhub photos verify` reads.
//!
//! Called by `doctor`; reads what the hub says.

use serde_json::Value;

use super::finding::Finding;
use super::hub::HubAnswer;
use super::print;
use crate::cli::nights;

pub fn look(hub: &HubAnswer) -> Vec<Finding> {
    match hub {
        // Nothing is said of photos where nobody takes any.
        HubAnswer::Runs { photos: Some(photos), .. } if !is_unused(photos) => judge(photos),
        _ => Vec::new(),
    }
}

fn is_unused(photos: &Value) -> bool {
    let none = |sum: &Value| sum["blobs"].as_u64() == Some(0);
    none(photos) && none(&photos["partial"]) && none(&photos["missing"])
}

fn judge(photos: &Value) -> Vec<Finding> {
    let number = |value: &Value, field: &str| value[field].as_u64().unwrap_or(0);
    let (bytes, quota) = (number(photos, "bytes"), number(photos, "quota"));
    let taken = format!("{} of {}", print::bytes(bytes), print::bytes(quota));
    let room = match photos["refused"].as_str() {
        Some("quota") => Finding::look(
            "photos",
            format!("Photos have all that they may: {taken}. More are refused; marks go on."),
            "Remove an old audit (its photos go with it; `fieldhub photos export` first), or raise photos.quota.",
        ),
        Some(_) => Finding::look(
            "photos",
            format!("The disk is too full for photos ({taken}): they are refused; marks go on."),
            "Free some space, or put the hub's data on a larger disk.",
        ),
        None => {
            let free = number(photos, "free_bytes").saturating_sub(number(photos, "keep_free"));
            let room = quota.saturating_sub(bytes).min(free);
            let fit = format!("There is room for {} ({taken}).", nights::fit(photos, room));
            if nights::count(photos, room) < 1.0 {
                let remedy = "Export the photos of old audits and remove these, or raise photos.quota.";
                Finding::look("photos", fit, remedy)
            } else {
                Finding::ok("photos", fit)
            }
        }
    };
    let missing = &photos["missing"];
    let missing = (number(missing, "blobs") > 0).then(|| {
        let pictures = print::count(number(missing, "blobs"), "picture");
        Finding::look(
            "missing photos",
            format!("{pictures} that audits name are not on this hub ({}).", print::bytes(number(missing, "bytes"))),
            "They are on the tablets that took them, or on another hub: keep these. `fieldhub photos verify` names them.",
        )
    });
    let damaged = &photos["damaged"];
    let damaged = (number(damaged, "blobs") > 0).then(|| {
        let pictures = print::count(number(damaged, "blobs"), "picture");
        Finding::must(
            "damaged photos",
            format!("{pictures} on this hub are not as they were sent: the card may be failing."),
            "`fieldhub photos verify` names them and says what to do. Keep the tablets that took them, and put the data on another disk.",
        )
    });
    let (orphaned, left) = (&photos["orphaned"], &photos["left_over"]);
    let pictures = |of: &Value| {
        format!("{} ({})", print::count(number(of, "blobs"), "picture"), print::bytes(number(of, "bytes")))
    };
    let orphaned = match (number(left, "blobs"), number(orphaned, "blobs")) {
        (0, 0) => None,
        (0, _) => {
            let said = format!(
                "{} are in no audit: on their way, or of marks that a restore has left out.",
                pictures(orphaned)
            );
            Some(Finding::ok("photos in no audit", said))
        }
        _ => Some(Finding::look(
            "photos in no audit",
            format!("{} are in no audit, and nobody has sent them for a day.", pictures(left)),
            "When all tablets have been in reach since the last restore: `fieldhub photos orphans --remove` frees that room.",
        )),
    };
    [Some(room), missing, damaged, orphaned].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity;
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_full_or_missing_is_told_with_what_to_do() {
        let hub = |refused: Value, free: u64, missing: u64, orphaned: u64| {
            let sum = |blobs: u64| json!({ "blobs": blobs, "bytes": blobs * 1_000 });
            judge(
                &json!({ "bytes": 6_000_000_000_u64, "quota": 32_u64 << 30, "free_bytes": free, "keep_free": 1_u64 << 30,
                "refused": refused, "missing": sum(missing), "orphaned": sum(orphaned) }),
            )
        };
        let well = hub(Value::Null, 40_000_000_000, 0, 0);
        assert_eq!((well.len(), well[0].verdict), (1, Severity::Ok));
        assert!(well[0].said.contains("room for 4.7 nights"), "{}", well[0].said);
        assert_eq!(hub(Value::Null, 5_000_000_000, 0, 0)[0].verdict, Severity::Look);
        for why in ["quota", "floor"] {
            let full = hub(json!(why), 0, 0, 0);
            assert!(full[0].verdict == Severity::Look && full[0].said.contains("marks go on"));
        }
        let names: Vec<_> =
            hub(Value::Null, 40_000_000_000, 2, 3).iter().map(|f| (f.name, f.verdict)).collect();
        let expected = [
            ("photos", Severity::Ok),
            ("missing photos", Severity::Look),
            ("photos in no audit", Severity::Ok),
        ];
        assert_eq!(names, expected);
        let left = judge(
            &json!({ "damaged": { "blobs": 1 }, "orphaned": { "blobs": 3 }, "left_over": { "blobs": 2, "bytes": 5_000 } }),
        );
        let left: Vec<_> = left.iter().map(|finding| (finding.name, finding.verdict)).collect();
        assert_eq!(left[1..], [("damaged photos", Severity::Do), ("photos in no audit", Severity::Look)]);
        let sum = || json!({ "blobs": 0, "bytes": 0 });
        assert!(is_unused(&json!({ "blobs": 0, "partial": sum(), "missing": sum() })));
        assert!(!is_unused(&json!({ "blobs": 0, "partial": sum(), "missing": { "blobs": 1 } })));
    }
}
