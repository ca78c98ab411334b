//! What every form of a report says line by line: of the audit, of the edition, of the proof, of a step of the history.
//!
//! Called by `html`, `xlsx` and whoever draws the report on paper, so that they say the same; calls `words`.

use super::{Report, ReportSession, ReportStep, ReportWords};

/// A name and what is said under it.
pub type ReportLine = (&'static str, String);

/// What the audit and this edition of its report are.
pub fn about(report: &Report, words: &'static ReportWords) -> Vec<ReportLine> {
    let (about, edition) = (&report.about, &report.edition);
    let offset = edition.utc_offset_minutes;
    let time = |ms| words.date_time(ms, offset);
    let lines = [
        (words.audit, Some(about.name.clone())),
        (words.client, about.client.clone()),
        (words.location, about.location.clone()),
        (words.first_mark, Some(report.period_ms.map_or(words.no_mark.to_owned(), |(from, _)| time(from)))),
        (words.last_mark, report.period_ms.map(|(_, to)| time(to))),
        (words.made_at, Some(time(edition.made_ms))),
        (words.made_by, edition.made_by.clone()),
        (words.made_with, Some(format!("fieldhub {}", edition.program))),
        (words.times, Some(words.times(offset))),
        (words.hub_clock, Some(words.clock(edition.time_source, edition.time_contradicted))),
    ];
    lines.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
}

/// Who writes the report; the standing text is told by itself, as a sentence.
pub fn company(report: &Report, words: &'static ReportWords) -> Vec<ReportLine> {
    let Some(company) = &report.company else { return Vec::new() };
    let lines = [
        (words.condition("company"), &company.name),
        (words.condition("company_address"), &company.address),
        (words.company_contact, &company.contact),
    ];
    lines.into_iter().filter_map(|(name, text)| Some((name, text.clone()?))).collect()
}

/// What was said of method, weather and the rest.
pub fn conditions<'a>(report: &'a Report, words: &'static ReportWords) -> Vec<(&'a str, String)> {
    let values = report.conditions.as_ref().map(|conditions| conditions.values.as_slice());
    // The company is told once, with the rest of its letterhead.
    let elsewhere = |name: &str| report.company.is_some() && name.starts_with("company");
    let said = values.unwrap_or_default().iter().filter(|(name, _)| !elsewhere(name));
    said.map(|(name, value)| (words.condition(name), words.condition_value(name, value))).collect()
}

/// By what the report is held against the log.
pub fn proof(report: &Report, words: &'static ReportWords) -> Vec<ReportLine> {
    let proof = &report.proof;
    let digest = proof.digest.map_or_else(|| words.none.to_owned(), |digest| digest.to_string());
    let key = proof.signed.as_ref().map(|signed| (words.hub_key, signed.key.fingerprint()));
    let of_log = [
        (words.log_id, proof.log_id.to_string()),
        (words.proof_position, proof.position.to_string()),
        (words.digest, digest),
    ];
    of_log.into_iter().chain(key).collect()
}

/// What that proves, and what not.
pub fn proof_sentences(report: &Report, words: &'static ReportWords) -> Vec<&'static str> {
    match report.proof.signed.as_ref().is_some_and(|signed| signed.sealed) {
        true => vec![words.proof_note, words.signed_note, words.signed_limits, words.signed_check],
        false => vec![words.proof_note, words.proof_limits],
    }
}

/// Which modules the list for a claim has, and the sentence that says so: those for which that was chosen, or else all with a defect.
pub fn claims(report: &Report, words: &'static ReportWords) -> (&'static str, Vec<usize>) {
    let chosen = |at: &usize| report.modules[*at].action.as_deref() == Some("claim");
    let marked: Vec<usize> = (0..report.modules.len()).filter(chosen).collect();
    match marked.is_empty() {
        true => (words.claims_all, report.findings.clone()),
        false => (words.claims_marked, marked),
    }
}

/// When a string had current, and with what.
pub fn session(session: &ReportSession, report: &Report, words: &'static ReportWords) -> String {
    let offset = report.edition.utc_offset_minutes;
    let time = |name: &str, ms: Option<u64>| Some(format!("{name} {}", words.date_time(ms?, offset)));
    let value =
        |name: &str, typed: &Option<String>| Some(format!("{name} {}", words.decimal(typed.as_deref()?)));
    let all = [
        time(words.energised_from, session.from_ms),
        time(words.energised_to, session.to_ms),
        value(words.current, &session.current_a),
        value(words.voltage, &session.voltage_v),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What somebody said.
pub fn step(step: &ReportStep, words: &'static ReportWords) -> String {
    let status = step.status.map(|status| match status {
        Some(status) => words.status(Some(status), false).to_owned(),
        None => words.status_taken_back.to_owned(),
    });
    let comment = step.comment.as_ref().map(|comment| match comment {
        Some(comment) => comment.clone(),
        None => words.comment_taken_back.to_owned(),
    });
    let set = set_words(step, words);
    [status, comment, set].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What was set besides: `Severity B`.
pub fn set_words(step: &ReportStep, words: &'static ReportWords) -> Option<String> {
    let one = |(name, value): &(String, Option<String>)| {
        let value = value.as_deref();
        let (name, value) = match name.as_str() {
            "severity" => (words.severity, value),
            "action" => (words.action, value.map(|key| words.action(key))),
            "serial" => (words.serial, value),
            "not_examined" => (words.not_examined, value.map(|key| words.reason(key))),
            other => (other, value),
        };
        format!("{name} {}", value.unwrap_or("–"))
    };
    (!step.set.is_empty()).then(|| step.set.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// How it came to be said.
pub fn step_remark(step: &ReportStep, words: &'static ReportWords) -> String {
    let undo = step.undo.then_some(words.undone);
    let contradicts = step.contradicts.then_some(words.contradicts);
    [undo, contradicts].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
