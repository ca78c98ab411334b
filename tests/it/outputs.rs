//! What commands write to, and whom they ask: links, pipes, devices, and a person at a real terminal.

use std::fs;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::path::{Path, PathBuf};

use crate::common::program::{program, run};
use crate::common::terminal::Terminal;
use tempfile::TempDir;

const PLAN: &[&str] = &["audit", "create", "--name", "JALIBAT", "--strings", "2", "--token", "jalibat"];

fn with_audit() -> (TempDir, PathBuf) {
    let temp = TempDir::new().unwrap();
    let data = temp.path().join("data");
    run(&data, PLAN).good();
    (temp, data)
}

fn export(data: &Path, to: &Path) -> String {
    run(data, &["audit", "export", "jalibat", "--format", "csv", "-o", to.to_str().unwrap()]).good()
}

#[test]
fn links_and_pipes_stay_what_they_are_and_get_what_was_written() {
    let (temp, data) = with_audit();
    let at = |name: &str| temp.path().join(name);
    export(&data, &at("plain.csv"));
    let text = fs::read_to_string(at("plain.csv")).unwrap();
    assert!(text.contains("M002"), "{text}");

    fs::write(at("log.csv"), "before").unwrap();
    symlink("log.csv", at("link.csv")).unwrap();
    export(&data, &at("link.csv"));
    assert!(at("link.csv").is_symlink());
    assert_eq!(fs::read_to_string(at("log.csv")).unwrap(), text);

    rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe"), rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
    let pipe = at("pipe");
    let reader = std::thread::spawn(move || fs::read_to_string(pipe).unwrap());
    export(&data, &at("pipe"));
    assert_eq!(reader.join().unwrap(), text);
    assert!(at("pipe").symlink_metadata().unwrap().file_type().is_fifo());

    // What somebody pipes on: a link to a link to a pipe.
    let said = program(&["audit", "export", "jalibat", "--format", "csv", "-o", "/dev/stdout", "--data-dir"])
        .arg(&data)
        .output();
    assert_eq!(String::from_utf8(said.unwrap().stdout).unwrap(), text);
    export(&data, Path::new("/dev/null"));
    assert!(Path::new("/dev/null").symlink_metadata().unwrap().file_type().is_char_device());
    let left = fs::read_dir(temp.path())
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "part"));
    assert_eq!(left.count(), 0);
}

#[test]
fn a_backup_is_read_back_so_it_is_a_plain_file() {
    let (temp, data) = with_audit();
    let at = |name: &str| temp.path().join(name);
    let backup = |to: &str| run(&data, &["backup", to]);
    assert!(backup("/dev/stdout").bad(1).contains("not a plain file"));
    // A link to where backups go: the file there is replaced whole, and the link stays.
    fs::write(at("newest.redb"), "before").unwrap();
    symlink(at("newest.redb"), at("link.redb")).unwrap();
    let link = at("link.redb");
    assert!(backup(link.to_str().unwrap()).bad(1).contains("--force"));
    run(&data, &["backup", link.to_str().unwrap(), "--force"]).good();
    assert!(link.is_symlink() && fs::metadata(at("newest.redb")).unwrap().len() > 4_096);
}

/// The program, somebody who answers, and what both had on the screen.
fn at_a_terminal(data: &Path, args: &[&str], answer: &str) -> (Option<i32>, String) {
    let mut command = program(args);
    command.arg("--data-dir").arg(data);
    Terminal::run(command).answer("[y/N] ", answer).end()
}

#[test]
fn a_person_at_a_terminal_is_asked_and_only_yes_is_yes() {
    let (temp, data) = with_audit();
    let remove = ["audit", "remove", "jalibat"];
    let there = || run(&data, &["audit", "list"]).good().contains("jalibat");
    for no in ["\n", "n\n", "jalibat\n", "\u{4}"] {
        let (code, said) = at_a_terminal(&data, &remove, no);
        assert_eq!(code, Some(1), "{no:?}: {said}");
        assert!(said.contains("nothing was changed") && there(), "{no:?}: {said}");
    }
    let backup = temp.path().join("copy.redb");
    run(&data, &["backup", backup.to_str().unwrap()]).good();
    let restore = ["restore", backup.to_str().unwrap()];
    // What is no backup is said before anybody is asked, or told that there is nobody to ask.
    let notes = temp.path().join("notes.txt");
    fs::write(&notes, "Bring the ladder").unwrap();
    for (file, why) in [(notes.to_str().unwrap(), "no backup"), ("nowhere", "No such file")] {
        let (code, said) = at_a_terminal(&data, &["restore", file], "yes\n");
        assert!(code == Some(1) && said.contains(why) && !said.contains("[y/N]"), "{said}");
        assert!(run(&data, &["restore", file]).bad(1).contains(why));
    }
    assert_eq!(at_a_terminal(&data, &restore, "no\n").0, Some(1));
    let (code, said) = at_a_terminal(&data, &restore, "yes\n");
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = at_a_terminal(&data, &["identity", "new"], "y\n");
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = at_a_terminal(&data, &remove, "Y\n");
    assert_eq!(code, Some(0), "{said}");
    assert!(!there());
}
