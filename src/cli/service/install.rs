//! `fieldhub service install`: from one copied file to a hub that starts with the machine. Again: an upgrade.
//!
//! Nothing that it finds is lost: settings are written where there are none, and data are never touched.

use std::path::{Path, PathBuf};

use clap::Args;

use super::client::SOCKET;
use super::hotspot::network::{self, HotspotNetwork};
use super::hotspot::{names, openwrt, profile};
use super::machine::facts::{Facts, Init};
use super::machine::plan::{self, File, FileGroup, MachineStep, run, write};
use super::machine::{
    BACKUP_PATH, BACKUP_TIMER, BACKUP_UNIT, DATA, INIT_SCRIPT, MachineChange, PACKAGED, PROGRAM, SETTINGS,
    UNIT, UPDATE_UNIT, USER,
};
use super::{print, settings};
use crate::cli::serve::address;
use crate::config::tls::Mode;
use crate::config::{Config, Layer};

const UNIT_FILE: &str = include_str!("../../../systemd/fieldhub.service");
const BACKUP_UNIT_FILE: &str = include_str!("../../../systemd/fieldhub-backup.service");
const BACKUP_TIMER_FILE: &str = include_str!("../../../systemd/fieldhub-backup.timer");
const BACKUP_PATH_FILE: &str = include_str!("../../../systemd/fieldhub-backup.path");
const UPDATE_UNIT_FILE: &str = include_str!("../../../systemd/fieldhub-update.service");
const INIT_FILE: &str = include_str!("../../../systemd/fieldhub.init");

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub service install --dry-run
  sudo ./fieldhub service install --hotspot JALIBAT --country FR")]
pub struct Install {
    /// Also make a Wi-Fi of this name that tablets join
    #[arg(long, value_name = "SSID", value_parser = network::ssid)]
    hotspot: Option<String>,
    #[command(flatten)]
    wanted: network::HotspotFlags,
    /// HTTPS in new settings: auto makes the hub's own CA, off is plain HTTP only
    #[arg(long, value_name = "auto|off", default_value = "auto")]
    tls: Mode,
    /// Leave it to `fieldhub update` to check how the hub does
    #[arg(long, hide = true)]
    no_wait: bool,
    #[command(flatten)]
    change: MachineChange,
}

impl Install {
    pub async fn run(&self, config: &Config) -> anyhow::Result<()> {
        self.change.check()?;
        let facts = self.change.place.facts()?;
        let (facts, lacked) = match self.change.dry_run {
            true => facts.into_pi(self.hotspot.is_some(), self.wanted.interface.is_some()),
            false => (facts, Vec::new()),
        };
        let hosts = names::all(&config.lan);
        let radio = network::RadioFlags::default();
        let hotspot = match &self.hotspot {
            Some(ssid) => Some(HotspotNetwork::of(ssid, &self.wanted, &radio, &facts, self.change.dry_run)?),
            None => None,
        };
        let mut steps = steps(&facts, hotspot.as_ref(), &hosts, self.tls)?;
        if !lacked.is_empty() {
            let lacked = lacked.join(", no ");
            let said =
                format!("This machine has no {lacked}: what follows is for a Raspberry Pi, which has.\n");
            steps.insert(0, MachineStep::Say(said));
        }
        self.change.make(&if self.no_wait { plan::without_waiting(steps) } else { steps }).await?;
        if self.change.dry_run || self.no_wait || self.hotspot.is_some() {
            return Ok(());
        }
        say_where(&facts.settings.clone().unwrap_or_else(|| settings::first(&facts, self.tls)))
    }
}

fn steps(
    facts: &Facts,
    hotspot: Option<&HotspotNetwork>,
    hosts: &[String],
    tls: Mode,
) -> anyhow::Result<Vec<MachineStep>> {
    match facts.init {
        Init::Systemd => on_systemd(facts, hotspot, hosts, tls),
        Init::Procd => on_openwrt(facts, hotspot, hosts, tls),
        Init::Other => anyhow::bail!(
            "neither systemd nor OpenWrt's procd starts services here: have your service manager run \
             `fieldhub serve`"
        ),
    }
}

fn on_systemd(
    facts: &Facts,
    hotspot: Option<&HotspotNetwork>,
    hosts: &[String],
    tls: Mode,
) -> anyhow::Result<Vec<MachineStep>> {
    if hotspot.is_some() {
        profile::check(facts)?;
    }
    if facts.packaged_unit && !facts.packaged() {
        anyhow::bail!(
            "a package installed the hub here; upgrade it with: sudo apt install ./fieldhub_VERSION.deb"
        );
    }
    let mut steps = Vec::new();
    if !facts.user {
        let command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", DATA];
        let command = [&command[..], &["--shell", "/usr/sbin/nologin", USER]].concat();
        steps.push(run(&command, "the hub gets its own user, which owns nothing but the hub's data"));
    }
    // What a package has put there, the package replaces.
    if !facts.packaged() {
        steps.push(MachineStep::Program { from: facts.program.clone(), to: PROGRAM.into() });
        steps.push(write(UNIT, UNIT_FILE));
        steps.push(write(BACKUP_UNIT, BACKUP_UNIT_FILE));
        steps.push(write(BACKUP_TIMER, BACKUP_TIMER_FILE));
        steps.push(write(BACKUP_PATH, BACKUP_PATH_FILE));
        steps.push(write(UPDATE_UNIT, UPDATE_UNIT_FILE));
    }
    steps.extend(settings_and_network(facts, hotspot, tls)?);
    steps.extend([
        run(&["systemctl", "daemon-reload"], "systemd reads the unit"),
        run(&["systemctl", "enable", "fieldhub"], "it starts with the machine"),
        run(
            &["systemctl", "restart", "fieldhub"],
            "and now; one that is already running is replaced by the new one",
        ),
        run(
            &["systemctl", "enable", "fieldhub-backup.service"],
            "a stick with the label FIELDHUB gets a backup",
        ),
        run(
            &["systemctl", "enable", "fieldhub-update.service"],
            "an update cut off by a power loss is finished at the next start",
        ),
        run(&["systemctl", "enable", "--now", "fieldhub-backup.timer"], "and another one every day"),
        run(
            &["systemctl", "enable", "--now", "fieldhub-backup.path"],
            "and when a lead asks for one on the page",
        ),
        MachineStep::AwaitHub { socket: socket(facts)? },
    ]);
    if let Some(network) = hotspot {
        steps.extend(profile::up(network, facts, hosts));
    }
    Ok(steps)
}

fn on_openwrt(
    facts: &Facts,
    hotspot: Option<&HotspotNetwork>,
    hosts: &[String],
    tls: Mode,
) -> anyhow::Result<Vec<MachineStep>> {
    let data = settings::data(facts);
    let mut steps = Vec::new();
    if facts.program != Path::new(PACKAGED) {
        steps.push(MachineStep::Program { from: facts.program.clone(), to: PACKAGED.into() });
    }
    steps.extend(settings_and_network(facts, hotspot, tls)?);
    steps.extend([
        MachineStep::Write(File {
            path: INIT_SCRIPT.into(),
            mode: 0o755,
            group: FileGroup::Root,
            content: INIT_FILE.to_owned(),
            secret: None,
        }),
        // What `sysupgrade` carries over.
        write("/lib/upgrade/keep.d/fieldhub", format!("{PACKAGED}\n/etc/fieldhub\n{INIT_SCRIPT}\n{data}\n")),
        run(&[INIT_SCRIPT, "enable"], "it starts with the router"),
        run(&[INIT_SCRIPT, "restart"], "and now"),
        MachineStep::AwaitHub { socket: socket(facts)? },
    ]);
    if facts.luci {
        steps.push(MachineStep::Say(
            "\nThe router's own page uses port 80, so the hub is on 8080. To give it 80 and 443: move that \
             page with\n\
             uci set uhttpd.main.listen_http='0.0.0.0:8081'; uci set uhttpd.main.listen_https='0.0.0.0:8444'\n\
             uci commit uhttpd; /etc/init.d/uhttpd restart\n\
             and set these ports in /etc/fieldhub/fieldhub.toml."
                .to_owned(),
        ));
    }
    if let Some(network) = hotspot {
        let commands = openwrt::commands(network, hosts);
        steps.push(MachineStep::Say(format!("\nFor the Wi-Fi, type this here:\n\n{commands}")));
    }
    Ok(steps)
}

/// Settings where there are none; where there are some, only the network is written into them.
fn settings_and_network(
    facts: &Facts,
    hotspot: Option<&HotspotNetwork>,
    tls: Mode,
) -> anyhow::Result<Vec<MachineStep>> {
    let first = || settings::first(facts, tls);
    match (hotspot, &facts.settings) {
        (Some(network), there) => profile::for_the_hub(network, facts, &there.clone().unwrap_or_else(first)),
        (None, None) => Ok(vec![write(SETTINGS, first())]),
        (None, Some(_)) => Ok(Vec::new()),
    }
}

/// Where the hub of these settings is heard.
fn socket(facts: &Facts) -> anyhow::Result<PathBuf> {
    let set: Layer = facts.settings.as_deref().map_or(Ok(Layer::default()), toml::from_str)?;
    Ok(set.data_dir.unwrap_or_else(|| settings::data(facts).into()).join(SOCKET))
}

fn say_where(settings: &str) -> anyhow::Result<()> {
    let set = toml::from_str::<Layer>(settings)?;
    let found = || address::of_listeners(&set.listen.unwrap_or_default());
    let at = set.lan.origin().or_else(found).unwrap_or_else(|| "the addresses of its settings".to_owned());
    print::line(&format!(
        "\nThe hub is at {at}, now and after every start.\n\
         `sudo fieldhub crew code` shows the QR code to join with, and `sudo fieldhub poster` makes a sheet to print.\n\
         `sudo fieldhub hotspot up --ssid NAME --country CC` gives it its own Wi-Fi."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_package_has_put_there_stays_the_packages() {
        let facts = Facts {
            program: PACKAGED.into(),
            packaged_unit: true,
            user: true,
            ..Facts::for_test(Init::Systemd, &[])
        };
        let files: Vec<_> = steps(&facts, None, &[], Mode::Auto)
            .unwrap()
            .into_iter()
            .filter_map(|step| match step {
                MachineStep::Program { to, .. } => Some(to),
                MachineStep::Write(file) => Some(file.path),
                _ => None,
            })
            .collect();
        assert_eq!(files, [Path::new(SETTINGS)]);
        // A second hub beside it would take its data and its ports.
        let copied = Facts { program: "/home/pi/fieldhub".into(), ..facts };
        assert!(steps(&copied, None, &[], Mode::Auto).unwrap_err().to_string().contains("apt install"));
    }

    #[test]
    fn the_hub_is_waited_for_where_its_settings_have_it() {
        let moved =
            |text: &str| Facts { settings: Some(text.to_owned()), ..Facts::for_test(Init::Systemd, &[]) };
        assert_eq!(socket(&moved("data_dir = \"/srv/hub\"")).unwrap(), Path::new("/srv/hub/fieldhub.sock"));
        assert_eq!(socket(&moved("")).unwrap(), Path::new("/var/lib/fieldhub/fieldhub.sock"));
        assert!(socket(&moved("nmae = 1")).is_err());
    }
}
