//! The program under something that stands where systemd would: what it says on the notify socket, when it goes silent,
//! and how its log looks in the journal.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::common::blocking::Blocking;
use crate::common::config;
use crate::common::marks::numbered;
use crate::common::needed;
use crate::common::program::{Serving, program};
use crate::common::sim_disk::SimDisk;
use fieldhub::hub::{Hub, SystemClock, Threads};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use uuid::Uuid;

const AUDIT: &str = "jalibat-demo";
/// A ping comes three times in this time.
const WATCHDOG: Duration = Duration::from_millis(900);
const LONG: Duration = Duration::from_secs(60);

/// What listens in systemd's place.
struct Systemd {
    socket: UnixDatagram,
    path: PathBuf,
    data: PathBuf,
    _dir: TempDir,
}

impl Systemd {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notify");
        Self { socket: UnixDatagram::bind(&path).unwrap(), path, data: dir.path().join("data"), _dir: dir }
    }

    fn start(&self, args: &[&str], variables: &[(&str, &str)]) -> Serving {
        let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]);
        command.arg(&self.data).args(args).env("NOTIFY_SOCKET", &self.path).envs(variables.iter().copied());
        command.env("WATCHDOG_USEC", WATCHDOG.as_micros().to_string());
        Serving::spawn(command)
    }

    /// The next message, if one comes in that time.
    fn hear(&self, within: Duration) -> Option<String> {
        self.socket.set_read_timeout(Some(within)).unwrap();
        let mut buffer = [0; 4096];
        match self.socket.recv(&mut buffer) {
            Ok(length) => Some(String::from_utf8(buffer[..length].to_vec()).unwrap()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// Messages up to one with this line.
    fn hear_to(&self, line: &str) -> Vec<String> {
        let started = Instant::now();
        let mut heard = Vec::new();
        while started.elapsed() < LONG {
            heard.extend(self.hear(LONG));
            if heard.last().is_some_and(|message| message.lines().any(|said| said.starts_with(line))) {
                return heard;
            }
        }
        panic!("no {line} in {heard:?}");
    }

    /// Until nothing came for as long as systemd would wait.
    fn hear_silence(&self) {
        let started = Instant::now();
        while self.hear(WATCHDOG * 2).is_some() {
            assert!(started.elapsed() < LONG, "it goes on pinging");
        }
    }
}

/// The disk, as the hub sees it, takes no more: strace holds every flush for as long as it is there.
struct Stuck(Child);

impl Stuck {
    /// `None`, and said why, where nobody may look into other processes.
    fn disk_of(hub: &Serving) -> Option<Self> {
        Self::calls_of(hub, "fdatasync,fsync", Duration::from_secs(300))
    }

    /// The same of one that is slow, or stuck, at these calls.
    fn calls_of(hub: &Serving, calls: &str, each: Duration) -> Option<Self> {
        if !needed::here("strace", &["-V"]) {
            return None;
        }
        let pid = hub.pid().to_string();
        let mut strace = Command::new("strace")
            .args(["-f", "-p", &pid, "-e", &format!("trace={calls}")])
            .args(["-e", &format!("inject={calls}:delay_enter={}", each.as_micros())])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // "strace: Process 7 attached with 9 threads", or one line for each.
        let mut lines = BufReader::new(strace.stderr.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        if !first.contains("attached") {
            let _ = strace.wait();
            needed::lacking(&format!("strace may not hold another process here: {first}"));
            return None;
        }
        // It must not wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self(strace))
    }

    fn free(mut self) {
        kill_process(Pid::from_child(&self.0), Signal::TERM).unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn it_says_when_it_is_ready_where_and_that_it_stops() {
    let systemd = Systemd::new();
    let hub = systemd.start(&["--demo"], &[]);
    let ready = systemd.hear_to("READY=1").pop().unwrap();
    assert_eq!(ready, format!("READY=1\nSTATUS=Open at http://{}/\n", hub.address));
    // It takes requests by then, and the pings come.
    assert_eq!(hub.get("/healthz")["ok"], true);
    for _ in 0..3 {
        let ping = systemd.hear(LONG).unwrap();
        assert_eq!(ping, format!("WATCHDOG=1\nSTATUS=Open at http://{}/\n", hub.address));
    }
    hub.signal(Signal::TERM);
    systemd.hear_to("STOPPING=1");
    assert_eq!(hub.wait(), Some(0));
    assert!(systemd.hear(Duration::from_millis(1)).is_none(), "and says no more");
}

#[test]
fn pings_stop_while_commits_hang_and_go_on_after_it() {
    let systemd = Systemd::new();
    let hub = systemd.start(&["--demo"], &[]);
    systemd.hear_to("READY=1");
    let Some(stuck) = Stuck::disk_of(&hub) else { return };
    let mut client = Blocking::connect(&hub.address).unwrap();
    let marking = std::thread::spawn(move || client.ops(AUDIT, &[numbered(1, 1, "dead")]).unwrap().0);
    systemd.hear_silence();
    assert!(!marking.is_finished(), "and nobody was told that it is saved");
    let (status, health) = Blocking::connect(&hub.address).unwrap().call("GET", "/healthz", "").unwrap();
    assert_eq!(status, 503, "{health}");
    assert!(health.contains("the writer does not answer"), "{health}");
    // Others are answered meanwhile: what is silent is the writer.
    assert_eq!(hub.get(&format!("/api/v1/audits/{AUDIT}"))["name"], "JALIBAT");
    stuck.free();
    systemd.hear_to("WATCHDOG=1");
    assert_eq!(marking.join().unwrap(), 200);
}

/// A new process would find the same disk, and those who read would have to wait for it.
#[test]
fn a_full_disk_is_said_and_is_no_reason_to_start_again() {
    let systemd = Systemd::new();
    let _hub = systemd.start(&[], &[("FIELDHUB_MIN_FREE_BYTES", "1048576GiB")]);
    systemd.hear_to("READY=1");
    for _ in 0..3 {
        let ping = systemd.hear_to("WATCHDOG=1").pop().unwrap();
        assert!(ping.contains("; marks wait on the tablets: the hub's disk is full"), "{ping}");
    }
}

/// systemd hangs, or is late on a machine that is very busy: its socket has room for a few messages alone.
#[test]
fn a_systemd_that_does_not_listen_holds_up_nobody() {
    let systemd = Systemd::new();
    let junk = UnixDatagram::unbound().unwrap();
    junk.set_nonblocking(true).unwrap();
    while junk.send_to(b"STATUS=junk\n", &systemd.path).is_ok() {}
    let hub = systemd.start(&["--demo"], &[]);
    assert_eq!(hub.get(&format!("/api/v1/audits/{AUDIT}"))["name"], "JALIBAT");
    let mut client = Blocking::connect(&hub.address).unwrap();
    assert_eq!(client.ops(AUDIT, &[numbered(1, 1, "dead")]).unwrap().0, 200);
    // It hears all of it once it listens.
    let heard = systemd.hear_to("READY=1");
    assert!(heard.iter().any(|said| said.starts_with("EXTEND_TIMEOUT_USEC") || said == "STATUS=junk\n"));
    hub.signal(Signal::TERM);
    systemd.hear_to("STOPPING=1");
    assert_eq!(hub.wait(), Some(0));
}

#[test]
fn a_repair_after_a_kill_asks_for_more_time() {
    let systemd = Systemd::new();
    let hub = systemd.start(&["--demo"], &[]);
    let mut client = Blocking::connect(&hub.address).unwrap();
    for batch in 0..20 {
        let marks: Vec<_> =
            (0..500).map(|n| numbered(batch, 1 + n % 240, ["dead", "ok"][batch % 2])).collect();
        assert_eq!(client.ops(AUDIT, &marks).unwrap().0, 200);
    }
    assert_eq!(hub.stop(Signal::KILL), None);
    // What it said before is of no interest.
    systemd.hear_silence();

    let hub = systemd.start(&["--demo"], &[]);
    let heard = systemd.hear_to("READY=1");
    // A hub that runs and reopens its database is alive meanwhile.
    let step = "EXTEND_TIMEOUT_USEC=180000000\nWATCHDOG=1\nSTATUS=Opening the database: ";
    let steps: Vec<_> =
        heard.iter().filter_map(|said| said.strip_prefix(step)?.strip_suffix(" %\n")).collect();
    assert!(steps.contains(&"60") && steps.contains(&"90"), "it was repaired: {heard:?}");
    assert_eq!(client_log(&hub), 10_000 + 2, "and nothing is missing");
}

/// A backup of a hub with some thousands of marks, and the command that restores it.
fn backed_up(systemd: &Systemd, hub: &Serving) -> Command {
    let mut client = Blocking::connect(&hub.address).unwrap();
    for batch in 0..8 {
        let marks: Vec<_> =
            (0..500).map(|n| numbered(batch, 1 + n % 240, ["dead", "ok"][batch % 2])).collect();
        assert_eq!(client.ops(AUDIT, &marks).unwrap().0, 200);
    }
    let copy = systemd.path.with_file_name("copy.redb");
    let command = |word: &str| {
        let mut command = program(&[word]);
        command.arg(&copy).arg("--data-dir").arg(&systemd.data).stdout(Stdio::null());
        command
    };
    assert!(command("backup").status().unwrap().success());
    let mut restore = command("restore");
    restore.arg("--yes");
    restore
}

/// A card on which it takes minutes: what systemd hears is that bytes come and go, and it lets the hub go on.
#[test]
fn a_restore_that_takes_long_is_no_hang() {
    let systemd = Systemd::new();
    let hub = systemd.start(&["--demo"], &[]);
    systemd.hear_to("READY=1");
    let mut restore = backed_up(&systemd, &hub);
    let Some(slow) = Stuck::calls_of(&hub, "pread64", Duration::from_millis(6)) else { return };
    let began = Instant::now();
    let mut restoring = restore.spawn().unwrap();
    let mut told = Vec::new();
    let done = loop {
        // Twice the time in which systemd would end the hub, as strace takes its part of this machine too.
        match systemd.hear(WATCHDOG * 2) {
            Some(said) => told.push(said),
            None => panic!("silent while it restores, after {:?}: {told:?}", began.elapsed()),
        }
        if let Some(done) = restoring.try_wait().unwrap() {
            break done;
        }
    };
    let took = began.elapsed();
    slow.free();
    assert!(done.success() && took > WATCHDOG * 4, "{done}, {took:?}");
    let working = told.iter().filter(|said| said.contains("STATUS=Restoring a backup"));
    assert!(working.count() > 2, "{told:?}");
    assert_eq!(client_log(&hub), 4_000 + 2);
}

/// Nothing comes and nothing goes: that is a hang, whatever it was at.
#[test]
fn a_restore_that_is_stuck_is_one() {
    let systemd = Systemd::new();
    let hub = systemd.start(&["--demo"], &[]);
    systemd.hear_to("READY=1");
    let mut restore = backed_up(&systemd, &hub);
    let Some(stuck) = Stuck::calls_of(&hub, "pread64,pwrite64", Duration::from_secs(300)) else { return };
    let mut restoring = restore.spawn().unwrap();
    systemd.hear_silence();
    assert!(restoring.try_wait().unwrap().is_none());
    stuck.free();
    systemd.hear_to("WATCHDOG=1");
    assert!(restoring.wait().unwrap().success());
}

fn client_log(hub: &Serving) -> usize {
    Blocking::connect(&hub.address).unwrap().log(AUDIT).unwrap().len()
}

/// A file that the journal would keep, and the variable that says so.
fn journal(dir: &Path) -> (File, PathBuf, String) {
    let path = dir.join("journal");
    let file = File::create(&path).unwrap();
    let meta = file.metadata().unwrap();
    (file, path, format!("{}:{}", meta.dev(), meta.ino()))
}

#[test]
fn in_the_journal_each_line_has_its_level_and_elsewhere_none() {
    let dir = tempfile::tempdir().unwrap();
    let (file, path, stream) = journal(dir.path());
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]);
    command.arg(dir.path().join("data")).env("JOURNAL_STREAM", &stream).env("FIELDHUB_NMAE", "x");
    let hub = Serving::spawn_logging(command, file.into());
    assert_eq!(hub.stop(Signal::TERM), Some(0));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.lines().all(|line| line.starts_with("<6>") || line.starts_with("<4>")), "{text}");
    assert!(
        text.contains("<4>fieldhub: FIELDHUB_NMAE is not a fieldhub setting") && text.contains("stopped\n"),
        "{text}"
    );

    let (file, path, stream) = journal(dir.path());
    let failed = |stream: &str, err: Stdio| {
        let mut command = program(&["serve", "--listen", "203.0.113.7:1", "--data-dir"]);
        command.arg(dir.path().join("data")).env("JOURNAL_STREAM", stream);
        assert_eq!(command.stderr(err).stdout(Stdio::null()).status().unwrap().code(), Some(1));
        std::fs::read_to_string(&path).unwrap()
    };
    let text = failed(&stream, file.into());
    assert!(
        text.lines().any(|line| line.starts_with("<3>error: 203.0.113.7:1: cannot listen there")),
        "{text}"
    );
    // The variable of a service in which somebody starts another program: its stderr is not the journal.
    let (file, _, _) = journal(dir.path());
    let text = failed("1:1", file.into());
    assert!(text.lines().any(|line| line.starts_with("error: 203.0.113.7:1")), "{text}");
    assert!(!text.contains("<6>"), "{text}");
}

/// The watchdog's question while nobody marks: now and then the disk is written, in between it is spared.
#[tokio::test]
async fn an_idle_hub_is_asked_without_wearing_its_card() {
    let dir = tempfile::tempdir().unwrap();
    let config = config(dir.path());
    let disk = SimDisk::new(1);
    let clock = Arc::new(SystemClock::new());
    let hub = Hub::open_on(config, clock, Arc::new(disk.clone()), Threads::Own, Uuid::new_v4).unwrap();
    hub.probe(LONG).await.unwrap();
    let commits = hub.metrics().commits();
    disk.fail_one_in(Some(1));
    hub.probe(LONG).await.unwrap();
    assert!(hub.probe(Duration::ZERO).await.is_err(), "this one asks the disk");
    assert!(hub.probe(LONG).await.is_err(), "and the next, as long as it fails");
    disk.fail_one_in(None);
    hub.probe(LONG).await.unwrap();
    hub.probe(LONG).await.unwrap();
    assert_eq!(hub.metrics().commits(), commits, "no snapshot is made for it");
    hub.close().await;
}
