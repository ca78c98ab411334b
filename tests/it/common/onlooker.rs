//! Others on the network of a hub: python-zeroconf, and an avahi-daemon. Used by the tests of mDNS.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::lan::Machine;
use super::netns;

const PATIENCE: Duration = Duration::from_secs(60);

/// The Python that `make` has furnished.
fn python() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/target/conformance/bin/python").to_owned()
}

/// What the tests of mDNS lack here; `None` when they can run.
pub fn lacking() -> Option<String> {
    if let Some(why) = netns::lacking() {
        return Some(why);
    }
    let runs = |program: &str, args: &[&str]| {
        let done = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
        done.is_ok_and(|status| status.success())
    };
    if !runs(&python(), &["-c", "import zeroconf"]) {
        return Some(format!("no python-zeroconf in {}: make target/conformance/.installed", python()));
    }
    let programs = ["avahi-daemon", "avahi-browse", "dbus-daemon"];
    let missing = programs.into_iter().find(|program| !runs(program, &["--version"]))?;
    Some(format!("the program {missing} does not run: make needed"))
}

/// A machine that watches.
pub struct Onlooker {
    child: Child,
    events: Receiver<Value>,
    seen: Vec<Value>,
}

impl Onlooker {
    pub fn on(machine: &Machine) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mdns/onlooker.py");
        let mut child = machine
            .command(&python())
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (lines, events) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines() {
                if lines.send(serde_json::from_str(&line.unwrap()).unwrap()).is_err() {
                    return;
                }
            }
        });
        let mut this = Self { child, events, seen: Vec::new() };
        this.sees(|event| event["event"] == "ready");
        this
    }

    /// The next event of this kind; those before it are passed over.
    #[track_caller]
    pub fn sees(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(event) = self.events.recv_timeout(left) else { panic!("only seen: {:#?}", self.seen) };
            self.seen.push(event.clone());
            if wanted(&event) {
                return event;
            }
        }
    }

    /// A hub, or its page, at this address.
    #[track_caller]
    pub fn finds(&mut self, kind: &str, address: &str) -> Value {
        let addresses = Value::from(vec![address]);
        self.sees(|event| event["type"] == kind && event["addresses"] == addresses)
    }

    fn order(&mut self, order: &str) {
        let input = self.child.stdin.as_mut().unwrap();
        writeln!(input, "{order}").unwrap();
    }

    /// What a JSON address answers there.
    #[track_caller]
    pub fn gets(&mut self, url: &str) -> Value {
        self.order(&format!("get {url}"));
        self.sees(|event| event["event"] == "got")["answer"].clone()
    }

    /// Addresses of a host that it remembers, in hexadecimal.
    #[track_caller]
    pub fn remembers(&mut self, host: &str) -> Value {
        self.order(&format!("cached {host}"));
        self.sees(|event| event["event"] == "cached")["addresses"].clone()
    }
}

impl Drop for Onlooker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An avahi-daemon with the D-Bus it needs, as on a Raspberry Pi.
pub struct Avahi {
    bus: Child,
    daemon: Child,
}

impl Avahi {
    pub fn on(machine: &Machine, dir: &Path) -> Self {
        let config = dir.join("bus.conf");
        // Everybody may do everything: there is nobody else.
        let text = "<busconfig><type>session</type><auth>EXTERNAL</auth>\
            <listen>unix:path=/run/dbus/system_bus_socket</listen><policy context='default'>\
            <allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/>\
            </policy></busconfig>";
        std::fs::write(&config, text).unwrap();
        machine.run(&["mkdir", "-p", "/run/dbus", "/run/avahi-daemon"]);
        let bus = machine
            .command("dbus-daemon")
            .args(["--nofork", "--nopidfile", "--print-address"])
            .arg(format!("--config-file={}", config.display()))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut this = Self { bus, daemon: Command::new("true").spawn().unwrap() };
        this.daemon.wait().unwrap();
        let mut line = String::new();
        // It says its address when it can be called.
        BufReader::new(this.bus.stdout.take().unwrap()).read_line(&mut line).unwrap();
        this.daemon = machine
            .command("avahi-daemon")
            .args(["--no-drop-root", "--no-chroot", "--no-rlimits"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(this.daemon.stderr.take().unwrap()).lines();
        let up = log.by_ref().map_while(Result::ok).any(|line| line.contains("Server startup complete"));
        assert!(up, "avahi-daemon started");
        // Whoever does not read its log stops it one day.
        std::thread::spawn(move || log.count());
        this
    }
}

impl Drop for Avahi {
    fn drop(&mut self) {
        for child in [&mut self.daemon, &mut self.bus] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
