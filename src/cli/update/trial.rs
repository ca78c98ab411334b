//! Health check and rollback: a program just put in place has a minute to be a healthy hub; else the one before it is
//! put back.
//!
//! Called by `update`, and by the service fieldhub-update after a power cut; calls the two programs, the hub's socket, and
//! the hub's way back for a database that has become newer meanwhile.

use std::collections::HashSet;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::place::Installed;
use super::version::Version;
use crate::cli::client::HubClient;
use crate::cli::hub_status::StatusAnswer;
use crate::cli::machine::INIT_SCRIPT;
use crate::cli::machine::apply::well;
use crate::cli::machine::facts::Init;
use crate::cli::print;
use crate::cli::serve::supervisor;
use crate::hub;

/// A hub that says how far the opening of its database has got is given time, but not for ever: as long as it says so itself.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(200);

pub struct Trial<'a> {
    pub installed: &'a Installed,
    pub root: &'a Path,
    pub data_dir: &'a Path,
    pub socket: PathBuf,
    pub patience: Duration,
}

impl Trial<'_> {
    /// Start what has been put in place, and see how it does.
    pub async fn run(&self, new: &Version) -> anyhow::Result<()> {
        let _ignored = undisturbed()?;
        let healthy = match self.start(&self.installed.program()) {
            Ok(()) => self.until_healthy().await,
            Err(error) => Err(error),
        };
        match healthy {
            Ok(()) => self.accept(&format!("fieldhub {new} answers on its socket")),
            Err(reason) => self.back(&reason).await,
        }
    }

    /// What a power cut, or a terminal that was closed, has left undone. The machine has started what is in place.
    pub async fn finish(&self) -> anyhow::Result<()> {
        let _ignored = undisturbed()?;
        self.installed.drop_new()?;
        if self.installed.is_the_old_one()? {
            say("unchanged  an update was interrupted; the previous program is in place");
            return self.installed.forget();
        }
        match self.until_healthy().await {
            Ok(()) => self.accept("the interrupted update was finished, and the hub answers on its socket"),
            Err(reason) => self.back(&reason).await,
        }
    }

    fn accept(&self, how: &str) -> anyhow::Result<()> {
        let old = self.installed.accept()?;
        say(&format!("healthy    {how}"));
        say(&format!(
            "kept       the previous one as {} (to go back: sudo {0} service install)",
            old.display()
        ));
        Ok(())
    }

    async fn back(&self, reason: &anyhow::Error) -> anyhow::Result<()> {
        say(&format!("not well   {reason:#}"));
        self.stop();
        let aside = match hub::put_newer_aside(self.data_dir) {
            Ok(Some(aside)) => format!(
                "; the new version had already changed the database, so the hub continues from the snapshot \
                 taken before, tablets send again what they have, and the rest of that time is in {}",
                aside.display()
            ),
            Ok(None) => String::new(),
            Err(error) => {
                format!("; whether the old version can read its database could not be checked ({error})")
            }
        };
        self.start(&self.installed.on_trial()).context("the old program could not be put back")?;
        let healthy = self.until_healthy().await;
        // It is in place, whatever keeps it from being healthy.
        self.installed.forget()?;
        match healthy {
            Ok(()) => bail!("the new version did not become healthy, and the previous one runs again{aside}"),
            Err(error) => Err(error.context(format!(
                "the new version did not become healthy, and neither did the previous one, which is in \
                 place again{aside}; its log says why: journalctl -u fieldhub -n 50 (OpenWrt: logread -e \
                 fieldhub)"
            ))),
        }
    }

    /// `service install` of that program: it puts itself into its place, writes the units that it knows, and has the machine
    /// start it.
    fn start(&self, program: &Path) -> anyhow::Result<()> {
        let args = ["service", "install", "--no-wait", "--root"];
        let mut command = Command::new(program);
        // A group of its own: what ends those of a terminal leaves it alone as well.
        command.args(args).arg(self.root).stdin(Stdio::null()).process_group(0);
        let output = command.output();
        let output = output.with_context(|| format!("{} cannot be run", program.display()))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(anyhow!("its `service install` failed ({}): {said}", output.status))
    }

    fn stop(&self) {
        let mut command = match self.installed.init {
            Init::Procd => Command::new(INIT_SCRIPT),
            _ => Command::new("systemctl"),
        };
        command.arg("stop");
        if self.installed.init != Init::Procd {
            command.arg("fieldhub");
        }
        // One that does not stop is killed by the start of the old one.
        if let Err(error) = command.stdin(Stdio::null()).status() {
            say(&format!("not well   the hub could not be stopped: {error}"));
        }
    }

    async fn until_healthy(&self) -> anyhow::Result<()> {
        let begin = Instant::now();
        let mut deadline = begin + self.patience;
        let mut heard = HashSet::new();
        loop {
            let problem = match self.look().await {
                Ok(()) => return Ok(()),
                Err(problem) => problem,
            };
            // Each new word on how far an opening has got is worth another minute; a word that is repeated is none.
            if let Some(status) = self.said_of_itself().filter(|status| tells_of_work(status))
                && heard.insert(status)
            {
                deadline = Instant::now() + self.patience;
            }
            let now = Instant::now();
            if now >= deadline.min(begin + LONGEST) {
                return Err(
                    problem.context(format!("it was not healthy after {} s", (now - begin).as_secs()))
                );
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Whether the program that is in place is the one that answers, and is well.
    async fn look(&self) -> anyhow::Result<()> {
        let status = HubClient::at(&self.socket).ask::<StatusAnswer>("/api/v1/status").await?;
        if !status.process.is_some_and(|process| self.installed.runs_as(process)) {
            bail!("another program answers on the socket");
        }
        well(&status)
    }

    /// STATUS= of systemd.
    fn said_of_itself(&self) -> Option<String> {
        if self.installed.init != Init::Systemd {
            return None;
        }
        let args = ["show", "--property=StatusText", "--value", "fieldhub"];
        let output = Command::new("systemctl").args(args).stdin(Stdio::null()).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// Whether that is how far some work has got: in parts of it, or in bytes where those are not known yet, as while a large
/// database is read for the first time.
fn tells_of_work(status: &str) -> bool {
    status.ends_with('%') || status.ends_with(supervisor::SO_FAR)
}

/// The terminal may be gone by now, with the Wi-Fi that led to it: a trial goes on, and ends by itself.
fn say(text: &str) {
    let _ = print::line(text);
}

/// As long as these are kept, neither Ctrl-C nor a closed terminal leaves a trial that nobody watches over.
fn undisturbed() -> anyhow::Result<[Signal; 2]> {
    Ok([signal(SignalKind::hangup())?, signal(SignalKind::interrupt())?])
}
