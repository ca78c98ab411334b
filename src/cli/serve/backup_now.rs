//! "Back up now": what somebody asks for on the page is made here, or by the unit that may mount sticks.
//!
//! Called by `serve`; calls `backup::making`. An installed hub may write in its own directory and nowhere else: it writes a file
//! that systemd watches (fieldhub-backup.path), and the backup is made, and told, by `fieldhub backup --stick`. A hub that somebody
//! runs by hand makes it itself, into `backup_dir` or onto a stick that is mounted.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::cli::backup::{making, stick};
use crate::cli::client::HubClient;
use crate::cli::machine::DATA;
use crate::config::Config;
use crate::hub::{BackupTarget, BackupWay, Hub};
use crate::store::no_follow;

/// What fieldhub-backup.path watches.
const WANTED: &str = "backup-wanted";
const PATH_UNIT: &str = "etc/systemd/system/multi-user.target.wants/fieldhub-backup.path";
const TIMER: &str = "etc/systemd/system/timers.target.wants/fieldhub-backup.timer";
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// As many stay as on a stick.
const KEEP: usize = 7;

/// Ends with this.
#[derive(Debug)]
pub struct BackupsNow(JoinHandle<()>);

impl Drop for BackupsNow {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Maker {
    /// systemd, which sees this file.
    Unit(PathBuf),
    Dir(PathBuf),
    Here,
}

/// What is wanted from now on is made.
pub fn follow(config: &Config, hub: &Arc<Hub>) -> BackupsNow {
    hub.say_backup_way(maker(Path::new("/"), config).1);
    let (hub, config, mut wanted) = (Arc::clone(hub), config.clone(), hub.wanted_backups());
    BackupsNow(tokio::spawn(async move {
        loop {
            // Units may come while the hub runs: `service install` starts it first.
            let asked = tokio::time::timeout(LOOK_EVERY, wanted.changed()).await;
            let (maker, way) = maker(Path::new("/"), &config);
            hub.say_backup_way(way);
            match asked {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return,
                Err(_) => continue,
            }
            let hub = Arc::clone(&hub);
            let handle = tokio::runtime::Handle::current();
            // It waits for a slow stick: on no thread that serves tablets.
            let made = tokio::task::spawn_blocking(move || handle.block_on(make(&maker, hub)));
            match made.await.map_err(anyhow::Error::from).flatten() {
                Ok(()) => {}
                // The page shows it as well, where the hub was told.
                Err(error) => tracing::warn!("no backup was made: {error:#}"),
            }
        }
    }))
}

async fn make(maker: &Maker, hub: Arc<Hub>) -> anyhow::Result<()> {
    match maker {
        Maker::Unit(file) => Ok(ask(file)?),
        Maker::Dir(dir) => making::to_dir(&HubClient::in_process(hub), dir, KEEP).await.map(|_| ()),
        Maker::Here => {
            let client = HubClient::in_process(hub);
            making::to_stick(&client, Path::new("/"), stick::LABEL, KEEP, false).await.map(|_| ())
        }
    }
}

/// Closed after writing: that is what systemd waits for.
fn ask(file: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    no_follow::open(&mut options, file)?.write_all(b"wanted\n")
}

fn maker(root: &Path, config: &Config) -> (Maker, BackupWay) {
    let is_there = |path: &str| root.join(path).symlink_metadata().is_ok();
    let installed = config.data_dir == Path::new(DATA);
    let daily = installed && is_there(TIMER);
    let stick = BackupWay { to: BackupTarget::Stick(stick::LABEL.to_owned()), daily };
    match &config.backup_dir {
        Some(dir) => {
            (Maker::Dir(dir.clone()), BackupWay { to: BackupTarget::Dir(dir.display().to_string()), daily })
        }
        None if installed && is_there(PATH_UNIT) => (Maker::Unit(config.data_dir.join(WANTED)), stick),
        None => (Maker::Here, stick),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Layer;

    #[test]
    fn an_installed_hub_asks_systemd_and_another_makes_it_itself() {
        let root = tempfile::tempdir().unwrap();
        let config = |data: &str, dir: Option<&str>| {
            let layer =
                Layer { data_dir: Some(data.into()), backup_dir: dir.map(Into::into), ..Layer::default() };
            Config::resolve([layer]).unwrap()
        };
        let found = |data: &str, dir| maker(root.path(), &config(data, dir));
        assert_eq!(found(DATA, None).0, Maker::Here, "a hub of before its units");
        for unit in [PATH_UNIT, TIMER] {
            let file = root.path().join(unit);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink("/usr/lib/systemd/system/nothing", file).unwrap();
        }
        let (maker, way) = found(DATA, None);
        assert_eq!(maker, Maker::Unit(PathBuf::from("/var/lib/fieldhub/backup-wanted")));
        assert!(way.daily && way.to == BackupTarget::Stick("FIELDHUB".to_owned()));
        let (maker, way) = found("./data", None);
        assert!(maker == Maker::Here && !way.daily, "the units are another hub's");
        let (maker, way) = found(DATA, Some("/srv/copies"));
        assert_eq!(
            (maker, way.to),
            (Maker::Dir("/srv/copies".into()), BackupTarget::Dir("/srv/copies".into()))
        );
    }

    #[test]
    fn what_is_asked_of_systemd_is_what_its_unit_watches() {
        let unit = include_str!("../../../systemd/fieldhub-backup.path");
        assert!(unit.contains(&format!("PathChanged={DATA}/{WANTED}\n")));
        let dir = tempfile::tempdir().unwrap();
        ask(&dir.path().join(WANTED)).unwrap();
        ask(&dir.path().join(WANTED)).unwrap();
        assert_eq!(std::fs::read_to_string(dir.path().join(WANTED)).unwrap(), "wanted\n");
    }
}
