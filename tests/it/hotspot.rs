//! `fieldhub hotspot` on a machine in a directory: what it writes, printed and done; and what NetworkManager and dnsmasq
//! themselves make of it.

use std::fs::{self, File};
use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::fake_machine::FakeMachine;
use crate::common::needed;
use crate::common::wait::until;

const PROFILE: &str = "/etc/NetworkManager/system-connections/fieldhub.nmconnection";
const RADIO: &str = "/etc/systemd/system/fieldhub-radio.service";
const NAMES: &str = "/etc/NetworkManager/dnsmasq-shared.d/fieldhub.conf";
const SETTINGS: &str = "/etc/fieldhub/fieldhub.toml";
const PASSWORD: &str = "/etc/fieldhub/wifi-password";
const UP: &[&str] = &["hotspot", "up", "--ssid", "JALIBAT", "--country", "FR"];

fn with_hub(machine: FakeMachine) -> FakeMachine {
    machine.run(&["service", "install"]).good();
    machine.calls();
    machine
}

/// A hub, and the hotspot with these settings.
fn with_hotspot(args: &[&str], password: &str) -> FakeMachine {
    let pi = with_hub(FakeMachine::pi());
    fs::write(pi.at("/given"), password).unwrap();
    pi.run(&[args, &["--password-file", pi.at("/given").to_str().unwrap()]].concat()).good();
    pi
}

#[test]
fn a_dry_run_shows_every_file_and_every_command() {
    insta::assert_snapshot!("hotspot_up", with_hub(FakeMachine::pi()).dry(UP));
    // Another chip, another band, and no raspi-config.
    let computer = with_hub(FakeMachine::with_systemd());
    computer.radio("wlp2s0", "iwlwifi");
    let args = ["hotspot", "up", "--ssid", "Été; 2", "--country", "de", "--band", "a", "--channel", "44"];
    insta::assert_snapshot!("hotspot_up_other_chip", computer.dry(&args));
    insta::assert_snapshot!("hotspot_up_openwrt", FakeMachine::router().dry(UP));
    let pi = with_hotspot(UP, "hunter2hunter2\n");
    pi.calls();
    insta::assert_snapshot!("hotspot_down", pi.dry(&["hotspot", "down"]));
    let again = pi.dry(UP);
    assert!(
        again.contains("| psk=********\n") && !again.contains("hunter2"),
        "a password is not shown: {again}"
    );
}

#[test]
fn it_goes_up_and_down_and_the_hub_knows() {
    let pi = with_hub(FakeMachine::pi());
    let said = pi.run(UP).good();
    let password = pi.read(PASSWORD).trim().to_owned();
    assert!(said.contains(&format!("Password  {password}\nIt is shown only this once")), "{said}");
    assert_eq!((pi.mode(PASSWORD), pi.mode(PROFILE), pi.mode(NAMES)), (0o640, 0o600, 0o644));
    assert!(pi.read(PROFILE).contains(&format!("\npsk={password}\n")));
    let settings: toml::Table = pi.read(SETTINGS).parse().unwrap();
    assert_eq!(settings["wifi"]["ssid"].as_str(), Some("JALIBAT"));
    assert_eq!(settings["wifi"]["password_file"].as_str(), Some(PASSWORD));
    assert_eq!(settings["lan"]["origin"].as_str(), Some("http://192.168.4.1"));
    let calls = pi.calls();
    assert_eq!(calls[0], "systemctl try-restart fieldhub");
    assert_eq!(calls[1], "raspi-config nonint do_wifi_country FR");
    // Last of all: whoever came over this Wi-Fi sees nothing after it.
    assert!(calls.last().unwrap().starts_with("nmcli connection up uuid "), "{calls:?}");
    assert!(calls.contains(&"systemctl enable --now fieldhub-radio.service".to_owned()), "{calls:?}");
    assert!(pi.read(RADIO).contains("\nExecStart=/usr/local/bin/fieldhub hotspot watch\n"));

    // A second time the tablets' password is still good, and is not said again.
    let again = pi.run(UP).good();
    assert_eq!(pi.read(PASSWORD).trim(), password);
    assert!(!again.contains(&password) && !again.contains("wrote"), "{again}");

    pi.program("nmcli", "[ \"$1\" != -g ] || echo activated");
    pi.program(
        "iw",
        "[ \"$1\" != dev ] || printf 'Station aa (on wlan0)\\n\\trx\\nStation bb (on wlan0)\\n'",
    );
    let status = pi.run(&["hotspot", "status"]).good();
    let lines: Vec<Vec<&str>> = status.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(lines.contains(&vec!["ssid", "JALIBAT"]) && lines.contains(&vec!["state", "up"]), "{status}");
    assert!(lines.contains(&vec!["joined", "2"]) && lines.contains(&vec!["country", "FR"]), "{status}");
    pi.calls();

    pi.run(&["hotspot", "down"]).good();
    assert!(!pi.at(PROFILE).exists() && !pi.at(NAMES).exists() && !pi.at(RADIO).exists());
    let settings: toml::Table = pi.read(SETTINGS).parse().unwrap();
    assert!(!settings.contains_key("wifi") && !settings.contains_key("lan"));
    assert!(pi.run(&["hotspot", "down"]).good().contains("no hotspot"));
    assert!(pi.run(&["hotspot", "status"]).good().contains("no hotspot"));
    // And it comes back as it was known.
    pi.run(UP).good();
    assert_eq!(pi.read(PASSWORD).trim(), password);
}

/// The watch may be switched off; what it did is told.
#[test]
fn the_watch_over_the_radio_is_off_by_a_setting_and_its_restarts_are_told() {
    let pi = with_hotspot(UP, "hunter2hunter2\n");
    let settings = pi.read(SETTINGS).replace("[wifi]", "[wifi]\nwatch = false");
    fs::write(pi.at(SETTINGS), settings).unwrap();
    let at = pi.at(SETTINGS);
    pi.run(&["hotspot", "watch", "--config", at.to_str().unwrap()]).good();
    fs::create_dir_all(pi.at("/run/fieldhub-radio")).unwrap();
    fs::write(pi.at("/run/fieldhub-radio/restarts"), "2\n").unwrap();
    let status = pi.run(&["hotspot", "status"]).good();
    assert!(status.lines().any(|line| line.split_whitespace().eq(["restarted", "2"])), "{status}");
}

#[test]
fn what_cannot_be_is_said_before_anything_is_changed() {
    let bare = FakeMachine::with_systemd();
    let before = bare.listing();
    assert!(bare.run(UP).bad(1).contains("sudo fieldhub service install --hotspot JALIBAT"));
    assert_eq!(bare.listing(), before);

    let computer = with_hub(FakeMachine::with_systemd());
    let before = computer.listing();
    let says = |args: &[&str], code: i32, words: &str| {
        let error = computer.run(args).err;
        assert!(error.contains(words), "{args:?}: {error}");
        assert_eq!(computer.run(args).code, Some(code), "{error}");
    };
    says(&["hotspot", "up", "--ssid", "X"], 2, "which country is this?");
    says(UP, 1, "no Wi-Fi that can be a hotspot");
    says(&["hotspot", "up", "--ssid", "X", "--country", "UK"], 2, "two letters");
    says(&["hotspot", "up", "--ssid", "", "--country", "FR"], 2, "1 to 32 bytes");
    says(&["hotspot", "up", "--ssid", "X", "--country", "FR", "--channel", "14"], 2, "1 to 13");
    says(&["hotspot", "up", "--ssid", "X", "--country", "FR", "--interface", "a b"], 2, "wlan0");
    fs::write(computer.at("/short"), "1234567\n").unwrap();
    let short = computer.at("/short");
    says(&[UP, &["--interface", "wlan9", "--password-file", short.to_str().unwrap()]].concat(), 2, "8 to 63");
    fs::remove_file(computer.at("/programs/nmcli")).unwrap();
    fs::remove_file(short).unwrap();
    says(UP, 1, "sudo apt install network-manager");
    let mut now = computer.listing();
    now.retain(|(path, _)| !path.ends_with("log"));
    let kept: Vec<_> =
        before.into_iter().filter(|(path, _)| !path.ends_with("log") && !path.ends_with("nmcli")).collect();
    assert!(now == kept);
}

/// NetworkManager reads the profile and says what it has read, key by key.
#[test]
fn networkmanager_reads_the_profile_as_it_was_meant() {
    if !needed::here("nmcli", &["--offline", "connection", "add", "type", "dummy", "ifname", "d0"]) {
        return;
    }
    let nasty =
        [("JALIBAT", "hunter2hunter2"), (" Été; 2\\;", " a;b\\c\"d#=1\\s "), ("1;2;3;", "#[wifi];ssid=x")];
    for (ssid, password) in nasty {
        let pi = with_hotspot(&["hotspot", "up", "--ssid", ssid], &format!("{password}\n"));
        let read = |args: &[&str]| {
            let mut nmcli = Command::new("nmcli");
            nmcli
                .args(["--offline", "connection", "modify"])
                .args(args)
                .stdin(File::open(pi.at(PROFILE)).unwrap());
            let output = nmcli.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let as_read = read(&["connection.autoconnect", "yes"]);
        // The same values set by NetworkManager's own hand give the same file: ours says no more and no less.
        let by_hand = read(&["wifi.ssid", ssid, "wifi-sec.psk", password, "wifi-sec.pmf", "disable"]);
        assert_eq!(as_read, by_hand);
        for line in [
            "[wifi]\nband=bg\nchannel=6\nmode=ap\npowersave=2\n",
            "key-mgmt=wpa-psk\n",
            "autoconnect-priority=100\n",
            "[ipv4]\naddress1=192.168.4.1/24\nmethod=shared\n",
            "[ipv6]\nmethod=disabled\n",
        ] {
            assert!(as_read.contains(line), "{line} in {as_read}");
        }
    }
}

/// A dnsmasq with the file that NetworkManager gives its own.
struct Names {
    server: Child,
    port: u16,
}

impl Names {
    fn start(file: &std::path::Path) -> Self {
        // The system's choice, free a moment ago, for UDP and not for TCP: taken meanwhile, dnsmasq says so and ends.
        for _ in 0..20 {
            let mut names = Self::on_a_free_port(file);
            if names.answers() {
                return names;
            }
        }
        panic!("dnsmasq ends as soon as it has begun, on twenty ports");
    }

    fn on_a_free_port(file: &std::path::Path) -> Self {
        let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Command::new("dnsmasq")
            .args([
                "--keep-in-foreground",
                "--no-resolv",
                "--no-hosts",
                "--bind-interfaces",
                "--listen-address=127.0.0.1",
            ])
            .args(["--user=", "--group=", "--pid-file=", &format!("--port={port}")])
            .arg(format!("--conf-file={}", file.display()))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { server, port }
    }

    /// False: it has ended before it did.
    fn answers(&mut self) -> bool {
        let socket = self.socket();
        let mut ended = false;
        until("dnsmasq answers or ends", || {
            ended = self.server.try_wait().unwrap().is_some();
            let asked = socket.send(&question("example.org"));
            ended || asked.and_then(|_| socket.recv(&mut [0; 512])).is_ok()
        });
        !ended
    }

    fn socket(&self) -> UdpSocket {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(("127.0.0.1", self.port)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        socket
    }

    /// The addresses (type A) of a name, asked until there is an answer.
    fn addresses(&mut self, name: &str) -> Vec<[u8; 4]> {
        let (socket, question) = (self.socket(), question(name));
        let started = Instant::now();
        loop {
            assert!(self.server.try_wait().unwrap().is_none(), "dnsmasq has ended");
            assert!(started.elapsed() < Duration::from_secs(30), "no answer for {name}");
            let mut answer = [0; 512];
            let Ok(length) = socket.send(&question).and_then(|_| socket.recv(&mut answer)) else { continue };
            let found = usize::from(answer[7]);
            // Records of 16 bytes: a pointer to the name, type, class, time, length, address.
            let records = answer[question.len()..length].chunks_exact(16).take(found);
            return records.map(|record| record[12..].try_into().unwrap()).collect();
        }
    }
}

/// As a resolver asks for a name's addresses.
fn question(name: &str) -> Vec<u8> {
    let mut question = vec![0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        question.push(u8::try_from(label.len()).unwrap());
        question.extend(label.as_bytes());
    }
    question.extend([0, 0, 1, 0, 1]);
    question
}

impl Drop for Names {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn dnsmasq_answers_for_the_names_of_the_file_and_no_other() {
    if !needed::here("dnsmasq", &["--version"]) {
        return;
    }
    let pi = with_hotspot(UP, "hunter2hunter2");
    let file = pi.at(NAMES);
    assert!(
        needed::here("dnsmasq", &["--test", "-C", file.to_str().unwrap()]),
        "dnsmasq does not take the file"
    );
    let mut names = Names::start(&file);
    for name in
        ["fieldhub.local", "fieldhub.lan", "hub", "captive.apple.com", "connectivitycheck.gstatic.com"]
    {
        assert_eq!(names.addresses(name), [[192, 168, 4, 1]], "{name}");
    }
    for name in ["apple.com", "x.captive.apple.com", "www.gstatic.com", "x.fieldhub.lan", "example.org"] {
        assert_eq!(names.addresses(name), [[0; 4]; 0], "{name}");
    }
}

#[test]
fn the_hubs_name_is_that_of_its_settings() {
    let pi = with_hub(FakeMachine::pi());
    let own = pi.read(SETTINGS) + "\n[lan]\nhost = \"van-2\"\n";
    fs::write(pi.at(SETTINGS), own).unwrap();
    let settings = pi.at(SETTINGS);
    pi.run(&[UP, &["--config", settings.to_str().unwrap()]].concat()).good();
    assert!(pi.read(NAMES).contains("host-record=van-2.local,192.168.4.1\n"));
}
