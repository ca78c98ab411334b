//! The program: read the command line, start logging, do the command, say how it went.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use fieldhub::cli::{Cli, exit_code};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    exit_code(run(Cli::parse()))
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let Some((config, unknown)) = cli.settings(std::env::vars_os())? else {
        return cli.print_config();
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&config.log).map_err(|e| Cli::wrong_log(&config.log, &e))?)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    for variable in unknown {
        tracing::warn!(
            "{variable} is no setting of fieldhub and has no effect; `fieldhub serve --help` lists them"
        );
    }
    cli.run(config)
}
