//! Upstream state: one finding for each upstream, and one where it does not take modules.
//!
//! Called by `doctor`; reads what the hub says.

use super::finding::Finding;
use super::hub::HubAnswer;
use super::print;
use crate::cli::hub_status::UpstreamAnswer;

pub fn look(hub: &HubAnswer) -> Vec<Finding> {
    match hub {
        HubAnswer::Runs { upstreams, .. } => upstreams.iter().flat_map(one).collect(),
        _ => Vec::new(),
    }
}

fn one(upstream: &UpstreamAnswer) -> Vec<Finding> {
    let name = "upstream";
    let (whom, why) = (&upstream.name, upstream.reason.as_deref().unwrap_or_default());
    let pending = match upstream.pending {
        0 if upstream.last_success_ms.is_none() => "nothing to go".to_owned(),
        0 => "everything is there".to_owned(),
        pending => format!("{pending} to go"),
    };
    let last = upstream.last_success_ms.map_or_else(
        || "never reached yet".to_owned(),
        |ms| format!("last reached {}", print::time(Some(ms))),
    );
    let state = match upstream.state.as_str() {
        "untried" | "idle" if upstream.last_success_ms.is_none() => Finding::look(
            name,
            format!("{whom} was not tried yet: no audit goes there, so nobody knows whether it answers."),
            "Create or import an audit; then `fieldhub upstream status` says whether it answers.",
        ),
        state @ ("idle" | "syncing") => Finding::ok(name, format!("{whom} is {state}: {pending}.")),
        "waiting" => Finding::look(
            name,
            format!("{whom} waits: {why} ({pending}, {last})."),
            "It continues by itself when there is a connection; `fieldhub upstream sync-now` tries at once.",
        ),
        // What the other hub says is to be typed.
        "paused" if why.contains("fieldhub identity new") => Finding::must(
            name,
            format!("{whom} is paused: {why} ({pending}, {last})."),
            "sudo fieldhub identity new",
        ),
        "paused" => Finding::must(
            name,
            format!("{whom} is paused: {why} ({pending}, {last})."),
            "Fix that in the settings (its token, its address), then sudo systemctl restart fieldhub.",
        ),
        other => Finding::unknown(name, format!("{whom} is {other}.")),
    };
    let parked = (upstream.parked > 0).then(|| {
        Finding::look(
            name,
            format!("{whom} does not take {}.", print::count(upstream.parked, "module")),
            "fieldhub upstream parked (it says why)",
        )
    });
    let left_out = upstream.left_out_example.as_ref().filter(|_| upstream.left_out > 0).map(|example| {
        Finding::look(
            name,
            format!(
                "{whom} tells of {} that no mark can be made of, such as {example}.",
                print::count(upstream.left_out, "row")
            ),
            "Tell the people who run it. Everything else that it tells is here.",
        )
    });
    std::iter::once(state).chain(parked).chain(left_out).collect()
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{Do, Look, Ok};
    use super::*;
    use serde_json::json;

    fn found(state: &str, parked: u64) -> Vec<Finding> {
        found_of(state, parked, Some(1_761_300_000_000))
    }

    fn found_of(state: &str, parked: u64, last: Option<u64>) -> Vec<Finding> {
        let upstream = json!({"name": "cloud", "state": state, "reason": "the token was refused (401)", "pending": 3,
            "last_success_ms": last, "parked": parked});
        let upstreams = vec![serde_json::from_value(upstream).unwrap()];
        look(&HubAnswer::Runs { status: Box::default(), upstreams, photos: None })
    }

    #[test]
    fn an_upstream_that_gave_up_wants_somebody_and_one_that_waits_does_not() {
        let verdict = |state: &str| found(state, 0)[0].verdict;
        assert_eq!(["idle", "syncing", "waiting", "paused"].map(verdict), [Ok, Ok, Look, Do]);
        assert_eq!(
            found_of("paused", 0, None)[0].said,
            "cloud is paused: the token was refused (401) (3 to go, never reached yet)."
        );
        for state in ["untried", "idle"] {
            let untried = &found_of(state, 0, None)[0];
            assert_eq!(untried.verdict, Look);
            assert!(untried.said.starts_with("cloud was not tried yet"), "{}", untried.said);
        }
        let twin = json!({"name": "cloud", "state": "paused", "reason": "type `fieldhub identity new`"});
        let twin = one(&serde_json::from_value(twin).unwrap());
        assert_eq!(twin[0].remedy.as_deref(), Some("sudo fieldhub identity new"));
        assert_eq!(found("idle", 0).len(), 1);
        let parked = &found("idle", 1)[1];
        assert_eq!((parked.verdict, parked.said.as_str()), (Look, "cloud does not take 1 module."));
        let odd = json!({"name": "cloud", "state": "idle", "left_out": 1,
            "left_out_example": "M002: there is no status `microcrack`"});
        let odd = one(&serde_json::from_value(odd).unwrap());
        assert_eq!((odd.len(), odd[1].verdict), (2, Look));
        assert_eq!(
            odd[1].said,
            "cloud tells of 1 row that no mark can be made of, such as M002: there is no status `microcrack`."
        );
        assert!(look(&HubAnswer::Stopped).is_empty());
    }
}
