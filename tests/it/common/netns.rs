//! A second network namespace on this machine, joined to ours by a cable that can be pulled. Gone with the value.
//! Used by the test of a real network cut, and by the bench of upstreams.

use std::process::{Command, Output};
use std::sync::OnceLock;

use parking_lot::{Mutex, MutexGuard};

/// Names and addresses are of this process, which has one namespace at a time.
pub struct Namespace {
    pub name: String,
    /// Our end of the cable.
    pub cable: String,
    pub ours: String,
    pub theirs: String,
    /// The last to go.
    _turn: MutexGuard<'static, ()>,
}

fn ip(args: &[&str]) -> std::io::Result<Output> {
    Command::new("ip").args(args).output()
}

#[track_caller]
fn must(program: &str, args: &[&str]) {
    let output = Command::new(program).args(args).output().unwrap();
    assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Whether there can be any here. Where there can not: a failure in CI, elsewhere a word on why the test is skipped.
pub fn possible() -> bool {
    let Some(why) = lacking() else { return true };
    assert!(std::env::var_os("CI").is_none(), "{why}");
    println!("skipped: {why}");
    false
}

/// Why there can be none here; `None` when there can.
pub fn lacking() -> Option<String> {
    static LACKING: OnceLock<Option<String>> = OnceLock::new();
    LACKING.get_or_init(look).clone()
}

fn look() -> Option<String> {
    let name = format!("fhprobe{}", std::process::id());
    match ip(&["netns", "add", &name]) {
        Err(error) => Some(format!("the program ip (iproute2) does not run: {error}")),
        Ok(output) if !output.status.success() => {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Some(format!("no right to make network namespaces (root, CAP_NET_ADMIN): {said}"))
        }
        Ok(_) => {
            must("ip", &["netns", "del", &name]);
            None
        }
    }
}

static TURN: Mutex<()> = Mutex::new(());

impl Namespace {
    pub fn new() -> Self {
        let pid = std::process::id();
        // 198.18.0.0/15 is for measuring and belongs to nobody; four addresses for each process.
        let net = pid % (1 << 15);
        let address = |host: u32| {
            let [a, b, c, d] = (0xC612_0000 + net * 4 + host).to_be_bytes();
            format!("{a}.{b}.{c}.{d}")
        };
        let this = Self {
            name: format!("fieldhub{pid}"),
            cable: format!("fh{pid}"),
            ours: address(1),
            theirs: address(2),
            _turn: TURN.lock(),
        };
        must("ip", &["netns", "add", &this.name]);
        must(
            "ip",
            &["link", "add", &this.cable, "type", "veth", "peer", "name", "eth0", "netns", &this.name],
        );
        must("ip", &["address", "add", &format!("{}/30", this.ours), "dev", &this.cable]);
        must("ip", &["link", "set", &this.cable, "up"]);
        this.inside(&["ip", "address", "add", &format!("{}/30", this.theirs), "dev", "eth0"]);
        this.inside(&["ip", "link", "set", "lo", "up"]);
        this.up();
        this
    }

    /// Run something there.
    #[track_caller]
    pub fn inside(&self, args: &[&str]) {
        must("ip", &[&["netns", "exec", &self.name], args].concat());
    }

    /// The cable is pulled at the far end.
    pub fn down(&self) {
        self.inside(&["ip", "link", "set", "eth0", "down"]);
    }

    pub fn up(&self) {
        self.inside(&["ip", "link", "set", "eth0", "up"]);
    }

    /// What comes from us arrives, and nothing comes back: one way is cut, and no end is told.
    pub fn mute(&self) {
        self.inside(&["ip", "route", "add", "blackhole", &format!("{}/32", self.ours)]);
    }

    pub fn unmute(&self) {
        self.inside(&["ip", "route", "del", "blackhole", &format!("{}/32", self.ours)]);
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // The cable goes with it, once nothing runs there any more; at once when it is taken out by hand.
        let _ = ip(&["link", "del", &self.cable]);
        let _ = ip(&["netns", "del", &self.name]);
    }
}
