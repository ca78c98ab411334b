//! The command line: one file per command, all over the same HTTP API.
//!
//! Called by `main`; calls `http` and `hub`, which only `serve` and `client` touch. Commands speak to the
//! running hub over its socket, or to a hub opened in this process: see `client`.

mod audit;
mod backup;
mod bounds;
mod bundle;
mod client;
mod clock;
mod company;
mod confirm;
mod credentials;
mod crew;
mod discover;
mod doctor;
mod file;
mod hint;
mod hotspot;
mod hub_status;
mod identity;
mod journal;
mod machine;
mod manual;
mod mounts;
mod named_audit;
mod nights;
mod owner;
mod photos;
mod picture_folder;
mod poster;
mod print;
mod report;
mod restore;
mod scan;
mod serve;
mod service;
mod status;
mod update;
mod upstream;
mod verify;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::config::{Config, ConfigError, DEFAULT_DATA_DIR, DEFAULT_FILE, FILE_VARIABLE, Layer};
use crate::domain::Invalid;
use client::HubClient;
pub use journal::start as start_log;

/// Live, offline, durable: a hub for solar audits on the site itself.
#[derive(Debug, Parser)]
#[command(name = "fieldhub", version, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// Where everything is kept [default: ./data] [env: FIELDHUB_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// A TOML file with settings; see `fieldhub serve --print-config` [env: FIELDHUB_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: CliCommand,
}

#[derive(Debug, Subcommand)]
enum CliCommand {
    /// Run the hub until SIGTERM or Ctrl-C
    Serve(serve::ServeCommand),
    /// Make, import, look at, export and remove audits
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// The crew's codes, who has joined, and what they may do
    #[command(subcommand)]
    Crew(crew::CrewCommand),
    Poster(poster::PosterCommand),
    /// How far the marks have got on their way up
    #[command(subcommand)]
    Upstream(upstream::UpstreamCommand),
    /// How the hub is
    Status(status::StatusCommand),
    Clock(clock::ClockCommand),
    /// What is wrong with the hub and its machine, and what to type
    Doctor(doctor::DoctorCommand),
    /// The hubs on this network
    Discover(discover::DiscoverCommand),
    /// Who the hub is to other hubs
    #[command(subcommand)]
    Identity(identity::IdentityCommand),
    /// Write a full copy of the hub's data, but for the pictures of photos, to a file, even while it runs
    Backup(backup::BackupCommand),
    /// What photos there are, whether all are there and sound, and pictures of cards and folders
    #[command(subcommand)]
    Photos(photos::PhotosCommand),
    Report(report::ReportCommand),
    Company(company::CompanyCommand),
    Verify(verify::VerifyCommand),
    /// Replace the hub's data with a backup
    Restore(restore::RestoreCommand),
    /// The hub as a service that starts with this machine
    #[command(subcommand)]
    Service(service::ServiceCommand),
    Update(update::UpdateCommand),
    /// The hub's own Wi-Fi, which tablets join
    #[command(subcommand)]
    Hotspot(hotspot::HotspotCommand),
    /// Carry marks from hub to hub as a file
    #[command(subcommand)]
    Bundle(bundle::BundleCommand),
    Completions(manual::CompletionsCommand),
    Man(manual::ManCommand),
}

/// How a command prints data.
#[derive(Debug, Args)]
struct Output {
    /// Print JSON, as the HTTP API gives it
    #[arg(long, global = true)]
    json: bool,
}

/// The command line asks for something that makes no sense: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct WrongUse(String);

fn wrong_log(filter: &str, problem: &dyn std::fmt::Display) -> anyhow::Error {
    WrongUse(format!("log: `{filter}` is not a log filter ({problem}); write info, debug or warn")).into()
}

impl Cli {
    /// The settings, and environment variables that look like one and are none. Nothing when the
    /// settings are only to be printed: that works whatever they are.
    pub fn settings(
        &self,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Option<(Config, Vec<String>)>, ConfigError> {
        let mut flags = Layer { data_dir: self.data_dir.clone(), ..Layer::default() };
        let mut quiet = Layer::default();
        match &self.command {
            CliCommand::Serve(serve) if serve.print_config => return Ok(None),
            CliCommand::Serve(serve) => serve.flags(&mut flags),
            // Who asks for a list does not want to read how the database was opened.
            _ => quiet.log = Some("warn".to_owned()),
        }
        let variables = text_variables(variables);
        let named =
            variables.iter().find(|(name, _)| name == FILE_VARIABLE).map(|(_, path)| PathBuf::from(path));
        let file = match self.config.clone().or(named).or_else(|| self.installed()) {
            Some(path) => Layer::from_file(&path)?,
            None => Layer::default(),
        };
        let (signing_key, lacks) = credentials::usable_key(&variables);
        let (env, unknown) = Layer::from_env(variables)?;
        // A file speaks to the hub: what it logs is no wish of somebody who lists audits.
        let file = if quiet.log.is_some() { Layer { log: None, ..file } } else { file };
        let config = Config::resolve([flags, env, file, quiet])?;
        Ok(Some((Config { signing_key, lacks, ..config }, unknown)))
    }

    /// The settings of the hub that is installed here, for the commands that look after it. `serve` is told which file
    /// by its unit: a hub that somebody tries out beside it has nothing to do with that.
    fn installed(&self) -> Option<PathBuf> {
        let settings = PathBuf::from(machine::SETTINGS);
        (!matches!(self.command, CliCommand::Serve(_)) && settings.exists()).then_some(settings)
    }

    /// `fieldhub serve` where a hub is installed: whoever copies that line wants the audits of the installed one, and would
    /// mark in a second one that nobody looks after.
    fn check_beside(&self, config: &Config, installed: bool) -> anyhow::Result<()> {
        let named = self.data_dir.is_some() || config.data_dir != Path::new(DEFAULT_DATA_DIR);
        if !matches!(self.command, CliCommand::Serve(_)) || named || !installed {
            return Ok(());
        }
        let settings = machine::SETTINGS;
        Err(WrongUse(format!(
            "a hub is installed on this machine ({settings}) and starts with it: `sudo fieldhub status` says how it is. For \
             another one beside it, say where its data are to be: fieldhub serve --data-dir DIR"
        ))
        .into())
    }

    pub fn print_config(&self) -> anyhow::Result<()> {
        print::out(DEFAULT_FILE)
    }

    pub fn run(self, config: Config) -> anyhow::Result<()> {
        self.check_beside(&config, Path::new(machine::SETTINGS).exists())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("the program's threads could not be started")?;
        let result = runtime.block_on(self.command.run(&config));
        // A request that hangs must not keep the program alive.
        runtime.shutdown_background();
        result
    }
}

impl CliCommand {
    async fn run(&self, config: &Config) -> anyhow::Result<()> {
        match self {
            Self::Serve(serve) => serve.run(config).await,
            Self::Service(service) => service.run(config).await,
            Self::Hotspot(hotspot) => hotspot.run(config).await,
            Self::Update(update) => update.run(config).await,
            Self::Discover(discover) => discover.run().await,
            Self::Doctor(doctor) => doctor.run(config).await,
            Self::Verify(verify) => verify.run(config),
            Self::Completions(completions) => completions.run(),
            Self::Man(man) => man.run(),
            Self::Audit(audit) => {
                audit.check()?;
                over(HubClient::open(config, audit.makes_data()), async |hub| audit.run(hub).await).await
            }
            Self::Crew(crew) => {
                let hub = async { HubClient::open(config, crew.makes_data()).await?.with_its_crew().await };
                over(hub, async |hub| crew.run(hub).await).await
            }
            Self::Poster(poster) => {
                let hub = async { HubClient::open(config, true).await?.with_its_crew().await };
                over(hub, async |hub| poster.run(hub).await).await
            }
            Self::Upstream(upstream) => {
                over(HubClient::of_running(config), async |hub| upstream.run(hub).await).await
            }
            Self::Clock(clock) => {
                clock.check()?;
                over(HubClient::open(config, false), async |hub| clock.run(hub).await).await
            }
            Self::Status(status) => {
                over(HubClient::open(config, false), async |hub| status.run(hub).await).await
            }
            Self::Identity(identity) => {
                identity.check()?;
                over(HubClient::open(config, false), async |hub| identity.run(hub).await).await
            }
            Self::Photos(photos) => {
                photos.check()?;
                over(HubClient::open(config, false), async |hub| photos.run(hub).await).await
            }
            Self::Report(report) => {
                over(HubClient::open(config, false), async |hub| report.run(hub).await).await
            }
            Self::Company(company) => {
                company.check()?;
                over(HubClient::open(config, true), async |hub| company.run(hub).await).await
            }
            Self::Backup(backup) => {
                backup.check()?;
                over(HubClient::open(config, false), async |hub| backup.run(hub).await).await
            }
            Self::Restore(restore) => {
                restore.check(&config.data_dir)?;
                over(HubClient::open(config, true), async |hub| restore.run(hub).await).await
            }
            Self::Bundle(bundle) => {
                bundle.check()?;
                over(HubClient::open(config, bundle.makes_data()), async |hub| bundle.run(hub).await).await
            }
        }
    }
}

/// What a command does with a hub, which is closed after it if it was opened for it.
async fn over(
    hub: impl Future<Output = anyhow::Result<HubClient>>,
    work: impl AsyncFnOnce(&HubClient) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let hub = hub.await?;
    let result = work(&hub).await;
    hub.close().await;
    result
}

/// Those that are text: others are no settings.
fn text_variables(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Vec<(String, String)> {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    variables.into_iter().filter_map(text).collect()
}

/// 0 done, 1 failed, 2 wrong use, others as `verify` says; what went wrong is on stderr.
pub fn exit_code(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    print::error(&error);
    if let Some(failure) = error.downcast_ref::<verify::VerifyFailure>() {
        return ExitCode::from(failure.code);
    }
    let wrong_use = error.is::<WrongUse>() || error.is::<ConfigError>() || error.is::<Invalid>();
    ExitCode::from(if wrong_use { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_hub_is_installed_no_second_one_is_begun_by_chance() {
        let beside = |args: &[&str], installed| {
            let cli = Cli::parse_from([&["fieldhub"], args].concat());
            let flags = Layer { data_dir: cli.data_dir.clone(), ..Layer::default() };
            cli.check_beside(&Config::resolve([flags]).unwrap(), installed)
        };
        let refused = beside(&["serve"], true).unwrap_err();
        assert!(
            refused.is::<WrongUse>() && refused.to_string().contains("sudo fieldhub status"),
            "{refused}"
        );
        assert!(beside(&["serve"], false).is_ok());
        for meant in [&["serve", "--data-dir", "./data"][..], &["serve", "--data-dir", "d1"], &["status"]] {
            assert!(beside(meant, true).is_ok(), "{meant:?}");
        }
    }
}
