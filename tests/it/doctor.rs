//! `fieldhub doctor` as a crew lead runs it: on a Raspberry Pi in a directory, healthy and sick, and on this machine
//! beside hubs that run, were stopped, or hang.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::common::fake_machine::FakeMachine;
use crate::common::program::{Ran, Serving, program};
use rustix::process::Signal;
use serde_json::Value;

const DATA: &str = "/var/lib/fieldhub";
const SETTINGS: &str = "/etc/fieldhub/fieldhub.toml";
const THROTTLED: &str = "/sys/devices/platform/soc/soc:firmware/get_throttled";
const REGDOM: &str = "/sys/module/cfg80211/parameters/ieee80211_regdom";
const CARD: &str = "/sys/devices/platform/mmc0/mmc0:aaaa/block/mmcblk0";
const PROFILE: &str = "/etc/NetworkManager/system-connections/fieldhub.nmconnection";

fn file(pi: &FakeMachine, path: &str, text: &str) {
    fs::create_dir_all(pi.at(path).parent().unwrap()).unwrap();
    fs::write(pi.at(path), text).unwrap();
}

fn link(pi: &FakeMachine, path: &str, to: &str) {
    fs::create_dir_all(pi.at(path).parent().unwrap()).unwrap();
    symlink(to, pi.at(path)).unwrap();
}

/// Somebody listens at 0.0.0.0, at ports as the kernel writes them.
fn listener(pi: &FakeMachine, ports: &[&str], process: u64, name: &str) {
    let mut table = "  sl  local_address rem_address   st ...\n".to_owned();
    for (at, port) in ports.iter().enumerate() {
        let inode = 40_000 + at;
        table +=
            &format!("   {at}: 00000000:{port} 00000000:0000 0A 0:0 0:0 0 33 0 {inode} 1 0 100 0 0 10 0\n");
        link(pi, &format!("/proc/{process}/fd/{at}"), &format!("socket:[{inode}]"));
    }
    file(pi, "/proc/net/tcp", &table);
    file(pi, &format!("/proc/{process}/comm"), &format!("{name}\n"));
}

/// A Pi 4 as it should be before a night: the hub installed and running, a hotspot, a stick with a backup.
fn healthy() -> FakeMachine {
    let pi = FakeMachine::pi();
    pi.run(&["service", "install"]).good();
    // What the systemctl of this machine does not.
    let wants = "/etc/systemd/system/multi-user.target.wants/fieldhub.service";
    link(&pi, wants, "/etc/systemd/system/fieldhub.service");
    let timers = "/etc/systemd/system/timers.target.wants/fieldhub-backup.timer";
    link(&pi, timers, "/etc/systemd/system/fieldhub-backup.timer");
    pi.program("nmcli", "echo activated");
    file(&pi, PROFILE, "[connection]\nid=fieldhub\ninterface-name=wlan0\n\n[wifi]\nssid=JALIBAT\n");
    file(&pi, THROTTLED, "0\n");
    file(&pi, "/sys/class/thermal/thermal_zone0/temp", "51234\n");
    file(&pi, REGDOM, "FR\n");
    file(&pi, "/run/systemd/timesync/synchronized", "");
    file(&pi, &format!("{CARD}/mmcblk0p2/size"), "62000000\n");
    for (name, text) in
        [("type", "MMC\n"), ("name", "SC32G\n"), ("date", "03/2021\n"), ("life_time", "0x02 0x01\n")]
    {
        file(&pi, &format!("{CARD}/device/{name}"), text);
    }
    file(&pi, &format!("{CARD}/mmcblk0p3/size"), "2000000\n");
    link(&pi, "/sys/dev/block/179:3", "../../devices/platform/mmc0/mmc0:aaaa/block/mmcblk0/mmcblk0p3");
    file(&pi, "/dev/sda1", "");
    link(&pi, "/dev/disk/by-label/FIELDHUB", "../../sda1");
    file(&pi, "/media/stick/other.txt", "");
    mounts(&pi, "rw");
    let file = pi.at("/media/stick/fieldhub-00000000-20991231-000000-000.redb");
    fs::write(file, "of another hub").unwrap();
    let backup = ["backup", pi.at("/media/stick/copy").to_str().unwrap(), "--data-dir"].map(str::to_owned);
    let data = pi.at(DATA).to_str().unwrap().to_owned();
    Ran::from(program(&[]).args(backup).arg(&data).output().unwrap()).good();
    let status = Ran::from(program(&["status", "--json", "--data-dir", &data]).output().unwrap()).json();
    let id: String = status["hub_id"].as_str().unwrap().chars().take(8).collect();
    let now = now("%Y%m%d-%H%M%S-000");
    fs::rename(pi.at("/media/stick/copy"), pi.at(&format!("/media/stick/fieldhub-{id}-{now}.redb"))).unwrap();
    listener(&pi, &["0050", "01BB"], status["process"].as_u64().unwrap(), "fieldhub");
    pi
}

fn now(format: &str) -> String {
    chrono::Utc::now().format(format).to_string()
}

/// The card, whose file system takes writes or not, and the stick.
fn mounts(pi: &FakeMachine, how: &str) {
    let root = pi.at("/").canonicalize().unwrap();
    let (stick, at) = (root.join("dev/sda1"), root.join("media/stick"));
    let card = format!(
        "22 1 179:2 / / ro,noatime shared:1 - ext4 /dev/mmcblk0p2 ro\n\
         24 22 179:3 / {DATA} rw,noatime - ext4 /dev/mmcblk0p3 {how}\n"
    );
    file(
        pi,
        "/proc/self/mountinfo",
        &format!("{card}36 22 8:1 / {} rw - vfat {} rw\n", at.display(), stick.display()),
    );
}

fn doctor(pi: &FakeMachine, more: &[&str]) -> Ran {
    let (data, settings) = (pi.at(DATA), pi.at(SETTINGS));
    let args = ["doctor", "--data-dir", data.to_str().unwrap(), "--config", settings.to_str().unwrap()];
    pi.run(&[&args, more].concat())
}

/// What it found, whatever its exit code says.
fn findings(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

fn verdicts(found: &Value) -> Vec<(&str, &str)> {
    let checks = found["checks"].as_array().unwrap();
    checks.iter().map(|check| (check["name"].as_str().unwrap(), check["verdict"].as_str().unwrap())).collect()
}

fn check<'a>(found: &'a Value, name: &str) -> &'a Value {
    let checks = found["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name}: {found:#}"))
}

#[test]
fn a_healthy_pi_has_nothing_to_be_done_and_every_check_is_there() {
    let pi = healthy();
    let ran = doctor(&pi, &["--json"]);
    let found = findings(&ran);
    // The hub itself runs on this machine.
    let synchronised = Path::new("/run/systemd/timesync/synchronized").exists();
    assert_eq!(
        verdicts(&found),
        [
            ("supply", "ok"),
            ("heat", "ok"),
            ("card", "ok"),
            ("power cuts", "ok"),
            ("room", "ok"),
            ("files", "ok"),
            ("writes", "ok"),
            ("leftovers", "ok"),
            ("rights", "ok"),
            ("machine's time", "ok"),
            ("hub's time", if synchronised { "ok" } else { "look" }),
            ("clock chip", "ok"),
            ("wi-fi radio", "ok"),
            ("country", "ok"),
            ("hotspot", "ok"),
            ("wi-fi crew", "ok"),
            ("http", "ok"),
            ("https", "ok"),
            ("certificate", "ok"),
            ("network name", "ok"),
            ("service", "ok"),
            ("hub", "ok"),
            ("daily backup", "ok"),
            ("backup stick", "ok"),
            ("newest backup", "ok"),
        ],
        "{found:#}"
    );
    assert_eq!((ran.code, &found["ok"]), (Some(0), &Value::Bool(true)), "{}", ran.err);
    let page = doctor(&pi, &[]).good();
    assert!(page.starts_with("power\n  ok    supply          The voltage is right.\n"), "{page}");
    assert!(
        page.contains("\nservice\n  ok    service         The hub starts with this machine.\n"),
        "{page}"
    );
    let last =
        if synchronised { "Nothing wrong can be seen from here." } else { "Nothing needs to be done." };
    assert!(page.ends_with(&format!("\n\n{last}\n")), "{page}");
}

#[test]
fn a_sick_pi_says_what_to_do_about_each_thing() {
    let pi = healthy();
    file(&pi, THROTTLED, "50005\n");
    file(&pi, "/sys/class/thermal/thermal_zone0/temp", "86000\n");
    file(&pi, &format!("{CARD}/device/pre_eol_info"), "0x03\n");
    file(&pi, REGDOM, "00\n");
    pi.program("raspi-config", "");
    file(&pi, "/sys/class/rfkill/rfkill0/type", "wlan\n");
    file(&pi, "/sys/class/rfkill/rfkill0/soft", "1\n");
    pi.program("nmcli", "");
    let dump = "for n in 1 2 3 4 5 6 7 8 9 10; do echo \"Station aa:bb:cc:dd:ee:$n (on wlan0)\"; done";
    pi.program("iw", &format!("[ \"$3\" != station ] || {{ {dump}; }}"));
    mounts(&pi, "ro");
    fs::remove_file(pi.at("/etc/systemd/system/multi-user.target.wants/fieldhub.service")).unwrap();
    stop(&pi);
    listener(&pi, &["0050"], 812, "lighttpd");

    let ran = doctor(&pi, &["--json"]);
    let found = findings(&ran);
    let sick: Vec<_> = verdicts(&found).into_iter().filter(|(_, verdict)| *verdict == "do").collect();
    let names = [
        "supply",
        "heat",
        "card",
        "writes",
        "wi-fi radio",
        "country",
        "hotspot",
        "wi-fi crew",
        "http",
        "service",
        "hub",
    ];
    assert_eq!(sick, names.map(|name| (name, "do")), "{found:#}");
    assert_eq!((ran.code, &found["ok"]), (Some(1), &Value::Bool(false)));
    assert_eq!(ran.err, "error: 11 things need to be done: see `do`\n");
    let checks = found["checks"].as_array().unwrap();
    let without = checks.iter().find(|check| check["verdict"] == "do" && check["do"].is_null());
    assert_eq!(without, None, "each says what to do");
    assert_eq!(check(&found, "wi-fi radio")["do"], "sudo rfkill unblock wifi");
    assert!(check(&found, "http")["said"].as_str().unwrap().contains("used by lighttpd (process 812)"));
    assert_eq!(
        check(&found, "newest backup")["verdict"],
        "unknown",
        "a hub that is stopped does not say which is its own"
    );
    assert!(check(&found, "hub")["do"].as_str().unwrap().starts_with("sudo systemctl start fieldhub; "));

    let page = doctor(&pi, &[]);
    assert_eq!(page.code, Some(1));
    // Room and times are this machine's own, and today's.
    let today = ["room", "machine's time", "certificate"].map(|name| format!(" {name} "));
    let lines = page.out.lines().filter(|line| !today.iter().any(|name| line.contains(name.as_str())));
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    let root = pi.at("/").canonicalize().unwrap();
    insta::assert_snapshot!("doctor_sick", text.replace(root.to_str().unwrap(), "").replace("//", "/"));
}

/// As `systemctl stop` does it; its process is gone from the kernel's list too.
fn stop(pi: &FakeMachine) {
    fs::remove_dir_all(pi.at(&format!("/proc/{}", pi.pid().unwrap()))).unwrap();
    let stopped = std::process::Command::new(pi.at("/programs/systemctl"))
        .arg("disable")
        .env_clear()
        .env("ROOT", pi.at("/"))
        .status();
    assert!(stopped.unwrap().success());
}

/// On this machine itself: what is said of the hub, whatever else is said.
fn beside(data: &Path, listen: &str) -> (Option<i32>, Value) {
    let mut command = program(&["doctor", "--json", "--data-dir"]);
    let ran = Ran::from(command.arg(data).env("FIELDHUB_LISTEN", listen).output().unwrap());
    (ran.code, findings(&ran))
}

#[test]
fn a_hub_that_runs_and_one_that_was_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let hub = Serving::start(dir.path(), &["--no-mdns"]);
    let (address, process) = (hub.address.clone(), hub.pid());
    let (_, found) = beside(dir.path(), &address);
    assert_eq!(check(&found, "hub")["verdict"], "ok");
    let http = check(&found, "http");
    assert_eq!(
        (&http["verdict"], &http["said"]),
        (&"ok".into(), &format!("The hub listens at {address}.").into())
    );
    assert_eq!(check(&found, "network name")["verdict"], "ok", "it was not to be found by name");

    assert_eq!(hub.stop(Signal::TERM), Some(0));
    let (_, found) = beside(dir.path(), &address);
    assert_ne!(check(&found, "hub")["verdict"], "ok");
    assert_eq!(check(&found, "http")["said"], format!("{address} is free for the hub."));

    // Another program has taken its place, before it is started again.
    let taken = TcpListener::bind(&address).unwrap();
    let (code, found) = beside(dir.path(), &address);
    let http = check(&found, "http");
    assert_eq!((code, &http["verdict"]), (Some(1), &"do".into()), "{http}");
    assert!(http["said"].as_str().unwrap().contains(&format!("(process {})", std::process::id())), "{http}");
    assert_ne!(std::process::id(), process);
    drop(taken);
}

#[test]
fn each_upstream_of_the_hub_is_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    // Nobody is there, and nobody has to be: how it goes is the upstream's own test.
    let hub = Serving::start(dir.path(), &["--no-mdns", "--upstream", "http://127.0.0.1:9"]);
    let (_, found) = beside(dir.path(), &hub.address);
    let said = check(&found, "upstream");
    assert!(said["verdict"] == "ok" || said["verdict"] == "look", "{said}");
    let names = verdicts(&found).into_iter().filter(|(name, _)| *name == "upstream");
    assert_eq!(names.count(), 1);
}

#[test]
fn a_hub_that_hangs_is_no_hub_that_runs() {
    let dir = tempfile::tempdir().unwrap();
    let hub = Serving::start(dir.path(), &["--no-mdns"]);
    hub.signal(Signal::STOP);
    let (code, found) = beside(dir.path(), &hub.address);
    let said = check(&found, "hub");
    assert_eq!((code, &said["verdict"]), (Some(1), &"do".into()), "{said}");
    assert!(said["said"].as_str().unwrap().starts_with(&format!("Process {} uses ", hub.pid())), "{said}");
    assert_eq!(check(&found, "http")["verdict"], "ok", "the port is its own all the same");
}

#[test]
fn where_there_is_no_hub_nothing_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let (_, found) = beside(&data, "127.0.0.1:0");
    assert_ne!(check(&found, "hub")["verdict"], "ok");
    assert_eq!(check(&found, "http")["verdict"], "unknown", "the system chooses");
    assert!(!data.exists());
}
