//! A machine in a directory: what plans look at, and programs that keep a record of how they were called. `systemctl`
//! starts the hub for real.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::program::Ran;

/// Adds to the list of users, with our own number: the hub runs as we do.
const USERADD: &str = r#"for name; do :; done
echo "$name:x:$(id -u):$(id -g)::/:/usr/sbin/nologin" >>"$ROOT/etc/passwd"
echo "$name:x:$(id -g):" >>"$ROOT/etc/group""#;

/// `restart` ends the hub that runs and starts the one that is installed, as the unit has it. One job at a time, as systemd
/// has them: who is killed may leave a job of theirs behind. See [`FakeMachine::next_start`]. Where
/// there is a `/stuck`, a hub is killed at once, as systemd kills after a while whatever does not end.
const SYSTEMCTL: &str = r#"alone() { exec 9<"$ROOT/programs"; flock 9; }
stop() {
	[ -e "$ROOT/pid" ] || return 0
	pid=$(cat "$ROOT/pid")
	if [ -e "$ROOT/stuck" ]; then kill -KILL "-$pid"; else kill "$pid"; fi 2>/dev/null
	while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
	rm "$ROOT/pid"
}
case $1 in
disable | stop) alone; stop ;;
restart)
	alone
	stop
	under=$(cat "$ROOT/under" 2>/dev/null)
	rm -f "$ROOT/under"
	[ ! -e "$ROOT/planted" ] || mv "$ROOT/planted" "$ROOT/var/lib/fieldhub/fieldhub.redb"
	[ ! -e "$ROOT/notify" ] || export NOTIFY_SOCKET="$ROOT/notify"
	FIELDHUB_LISTEN=127.0.0.1:0 FIELDHUB_TLS_LISTEN=127.0.0.1:0 FIELDHUB_LAN_MDNS=false setsid $under "$ROOT/usr/local/bin/fieldhub" serve \
		--config "$ROOT/etc/fieldhub/fieldhub.toml" --data-dir "$ROOT/var/lib/fieldhub" </dev/null >"$ROOT/log" 2>&1 9<&- &
	echo $! >"$ROOT/pid"
	;;
is-enabled) echo enabled ;;
is-active) echo active ;;
show) cat "$ROOT/status" 2>/dev/null || echo "Open at http://192.168.4.1/" ;;
esac"#;

pub struct FakeMachine(TempDir);

impl FakeMachine {
    /// A Raspberry Pi with NetworkManager, whose country is set.
    pub fn pi() -> Self {
        let this = Self::with_systemd();
        this.radio("wlan0", "brcmfmac");
        this.program("raspi-config", "[ \"$2\" != get_wifi_country ] || echo FR");
        this
    }

    /// Any small computer with systemd and NetworkManager.
    pub fn with_systemd() -> Self {
        let this = Self::bare();
        fs::create_dir_all(this.at("/run/systemd/system")).unwrap();
        this.program("useradd", USERADD);
        this.program("userdel", "");
        this.program("systemctl", SYSTEMCTL);
        for name in ["nmcli", "dnsmasq", "iw", "rfkill"] {
            this.program(name, "");
        }
        this
    }

    /// A router with OpenWrt and its own page on port 80.
    pub fn router() -> Self {
        let this = Self::bare();
        for file in ["/sbin/procd", "/etc/openwrt_release", "/etc/config/uhttpd"] {
            fs::create_dir_all(this.at(file).parent().unwrap()).unwrap();
            fs::write(this.at(file), "").unwrap();
        }
        this.radio("phy0-ap0", "mt798x-wmac");
        this
    }

    /// A computer on which nothing starts services.
    pub fn bare() -> Self {
        let this = Self(TempDir::new().unwrap());
        for dir in ["/etc", "/programs", "/sys/class/net/eth0"] {
            fs::create_dir_all(this.at(dir)).unwrap();
        }
        fs::write(this.at("/etc/passwd"), "root:x:0:0::/root:/bin/sh\n").unwrap();
        fs::write(this.at("/etc/group"), "root:x:0:\n").unwrap();
        fs::write(this.at("/calls"), "").unwrap();
        this
    }

    pub fn radio(&self, interface: &str, driver: &str) {
        let dir = self.at(&format!("/sys/class/net/{interface}"));
        fs::create_dir_all(dir.join("phy80211")).unwrap();
        fs::create_dir_all(dir.join("device")).unwrap();
        symlink(format!("../../../../bus/drivers/{driver}"), dir.join("device/driver")).unwrap();
    }

    /// A program that records how it was called, and does that.
    pub fn program(&self, name: &str, does: &str) {
        let path = self.at("/programs").join(name);
        let text = format!("#!/bin/sh\nPATH=/usr/bin:/bin\necho \"{name} $*\" >>\"$ROOT/calls\"\n{does}\n");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path.trim_start_matches('/'))
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn mode(&self, path: &str) -> u32 {
        self.at(path).metadata().unwrap().mode() & 0o7777
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_program(Path::new(env!("CARGO_BIN_EXE_fieldhub")), args)
    }

    pub fn run_program(&self, program: &Path, args: &[&str]) -> Ran {
        self.command(program, args).output().unwrap().into()
    }

    /// It finds the programs of this machine alone.
    pub fn command(&self, program: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).arg("--root").arg(self.0.path()).env_clear().stdin(Stdio::null());
        command.env("ROOT", self.0.path()).env("PATH", self.at("/programs"));
        command
    }

    /// How programs were called since the last time, without those that only looked.
    pub fn calls(&self) -> Vec<String> {
        let calls = self.read("/calls");
        fs::write(self.at("/calls"), "").unwrap();
        let looks = [
            "raspi-config nonint get_",
            "iw reg get",
            "iw phy",
            "iw dev",
            "systemctl is-",
            "systemctl show",
            "nmcli -g",
        ];
        calls
            .lines()
            .filter(|call| !looks.iter().any(|look| call.starts_with(look)))
            .map(str::to_owned)
            .collect()
    }

    /// What a dry run prints, the same on every machine that the test runs on.
    pub fn dry(&self, args: &[&str]) -> String {
        let before = self.listing();
        let text = self.run(&[args, &["--dry-run"]].concat()).good();
        assert_eq!(self.listing(), before, "a dry run changes nothing");
        assert!(self.calls().is_empty(), "and calls nothing");
        let files = [
            ("fieldhub.service", include_str!("../../../systemd/fieldhub.service")),
            ("fieldhub-backup.service", include_str!("../../../systemd/fieldhub-backup.service")),
            ("fieldhub-backup.timer", include_str!("../../../systemd/fieldhub-backup.timer")),
            ("fieldhub-backup.path", include_str!("../../../systemd/fieldhub-backup.path")),
            ("fieldhub-update.service", include_str!("../../../systemd/fieldhub-update.service")),
            ("fieldhub.init", include_str!("../../../systemd/fieldhub.init")),
        ];
        let text = text.replace(env!("CARGO_BIN_EXE_fieldhub"), "/home/pi/fieldhub");
        files.iter().fold(text, |text, (name, file)| {
            let whole: String = file.lines().map(shown).collect();
            text.replace(&whole, &format!("        | (systemd/{name})\n"))
        })
    }

    /// The next start of the hub, and that one alone, finds this database and is run by that command.
    pub fn next_start(&self, database: &[u8], under: &str) {
        fs::write(self.at("/planted"), database).unwrap();
        fs::write(self.at("/under"), under).unwrap();
    }

    /// What hubs say to systemd from now on, each message; `systemctl show` has the last status.
    pub fn listen(&self) -> mpsc::Receiver<String> {
        let socket = UnixDatagram::bind(self.at("/notify")).unwrap();
        let (status, part) = (self.at("/status"), self.at("/status.part"));
        let (heard, hears) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Until nobody wants to hear of it.
            while let Ok(length) = socket.recv(&mut buffer) {
                let said = String::from_utf8_lossy(&buffer[..length]).into_owned();
                if let Some(text) = said.lines().find_map(|line| line.strip_prefix("STATUS=")) {
                    // The machine may be gone.
                    let _ = fs::write(&part, format!("{text}\n")).and_then(|()| fs::rename(&part, &status));
                }
                if heard.send(said).is_err() {
                    break;
                }
            }
        });
        hears
    }

    /// Every file with its content, but for the record of calls.
    pub fn listing(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut dirs = vec![self.0.path().to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(dir).unwrap().flatten() {
                let kind = entry.file_type().unwrap();
                if kind.is_dir() {
                    dirs.push(entry.path());
                } else if kind.is_file() && entry.file_name() != "calls" {
                    found.push((entry.path(), fs::read(entry.path()).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    pub fn pid(&self) -> Option<i32> {
        fs::read_to_string(self.at("/pid")).ok()?.trim().parse().ok()
    }
}

fn shown(line: &str) -> String {
    if line.is_empty() { "        |\n".to_owned() } else { format!("        | {line}\n") }
}

impl Drop for FakeMachine {
    fn drop(&mut self) {
        if let Some(pid) = self.pid().and_then(Pid::from_raw) {
            // Gone already, when the test has stopped it.
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}
