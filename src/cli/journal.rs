//! Log format (tracing): lines for people in a terminal, lines with syslog levels for systemd's journal (journald).
//!
//! `main` starts it; `serve` and `print` ask whether the journal keeps what they say. Calls tracing-subscriber.

use std::fmt;
use std::io::IsTerminal;
use std::os::fd::AsFd;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Format, Full, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// To stderr, what `filter` lets through.
pub fn start(filter: &str) -> anyhow::Result<()> {
    let stderr = std::io::stderr();
    // Targets and levels, without EnvFilter's spans: those bring a machine for regular expressions.
    let wanted: Targets =
        filter.trim_matches([',', ' ']).parse().map_err(|problem| super::wrong_log(filter, &problem))?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(stderr.is_terminal());
    let log = tracing_subscriber::registry().with(wanted);
    if keeps(&stderr) {
        log.with(lines.event_format(Levels(Format::default().without_time().with_level(false)))).init();
    } else {
        log.with(lines).init();
    }
    Ok(())
}

/// Whether systemd's journal keeps what is written there. It names the file, as programs that others start from within
/// the unit have the variable too.
pub fn keeps(stream: &impl AsFd) -> bool {
    let Ok(journal) = std::env::var("JOURNAL_STREAM") else { return false };
    rustix::fs::fstat(stream).is_ok_and(|file| journal == format!("{}:{}", file.st_dev, file.st_ino))
}

/// What stands before a line of an error that ends the program.
pub fn error_mark() -> &'static str {
    if keeps(&std::io::stderr()) { "<3>" } else { "" }
}

/// A line as the journal wants it: its level in front, by syslog's numbers; the time it has itself.
struct Levels(Format<Full, ()>);

impl<S, N> FormatEvent<S, N> for Levels
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let level = match *event.metadata().level() {
            Level::ERROR => 3,
            Level::WARN => 4,
            Level::INFO => 6,
            _ => 7,
        };
        write!(writer, "<{level}>")?;
        self.0.format_event(context, writer, event)
    }
}
