//! The program at a real terminal (pty), with somebody who reads and answers.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

#[derive(Debug)]
pub struct Terminal {
    child: Child,
    screen: File,
    said: Vec<u8>,
    /// Up to there it was answered.
    answered: usize,
}

impl Terminal {
    pub fn run(mut command: Command) -> Self {
        let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&screen).unwrap();
        unlockpt(&screen).unwrap();
        let name = ptsname(&screen, Vec::new()).unwrap();
        let terminal = || -> Stdio {
            OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap().into()
        };
        let child = command.stdin(terminal()).stdout(terminal()).stderr(terminal()).spawn().unwrap();
        Self { child, screen: File::from(screen), said: Vec::new(), answered: 0 }
    }

    fn said(&self) -> String {
        String::from_utf8_lossy(&self.said).into_owned()
    }

    /// More of what it says; none when the program has ended, and with it the terminal (EIO).
    fn read_on(&mut self) -> bool {
        let mut chunk = [0; 1_024];
        let Ok(length @ 1..) = self.screen.read(&mut chunk) else { return false };
        self.said.extend_from_slice(&chunk[..length]);
        true
    }

    /// What it has said when these words are on the screen.
    pub fn read_to(&mut self, words: &str) -> String {
        while !self.said().contains(words) {
            assert!(self.read_on(), "it never said {words}: {}", self.said());
        }
        self.said()
    }

    /// Types this once the question is there, if it is ever asked.
    pub fn answer(mut self, question: &str, answer: &str) -> Self {
        while self.read_on() {
            if self.said().contains(question) {
                self.screen.write_all(answer.as_bytes()).unwrap();
                break;
            }
        }
        self
    }

    /// Types this once the question is there that comes after the last answer.
    pub fn answer_next(&mut self, question: &str, answer: &str) {
        while !String::from_utf8_lossy(&self.said[self.answered..]).contains(question) {
            assert!(self.read_on(), "it never asked {question}: {}", self.said());
        }
        self.answered = self.said.len();
        self.screen.write_all(answer.as_bytes()).unwrap();
    }

    /// How it ended, and what was on the screen.
    pub fn end(mut self) -> (Option<i32>, String) {
        while self.read_on() {}
        (self.child.wait().unwrap().code(), self.said())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Fails when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
