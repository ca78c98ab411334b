//! The real program, run as people and scripts run it. Used by the tests of the command line.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::blocking::Blocking;

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// What it printed, if all went well.
    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    #[track_caller]
    pub fn json(self) -> Value {
        serde_json::from_str(&self.good()).unwrap()
    }

    /// What it complained about, if it ended with `code`.
    #[track_caller]
    pub fn bad(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.err.starts_with("error: "), "{self:?}");
        self.err
    }
}

/// The program in an environment with one setting: most tests are not about joining. `--access crew` wins over it.
pub fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldhub"));
    command.args(args).env_clear().env("FIELDHUB_ACCESS", "open").stdin(Stdio::null());
    command
}

pub fn run(dir: &Path, args: &[&str]) -> Ran {
    program(args).arg("--data-dir").arg(dir).output().unwrap().into()
}

pub fn run_with_input(dir: &Path, args: &[&str], input: &[u8]) -> Ran {
    let mut command = program(args);
    command.arg("--data-dir").arg(dir).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap().into()
}

/// A running hub; killed when it goes out of scope.
pub struct Serving {
    child: Child,
    out: BufReader<ChildStdout>,
    pub address: String,
    /// What it had said by then.
    pub said: String,
}

impl Serving {
    pub fn start(dir: &Path, args: &[&str]) -> Self {
        let mut command = program(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(args).arg("--data-dir").arg(dir);
        Self::spawn(command)
    }

    pub fn spawn(command: Command) -> Self {
        Self::spawn_logging(command, Stdio::null())
    }

    /// Waits for the line that says where it listens.
    pub fn spawn_logging(mut command: Command, log: Stdio) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(out.read_line(&mut line).unwrap() > 0, "it said {said:?}");
            said += &line;
            let found = line.strip_prefix("fieldhub is listening on http://");
            if let Some(address) = found.and_then(|found| found.strip_suffix("/\n")) {
                break address.to_owned();
            }
        };
        Self { child, out, address, said }
    }

    /// Everything it prints until a line that begins with `last`.
    pub fn read_to(&mut self, last: &str) -> String {
        let mut text = String::new();
        loop {
            let mut line = String::new();
            assert!(self.out.read_line(&mut line).unwrap() > 0, "no line begins with {last}: {text}");
            text += &line;
            if line.starts_with(last) {
                return text;
            }
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Tell it to stop; how it ended.
    pub fn stop(self, signal: Signal) -> Option<i32> {
        self.signal(signal);
        self.wait()
    }

    /// How it ended, once it has.
    pub fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// An open request, its answer still to be read.
    pub fn ask(&self, path: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n").unwrap();
        BufReader::new(stream)
    }

    /// The answer's body.
    pub fn get(&self, path: &str) -> Value {
        let (_, body) = Blocking::connect(&self.address).unwrap().call("GET", path, "").unwrap();
        serde_json::from_str(&body).unwrap()
    }
}

impl Serving {
    /// Kill it, if it runs.
    pub fn end(&mut self) {
        // Fails when it has been stopped already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.end();
    }
}
