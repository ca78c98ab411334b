//! The command line, by the real program: the same with the hub running and stopped, exit codes, settings,
//! stopping, backup and restore.

use std::fs::Permissions;
use std::io::BufRead;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::common::program::{Ran, Serving, program, run, run_with_input};
use rustix::process::Signal;
use tempfile::TempDir;

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn temp() -> (TempDir, PathBuf) {
    let temp = TempDir::new().unwrap();
    let data = temp.path().join("data");
    (temp, data)
}

/// Every command, each in a way that works and one that does not; what they printed.
fn every_command(dir: &Path, files: &Path) -> Vec<Ran> {
    let file = |name: &str| files.join(name).to_str().unwrap().to_owned();
    let (plan, csv) = (fixture("jalibat-plan.json"), fixture("jalibat-observed.csv"));
    let tablet = fixture("jalibat-tablet-export.json");
    let broken = file("broken.csv");
    std::fs::write(&broken, "module_id,string,position,status\nA,1,1,ok\nB,1,2,bad\n").unwrap();
    let (export, copy) = (file("export.csv"), file("hub.backup"));
    let commands: &[&[&str]] = &[
        &[
            "audit",
            "create",
            "--name",
            "Toit Été",
            "--client",
            "C",
            "--strings",
            "26,24x9",
            "--token",
            "made",
        ],
        &["audit", "create", "--name", "again", "--strings", "1", "--token", "made"],
        &["audit", "import", &plan, "--token", "plan", "--name", "Plan & co"],
        &["audit", "import", &csv, "--token", "csv"],
        &["audit", "import", &tablet],
        &["audit", "import", &tablet],
        &["audit", "import", &broken],
        &["audit", "import", "nowhere.json"],
        &["audit", "list"],
        &["audit", "show", "nobody"],
        &["audit", "export", "csv", "--format", "csv"],
        &["audit", "export", "csv", "--format", "csv", "-o", &export],
        &["audit", "export", "nobody", "--format", "json"],
        &["audit", "remove", "made"],
        &["audit", "remove", "made", "--yes"],
        &["audit", "remove", "made", "--yes"],
        &["audit", "remove", "plan", "--yes", "--json"],
        &["restore", "nowhere", "--yes"],
        &["restore", &plan, "--yes"],
        &["backup", &plan],
        &["audit", "list"],
        &["audit", "archive", "csv"],
        &["audit", "archive", "nobody"],
        &["audit", "list"],
    ];
    let mut ran: Vec<Ran> = commands.iter().map(|args| run(dir, args)).collect();
    // These have the time in them: only that they work.
    let show = run(dir, &["audit", "show", "csv"]).good();
    assert!(
        show.contains("242 marked, 22 defects, 0 conflicts")
            && show.contains("    10       24      24        2")
    );
    assert_eq!(run(dir, &["audit", "show", "csv", "--json"]).json()["defects"], 22);
    assert_eq!(run(dir, &["audit", "list", "--json"]).json()["audits"].as_array().unwrap().len(), 2);
    let exported = run(dir, &["audit", "export", "csv", "--format", "json"]).json();
    assert_eq!(exported["modules"].as_array().unwrap().len(), 242);
    let status = run(dir, &["status"]).good();
    assert!(status.lines().any(|line| line.split_whitespace().eq(["audits", "2"])), "{status}");
    assert!(run(dir, &["backup", &copy, "--force"]).good().starts_with("Wrote "));
    assert_eq!(run(dir, &["restore", &copy, "--yes", "--json"]).json()["success"], true);
    ran.push(run(dir, &["audit", "list"]));
    assert_eq!(run(dir, &["audit", "archive", "csv", "--json"]).json()["archived"], true);
    assert_eq!(run(dir, &["audit", "archive", "csv", "--undo", "--json"]).json()["archived"], false);
    ran.push(run(dir, &["audit", "archive", "csv", "--undo"]));
    ran.push(run(dir, &["audit", "list"]));
    assert_eq!(std::fs::read(&export).unwrap(), std::fs::read(&csv).unwrap());
    ran
}

#[test]
fn commands_are_the_same_with_the_hub_running_and_stopped() {
    let files = TempDir::new().unwrap();
    let (_kept, stopped) = temp();
    let without = every_command(&stopped, files.path());
    let (_kept, running) = temp();
    let hub = Serving::start(&running, &[]);
    let root = format!("http://{}/", hub.address);
    assert_eq!(hub.said, format!("Tablets open {root}\nfieldhub is listening on {root}\n"));
    let with = every_command(&running, files.path());
    assert_eq!(with, without);
    assert!(run(&running, &["status"]).good().contains(&format!("running (process {},", hub.pid())));
    assert!(run(&stopped, &["status"]).good().contains("stopped"));

    let codes: Vec<_> = with.iter().filter_map(|ran| ran.code).collect();
    assert_eq!(codes, [0, 1, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 1, 2, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0]);
    assert_eq!(with[0].out, "Made Toit Été (token made): 242 modules in 10 strings\n");
    assert!(with[1].err.contains("audit made already exists: choose another token"));
    assert!(
        with[4].out.contains("Made JALIBAT (token a4e19950-")
            && with[5].out.contains("Merged it into JALIBAT")
    );
    assert!(with[6].err.contains("broken.csv: line 3, column status: unknown status; one of ok,"));
    assert!(with[18].err.contains("jalibat-plan.json: not a fieldhub database"));
    let list = |csv: &str| {
        format!(
            "TOKEN                                 NAME              MODULES  MARKED  DEFECTS  ARCHIVED\n\
             a4e19950-c73c-412c-be4d-699c9de1dde1  JALIBAT               242       0        0  no\n\
             csv                                   jalibat-observed      242     242       22  {csv}\n"
        )
    };
    let csv = "jalibat-observed (token csv): 242 modules in 10 strings, 242 marked\n";
    assert_eq!(with[20].out, list("no"));
    assert_eq!(with[21].out, format!("Archived: {csv}"));
    assert!(with[22].err.contains("nobody"));
    assert_eq!(with[23].out, list("yes"));
    assert_eq!(with[24].out, list("yes"), "restored from a backup that was made of an archived one");
    assert_eq!(with[25].out, format!("Took out of the archive: {csv}"));
    assert_eq!(with[26].out, list("no"));
}

#[test]
fn wrong_use_ends_with_2_and_says_what_to_do() {
    let (temp, data) = temp();
    let says = |args: &[&str], words: &str| {
        let error = run(&data, args).bad(2);
        assert!(error.contains(words), "{error}");
    };
    says(&["audit", "create", "--name", "N", "--strings", "26x"], "write 26,24x9");
    says(&["audit", "create", "--name", "N", "--strings", "1", "--token", "a b"], "A-Z a-z 0-9");
    says(&["audit", "remove", "t"], "--yes");
    let backup = temp.path().join("begins-as-one.redb");
    std::fs::write(&backup, b"redb\x1a\x0a\xa9\x0d\x0a and so on").unwrap();
    says(&["restore", backup.to_str().unwrap()], "--yes");
    says(&["serve", "--access", "all"], "write crew or open");
    says(&["serve", "--listen", "8080"], "write 0.0.0.0:8080");
    says(&["audit", "shew"], "unrecognized subcommand");
    let file = temp.path().join("hub.toml");
    std::fs::write(&file, "name = \"x\"\nnmae = \"y\"\n").unwrap();
    says(&["serve", "--config", file.to_str().unwrap()], "unknown field `nmae`");
    says(&["serve", "--config", file.to_str().unwrap()], "line 2");
    says(&["serve", "--config", "nowhere.toml"], "nowhere.toml: No such file");
    let bad = program(&["audit", "list"]).env("FIELDHUB_LISTEN", "x").output().unwrap();
    assert!(Ran::from(bad).bad(2).contains("FIELDHUB_LISTEN: `x`"));
    assert!(
        run(&data, &["audit", "list"]).bad(1).contains("there is no data directory"),
        "a typing mistake makes none"
    );
    assert!(!data.exists());
    let error = run(&file, &["status"]).bad(1);
    assert!(error.contains("choose another --data-dir") && error.matches("os error").count() == 1, "{error}");
    let error = run(&data, &["restore", temp.path().to_str().unwrap(), "--yes"]).bad(1);
    assert!(error.contains("this is a directory") && error.lines().count() == 1, "{error}");
}

#[test]
fn flags_win_over_the_environment_over_the_file_over_defaults() {
    let (temp, data) = temp();
    let name = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]);
        let hub = Serving::spawn({
            command.arg(&data).args(args).envs(variables.iter().copied());
            command
        });
        let name = hub.get("/api/v1/hub")["name"].as_str().unwrap().to_owned();
        assert_eq!(hub.stop(Signal::TERM), Some(0));
        name
    };
    let file = temp.path().join("hub.toml");
    std::fs::write(&file, "name = \"file\"").unwrap();
    let file = file.to_str().unwrap();
    let env = [("FIELDHUB_NAME", "env")];
    assert_eq!(name(&[], &[]), "fieldhub");
    assert_eq!(name(&["--config", file], &[]), "file");
    assert_eq!(name(&[], &[("FIELDHUB_CONFIG", file)]), "file");
    assert_eq!(name(&["--config", file], &env), "env");
    assert_eq!(name(&["--config", file, "--name", "flag"], &env), "flag");

    let by_variable =
        program(&["audit", "list"]).env("FIELDHUB_DATA_DIR", &data).env("FIELDHUB_NMAE", "x").output();
    let by_variable = Ran::from(by_variable.unwrap());
    assert!(by_variable.err.contains("FIELDHUB_NMAE is not a fieldhub setting"), "{by_variable:?}");
    assert!(by_variable.good().starts_with("No audits yet"));
}

#[test]
fn the_printed_settings_are_a_file_to_start_from() {
    let (temp, data) = temp();
    let text = Ran::from(program(&["serve", "--print-config"]).output().unwrap()).good();
    assert!(text.contains("listen = [\"0.0.0.0:8080\"]") && text.starts_with("# "));
    let file = temp.path().join("hub.toml");
    std::fs::write(&file, text).unwrap();
    let hub = Serving::start(&data, &["--config", file.to_str().unwrap()]);
    assert_eq!(hub.get("/api/v1/hub")["name"], "fieldhub");
}

#[test]
fn a_second_hub_on_the_same_data_names_the_first() {
    let (_temp, data) = temp();
    let hub = Serving::start(&data, &[]);
    let error = run(&data, &["serve", "--listen", "127.0.0.1:0"]).bad(1);
    assert!(error.contains(&format!("in use by process {}", hub.pid())), "{error}");
    let (_temp, other) = temp();
    let error = run(&other, &["serve", "--listen", &hub.address]).bad(1);
    assert!(error.contains(&hub.address) && error.contains("choose another --listen"), "{error}");
    // Neither took anything from it.
    assert!(run(&data, &["status"]).good().contains("running"));
}

#[test]
fn data_held_by_somebody_who_does_not_answer_are_left_alone() {
    let (_temp, data) = temp();
    std::fs::create_dir(&data).unwrap();
    let lock = std::fs::File::create(data.join("fieldhub.lock")).unwrap();
    lock.lock().unwrap();
    std::fs::write(data.join("fieldhub.lock"), "4242\n").unwrap();
    let error = run(&data, &["audit", "list"]).bad(1);
    assert!(error.contains("in use by process 4242, which does not answer on its socket"), "{error}");
}

#[test]
fn it_stops_when_told_also_with_a_live_feed_open() {
    let (_temp, data) = temp();
    for signal in [Signal::TERM, Signal::INT] {
        let hub = Serving::start(&data, &["--demo"]);
        let mut live = hub.ask("/api/v1/audits/jalibat-demo/live").lines();
        assert!(live.any(|line| line.unwrap().contains("hello")));
        let told = Instant::now();
        assert_eq!(hub.stop(signal), Some(0));
        assert!(told.elapsed() < Duration::from_secs(5));
        assert!(!data.join("fieldhub.sock").exists());
    }
}

#[test]
fn a_killed_hub_leaves_nothing_in_the_way() {
    let (_temp, data) = temp();
    let hub = Serving::start(&data, &["--demo"]);
    assert_eq!(hub.stop(Signal::KILL), None);
    assert!(data.join("fieldhub.sock").exists());
    assert!(run(&data, &["audit", "list"]).good().contains("jalibat-demo"));
    let hub = Serving::start(&data, &[]);
    assert!(run(&data, &["status"]).good().contains("running"));
    drop(hub);
}

#[test]
fn the_socket_and_the_data_are_the_owners() {
    let (_temp, data) = temp();
    let _hub = Serving::start(&data, &[]);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data.join("fieldhub.sock")), 0o600);
    assert_eq!(mode(&data), 0o700);
}

#[test]
fn the_database_is_the_owners_in_a_directory_that_others_may_read() {
    let (temp, data) = temp();
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    let _hub = Serving::start(&data, &["--demo"]);
    let mode = || data.join("fieldhub.redb").metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    let copy = temp.path().join("hub.backup");
    let copy = copy.to_str().unwrap();
    run(&data, &["backup", copy]).good();
    run(&data, &["restore", copy, "--yes"]).good();
    assert_eq!(mode(), 0o600, "a restored one");
}

#[test]
fn the_demo_is_made_once_and_opens_by_its_code() {
    let (_temp, data) = temp();
    let mut hub = Serving::start(&data, &["--demo"]);
    let said = hub.read_to("Scan to open");
    let line = said.lines().next().unwrap();
    assert!(
        line.starts_with("Access is open: anyone on this network can read, mark, make and remove"),
        "{line}"
    );
    assert!(said.contains('█'));
    assert!(said.ends_with(&format!("Scan to open http://{}/#/audit/jalibat-demo\n", hub.address)));
    assert_eq!(hub.get("/api/v1/audits/jalibat-demo")["name"], "JALIBAT");
    assert_eq!(hub.stop(Signal::TERM), Some(0));
    let hub = Serving::start(&data, &["--demo"]);
    let audit = hub.get("/api/v1/audits/jalibat-demo");
    assert_eq!((audit["module_count"].as_u64(), audit["string_count"].as_u64()), (Some(242), Some(10)));
    assert_eq!(audit["seq"], 2, "the details and the layout, made once");
}

#[test]
fn a_backup_brings_back_what_was_there() {
    let (temp, data) = temp();
    let copy = temp.path().join("hub.backup");
    let copy = copy.to_str().unwrap();
    let hub = Serving::start(&data, &["--demo"]);
    let log_id = hub.get("/api/v1/hub")["log_id"].clone();
    run(&data, &["backup", copy]).good();
    assert!(run(&data, &["backup", copy]).bad(1).contains("--force"));
    run(&data, &["backup", copy, "--force"]).good();
    assert!(!Path::new(&format!("{copy}.part")).exists());
    run(&data, &["audit", "remove", "jalibat-demo", "--yes"]).good();
    assert!(run(&data, &["restore", copy, "--yes"]).good().contains("send again"));
    assert_eq!(hub.get("/api/v1/audits/jalibat-demo")["name"], "JALIBAT");
    assert_ne!(hub.get("/api/v1/hub")["log_id"], log_id, "tablets start again");

    // On another machine, with the hub stopped.
    let elsewhere = temp.path().join("elsewhere");
    run(&elsewhere, &["restore", copy, "--yes"]).good();
    assert!(run(&elsewhere, &["audit", "list"]).good().contains("jalibat-demo"));
}

#[test]
fn a_file_may_come_by_stdin() {
    let (_temp, data) = temp();
    let csv = std::fs::read(fixture("jalibat-observed.csv")).unwrap();
    let made = run_with_input(&data, &["audit", "import", "-", "--token", "t", "--name", "N"], &csv).good();
    assert_eq!(made, "stdin: Made N (token t): 242 modules in 10 strings, 242 marked\n");
    let error = run_with_input(&data, &["audit", "import", "-"], b"{\"modules\": ").bad(1);
    assert!(error.contains("stdin: line 1: the file is cut short"), "{error}");
}
