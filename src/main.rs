//! The program: read the command line, start logging, do the command, say how it went.

use std::process::ExitCode;

use clap::Parser;
use fieldhub::cli::{Cli, exit_code, start_log};

fn main() -> ExitCode {
    exit_code(run(Cli::parse()))
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let Some((config, unknown)) = cli.settings(std::env::vars_os())? else {
        return cli.print_config();
    };
    start_log(&config.log)?;
    for variable in unknown {
        tracing::warn!(
            "{variable} is not a fieldhub setting and has no effect; `fieldhub serve --help` lists them"
        );
    }
    cli.run(config)
}
