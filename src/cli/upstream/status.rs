//! `fieldhub upstream status`: how each upstream is, once or as it goes on.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use serde_json::Value;

use super::client::{HubClient, NOT_EXPECTED};
use super::progress::CatchUp;
use super::{AuditNames, NONE, Output, print};
use crate::cli::hub_status::{UpstreamAnswer, UpstreamAuditAnswer, UpstreamsAnswer, or_nothing};

/// How often the hub is asked.
const EVERY: Duration = Duration::from_secs(1);
/// No call was made: nobody knows whether anything answers there.
const UNTRIED: &str = "not tried yet: no audit goes there (it is tried with the first one)";
/// To the corner of the terminal; to the end of the line; from here on nothing.
const HOME: &str = "\x1b[H";
const REST_OF_LINE: &str = "\x1b[K";
const REST_OF_SCREEN: &str = "\x1b[J";

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub upstream status --watch")]
pub struct UpstreamStatusCommand {
    /// Keep showing it, until Ctrl-C; without a terminal, a line for each change
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    output: Output,
}

impl UpstreamStatusCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let mut catch_up = CatchUp::default();
        if !self.watch {
            let answer = ask(client).await?;
            return if self.output.json {
                print::json(&answer)
            } else {
                let names = AuditNames::of(client).await?;
                print::out(&page(&read(answer)?, &names, &mut catch_up, Instant::now()))
            };
        }
        let on_screen = std::io::stdout().is_terminal() && !self.output.json;
        let (mut said, mut names) = (String::new(), AuditNames::default());
        loop {
            let answer = ask(client).await?;
            if on_screen {
                let answer = read(answer)?;
                // Those that were made since.
                if answer
                    .upstreams
                    .iter()
                    .flat_map(|upstream| &upstream.audits)
                    .any(|audit| !names.has(&audit.token))
                {
                    names = AuditNames::of(client).await?;
                }
                let page = page(&answer, &names, &mut catch_up, Instant::now());
                print::out(&format!(
                    "{HOME}{}{REST_OF_SCREEN}",
                    page.replace('\n', &format!("{REST_OF_LINE}\n"))
                ))?;
            } else {
                let now = if self.output.json { format!("{answer}\n") } else { lines(&read(answer)?) };
                if now != said {
                    print::out(&now)?;
                    said = now;
                }
            }
            tokio::time::sleep(EVERY).await;
        }
    }
}

async fn ask(client: &HubClient) -> anyhow::Result<Value> {
    client.get("/api/v1/upstream").await?.json().await
}

fn read(answer: Value) -> anyhow::Result<UpstreamsAnswer> {
    serde_json::from_value(answer).context(NOT_EXPECTED)
}

fn page(
    UpstreamsAnswer { upstreams }: &UpstreamsAnswer,
    names: &AuditNames,
    catch_up: &mut CatchUp,
    now: Instant,
) -> String {
    if upstreams.is_empty() {
        return format!("{NONE}\n");
    }
    let pages: Vec<String> = upstreams.iter().map(|upstream| one(upstream, names, catch_up, now)).collect();
    pages.join("\n")
}

fn one(upstream: &UpstreamAnswer, names: &AuditNames, catch_up: &mut CatchUp, now: Instant) -> String {
    let UpstreamAnswer { name, bytes_today, audits, .. } = upstream;
    let (sent, received) = (print::bytes(bytes_today.sent), print::bytes(bytes_today.received));
    let budget = upstream.budget_bytes;
    let budget = budget.map_or_else(String::new, |budget| format!(", of {}", print::bytes(budget)));
    let parked = match upstream.parked {
        0 => "none".to_owned(),
        parked => format!("{}; `fieldhub upstream parked` shows them", print::count(parked, "module")),
    };
    let mut pairs = vec![("state", state(upstream)), ("pending", pending(upstream))];
    if let Some(line) = catch_up.line(name, (upstream.done, upstream.total), now) {
        pairs.push(("catch-up", line));
    }
    pairs.push(("last success", last_success(upstream)));
    pairs.push(("today", format!("{sent} sent, {received} received{budget}")));
    pairs.push(("parked", parked));
    if let Some(example) = upstream.left_out_example.as_ref().filter(|_| upstream.left_out > 0) {
        pairs.push(("left out", format!("{}, such as {example}", print::count(upstream.left_out, "row"))));
    }
    let table = if audits.is_empty() { String::new() } else { format!("\n{}", table(audits, names)) };
    format!("{name}: {}\n{}{table}", or_nothing(upstream.url.as_ref()), print::details(&pairs))
}

fn last_success(upstream: &UpstreamAnswer) -> String {
    match upstream.last_success_ms {
        None => "never since the hub was started".to_owned(),
        at => print::time(at),
    }
}

fn state(upstream: &UpstreamAnswer) -> String {
    let state = match (upstream.state.as_str(), upstream.retry_in_ms) {
        // A hub of before said `idle` of one that has never answered.
        ("untried", _) => UNTRIED.to_owned(),
        ("idle", _) if upstream.last_success_ms.is_none() => UNTRIED.to_owned(),
        // Rounded up: `waiting 0 s` would be over.
        ("waiting", Some(ms)) => format!("waiting {}", print::span(ms.div_ceil(1_000) * 1_000)),
        (state, _) => state.to_owned(),
    };
    format!("{state}{}", reason(upstream))
}

fn reason(upstream: &UpstreamAnswer) -> String {
    upstream.reason.as_ref().map_or_else(String::new, |why| format!(": {why}"))
}

fn pending(upstream: &UpstreamAnswer) -> String {
    let what = if upstream.kind == "fieldhub" { "operation" } else { "module" };
    match upstream.pending {
        0 if upstream.last_success_ms.is_none() => "nothing to send".to_owned(),
        0 => "nothing: everything that can go up is there".to_owned(),
        pending => print::count(pending, what),
    }
}

fn table(audits: &[UpstreamAuditAnswer], names: &AuditNames) -> String {
    let row = |audit: &UpstreamAuditAnswer| {
        let UpstreamAuditAnswer { token, acked, head, pending, parked } = audit;
        let [acked, head, pending, parked] = [acked, head, pending, parked].map(|n| n.to_string());
        [names.name(token).to_owned(), token.clone(), acked, head, pending, parked]
    };
    let rows: Vec<_> = audits.iter().map(row).collect();
    print::table(["AUDIT", "TOKEN", "THERE UP TO", "OF", "PENDING", "PARKED"], &rows)
}

/// A line for each upstream, of what does not change by itself: seconds that run down are no news.
fn lines(UpstreamsAnswer { upstreams }: &UpstreamsAnswer) -> String {
    let line = |upstream: &UpstreamAnswer| {
        let UpstreamAnswer { name, state, pending, done, .. } = upstream;
        let catch_up = match upstream.total {
            0 => String::new(),
            total => format!(", {done} of {total}"),
        };
        let parked = match upstream.parked {
            0 => String::new(),
            parked => format!(", {parked} parked"),
        };
        format!("{name}: {state}{}; {pending} pending{catch_up}{parked}\n", reason(upstream))
    };
    let lines: String = upstreams.iter().map(line).collect();
    if lines.is_empty() { format!("{NONE}\n") } else { lines }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer() -> Value {
        json!({"upstreams": [
            {"name": "cloud", "kind": "v33", "url": "https://cloud.example", "state": "syncing", "reason": null,
             "retry_in_ms": null, "pending": 6_000, "done": 2_000, "total": 8_000, "last_success_ms": 1_761_300_000_000u64,
             "bytes_today": {"sent": 1_600_000, "received": 2_000}, "budget_bytes": 50 << 20, "parked": 2,
             "left_out": 3, "left_out_example": "M002: there is no status `microcrack`",
             "audits": [{"token": "jalibat", "acked": 812, "head": 900, "pending": 6_000, "parked": 2}]},
            {"name": "office", "kind": "fieldhub", "url": "fieldhub+https://office.example", "state": "waiting",
             "reason": "no answer within 30 s", "retry_in_ms": 61_500, "pending": 1, "done": 0, "total": 0,
             "last_success_ms": null, "bytes_today": {"sent": 0, "received": 0}, "budget_bytes": null, "parked": 0, "audits": []},
        ]})
    }

    #[test]
    fn a_page_tells_how_far_everything_has_got() {
        let names = AuditNames::read(&json!({"audits": [{"token": "jalibat", "name": "Toit nord"}]}));
        insta::assert_snapshot!(page(&read(answer()).unwrap(), &names, &mut CatchUp::default(), Instant::now()), @r"
        cloud: https://cloud.example
          state         syncing
          pending       6000 modules
          catch-up      ██████░░░░░░░░░░░░░░░░░░ 2000 of 8000 (25%)
          last success  2025-10-24 10:00 UTC
          today         1.5 MiB sent, 2.0 KiB received, of 50.0 MiB
          parked        2 modules; `fieldhub upstream parked` shows them
          left out      3 rows, such as M002: there is no status `microcrack`

        AUDIT      TOKEN    THERE UP TO   OF  PENDING  PARKED
        Toit nord  jalibat          812  900     6000       2

        office: fieldhub+https://office.example
          state         waiting 1 min 2 s: no answer within 30 s
          pending       1 operation
          last success  never since the hub was started
          today         0 B sent, 0 B received
          parked        none
        ");
        assert_eq!(
            page(&UpstreamsAnswer::default(), &names, &mut CatchUp::default(), Instant::now()),
            format!("{NONE}\n")
        );
    }

    #[test]
    fn one_that_has_never_answered_has_no_success() {
        let upstreams = json!({"upstreams": [{"name": "cloud", "url": "http://192.0.2.1", "state": "untried"},
            {"name": "older", "state": "idle"}]});
        insta::assert_snapshot!(page(&read(upstreams).unwrap(), &AuditNames::default(), &mut CatchUp::default(), Instant::now()), @r"
        cloud: http://192.0.2.1
          state         not tried yet: no audit goes there (it is tried with the first one)
          pending       nothing to send
          last success  never since the hub was started
          today         0 B sent, 0 B received
          parked        none

        older: -
          state         not tried yet: no audit goes there (it is tried with the first one)
          pending       nothing to send
          last success  never since the hub was started
          today         0 B sent, 0 B received
          parked        none
        ");
    }

    #[test]
    fn without_a_terminal_there_is_a_line_for_what_is_news() {
        let said = lines(&read(answer()).unwrap());
        insta::assert_snapshot!(said, @r"
        cloud: syncing; 6000 pending, 2000 of 8000, 2 parked
        office: waiting: no answer within 30 s; 1 pending
        ");
        let mut later = answer();
        later["upstreams"][1]["retry_in_ms"] = json!(60_500);
        assert_eq!(lines(&read(later).unwrap()), said);
    }
}
