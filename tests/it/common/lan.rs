//! A network of its own: machines with their own name, addresses and `/run`, on one switch. Used by the tests of mDNS.
//!
//! Each machine is a set of namespaces that a waiting process holds; with that process they go, cables and all.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Output, Stdio};

/// A machine of the network, or its switch.
pub struct Machine {
    holder: Child,
    // The holder ends when its input does, so also with a test that is killed.
    _input: ChildStdin,
    /// Its plug at the switch.
    port: String,
}

pub struct Lan {
    switch: Machine,
    machines: std::cell::Cell<u32>,
}

impl Lan {
    pub fn new() -> Self {
        let switch = Machine::start("switch", String::new());
        switch.run(&["ip", "link", "add", "switch", "type", "bridge"]);
        switch.run(&["ip", "link", "set", "switch", "up"]);
        Self { switch, machines: std::cell::Cell::new(0) }
    }

    /// A machine with a cable to the switch: its interface is `cable`.
    pub fn machine(&self, host_name: &str, address: &str) -> Machine {
        let number = self.machines.get() + 1;
        self.machines.set(number);
        let machine = Machine::start(host_name, format!("port{number}"));
        let (here, there) = (machine.holder.id().to_string(), self.switch.holder.id().to_string());
        let cable = ["ip", "link", "add", "cable", "netns", &here, "type", "veth"];
        let port = ["peer", "name", &machine.port, "netns", &there];
        must(&[&cable[..], &port[..]].concat());
        self.plug(&machine);
        machine.run(&["ip", "link", "set", "cable", "up"]);
        machine.address(address);
        machine
    }

    pub fn plug(&self, machine: &Machine) {
        self.switch.run(&["ip", "link", "set", &machine.port, "master", "switch", "up"]);
    }

    /// The cable is pulled; the machine notices.
    pub fn unplug(&self, machine: &Machine) {
        self.switch.run(&["ip", "link", "set", &machine.port, "down"]);
    }

    /// The machine is on another switch, with nobody.
    pub fn alone(&self, machine: &Machine) {
        self.switch.run(&["ip", "link", "set", &machine.port, "nomaster"]);
    }
}

fn must(command: &[&str]) -> String {
    said(command, Command::new(command[0]).args(&command[1..]).output().unwrap())
}

#[track_caller]
fn said(command: &[&str], output: Output) -> String {
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

impl Machine {
    fn start(host_name: &str, port: String) -> Self {
        let boot = "mount -t tmpfs tmpfs /run && hostname \"$1\" && ip link set lo up && echo up && exec cat";
        let mut holder = Command::new("unshare")
            .args(["--net", "--mount", "--uts", "sh", "-c", boot, "sh", host_name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = holder.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "up\n", "the machine {host_name} started");
        Self { holder, _input: input, port }
    }

    /// The address of its cable, instead of the one it has.
    pub fn address(&self, address: &str) {
        self.run(&["ip", "address", "flush", "dev", "cable"]);
        self.run(&["ip", "address", "add", &format!("{address}/24"), "dev", "cable"]);
    }

    /// A program on this machine, in the environment of this process. It is the one process of its command.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        let target = format!("--target={}", self.holder.id());
        command.args([&target, "--net", "--mount", "--uts", program]).stdin(Stdio::null());
        command
    }

    /// What a program on this machine printed; it has to end well.
    #[track_caller]
    pub fn run(&self, command: &[&str]) -> String {
        said(command, self.command(command[0]).args(&command[1..]).output().unwrap())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
