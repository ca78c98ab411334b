//! `fieldhub update` on a machine in a directory, with real signatures: a good program stays, and whatever else is tried, the
//! hub that was there is there again.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::common::fake_machine::FakeMachine;
use crate::common::needed;
use crate::common::program::run;
use crate::common::updatable::{BROKEN, DATA, OLD, PROGRAM, UpdatableMachine, another, original};
use redb::{ReadableDatabase, TableDefinition};

const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");

#[test]
fn a_good_program_takes_the_place_of_the_one_before_it() {
    let Some(site) = UpdatableMachine::new() else { return };
    let (log, first) = (site.log_id(), site.pi.pid());
    let said = site.update(&site.another(), &[]).good();
    let version = env!("CARGO_PKG_VERSION");
    assert!(said.contains(&format!("checked    fieldhub {version}, signed (a release)\n")), "{said}");
    assert!(said.contains("healthy    fieldhub ") && said.contains("fieldhub.old"), "{said}");

    assert!(fs::read(site.pi.at(PROGRAM)).unwrap() == another());
    assert_eq!(site.pi.mode(PROGRAM), 0o755);
    assert_ne!(site.pi.pid(), first);
    site.runs(PROGRAM);
    assert_eq!(site.log_id(), log);
    assert!(run(&site.data(), &["audit", "list"]).good().contains("kept"));
    assert_eq!(site.programs(), ["fieldhub", "fieldhub.old"]);
    assert!(fs::read(site.pi.at(OLD)).unwrap() == original());
    // The new one has looked after its units.
    assert!(site.pi.calls().contains(&"systemctl restart --no-block fieldhub".to_owned()));

    // Once more is nothing.
    let said = site.update(&site.another(), &[]).good();
    assert!(said.contains("is already installed"), "{said}");
    assert!(site.pi.calls().is_empty());

    // And back by hand, as it says.
    site.pi.run_program(&site.pi.at(OLD), &["service", "install"]).good();
    assert!(fs::read(site.pi.at(PROGRAM)).unwrap() == original());
}

#[test]
fn what_is_not_signed_for_this_machine_is_not_even_run() {
    let Some(site) = UpdatableMachine::new() else { return };
    let ran = site.key("ran");
    let touch = format!("touch {}", ran.display());
    let refused = |file: &Path, args: &[&str], why: &str| {
        let error = site.update(file, args).bad(1);
        assert!(error.contains(why), "{why}: {error}");
    };

    let tampered = site.script("tampered", &touch);
    fs::write(&tampered, format!("#!/bin/sh\n{touch}\n")).unwrap();
    refused(&tampered, &[], "the file is not what was signed");

    let strange = site.script("strange", &touch);
    site.make_key("stranger");
    site.sign(&strange, "stranger");
    refused(&strange, &[], "signed with another key");
    // Unless that key is named: root may.
    let key = site.key("stranger.pub");
    refused(&strange, &["--key", key.to_str().unwrap()], "does not say which fieldhub it is");
    assert!(ran.exists());
    fs::remove_file(&ran).unwrap();

    let bare = site.key("bare");
    fs::write(&bare, "#!/bin/sh\n").unwrap();
    refused(&bare, &[], "an update needs its signature");
    fs::write(site.key("bare.minisig"), "hello").unwrap();
    refused(&bare, &[], "this is not a minisign signature");

    let mut pdp_11 = vec![0; 64];
    pdp_11[..7].copy_from_slice(b"\x7fELF\x01\x01\x01");
    pdp_11[16..20].copy_from_slice(&[2, 0, 65, 0]);
    refused(&site.file("pdp-11", &pdp_11), &[], "not a program for this machine");

    let older = site.script("older", "echo fieldhub 0.0.1");
    refused(&older, &[], "--allow-downgrade");

    fs::remove_file(site.pi.at("/etc/fieldhub/update.pub")).unwrap();
    if option_env!("FIELDHUB_UPDATE_KEY").is_none() {
        refused(&site.another(), &[], "there is no key");
    }
    assert!(!ran.exists(), "nothing else was run");
    assert!(site.pi.calls().is_empty(), "and the machine was told nothing");
    site.is_as_before();
}

#[test]
fn a_program_that_does_not_get_healthy_makes_place_again() {
    let Some(site) = UpdatableMachine::new() else { return };
    let log = site.log_id();
    let file = site.script("older", &BROKEN.replace("9.9.9", "0.0.1"));
    let ran = site.update(&file, &["--allow-downgrade", "--patience", "1"]);
    assert!(ran.out.contains("not well   it was not healthy after 1 s"), "{ran:?}");
    let error = ran.bad(1);
    assert!(error.contains("did not become healthy, and the previous one runs again"), "{error}");
    site.is_as_before();
    assert_eq!(site.log_id(), log, "its database was not touched");

    // One that takes calls and hangs.
    let file = site.script(
        "hangs",
        &format!(
            r#"case $1 in
--version) echo fieldhub 9.9.9 ;;
service) systemctl restart --no-block fieldhub ;;
serve)
	{} "$@" &
	trap "kill -KILL $!" TERM
	until [ -S "$ROOT{DATA}/fieldhub.sock" ]; do sleep 0.05; done
	kill -STOP $!
	wait ;;
esac"#,
            env!("CARGO_BIN_EXE_fieldhub")
        ),
    );
    let ran = site.update(&file, &["--patience", "1"]);
    assert!(ran.out.contains("the hub does not answer: it hangs"), "{ran:?}");
    ran.bad(1);
    site.is_as_before();

    // One that cannot even be installed.
    let file = site.script(
        "stubborn",
        "case $1 in --version) echo fieldhub 9.9.9 ;; *) echo I will not >&2; exit 3 ;; esac",
    );
    let ran = site.update(&file, &["--patience", "1"]);
    assert!(ran.out.contains("its `service install` failed (exit status: 3): I will not"), "{ran:?}");
    ran.bad(1);
    site.is_as_before();
}

/// As a later version leaves it that has migrated the database and does not run for another reason.
#[test]
fn a_database_that_has_become_newer_is_put_aside() {
    let Some(site) = UpdatableMachine::new() else { return };
    let log = site.log_id();
    let newer = site.key("newer.redb");
    run(&site.data(), &["backup", newer.to_str().unwrap()]).good();
    set_schema(&newer, 9);
    let file = site.script(
        "migrates",
        &format!(
            r#"D="$ROOT{DATA}"
case $1 in
--version) echo fieldhub 9.9.9 ;;
service) systemctl restart --no-block fieldhub ;;
serve) mv "$D/fieldhub.redb" "$D/snapshot-1.redb"; cp {} "$D/fieldhub.redb"; exit 1 ;;
esac"#,
            newer.display()
        ),
    );
    let error = site.update(&file, &["--patience", "1"]).bad(1);
    assert!(error.contains("tablets send again") && error.contains("fieldhub.redb.newer-"), "{error}");
    site.is_as_before();
    assert_ne!(site.log_id(), log, "tablets are to begin again");
    let aside: Vec<_> = fs::read_dir(site.data())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_str().unwrap().starts_with("fieldhub.redb.newer-"))
        .collect();
    assert_eq!(aside.len(), 1);
    // For the version that knows it.
    let kept = redb::Database::open(aside[0].path()).unwrap();
    let row =
        kept.begin_read().unwrap().open_table(META).unwrap().get("schema").unwrap().unwrap().value().to_vec();
    assert_eq!(row.last(), Some(&9));
}

/// Made by the last program of schema 2, with an audit `old`.
fn of_schema_2() -> Vec<u8> {
    let mut bytes = Vec::new();
    let packed: &[u8] = include_bytes!("../fixtures/hub-schema-2.redb.gz");
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    bytes
}

/// A start under strace, where each call of the disk is late, or one never ends.
fn with_a_disk(that: &str) -> Option<String> {
    needed::here("strace", &["-V"]).then(|| {
        format!("strace -D -f -qqq -o /dev/null -e trace=pread64,pwrite64,fdatasync -e inject={that}")
    })
}

/// A database that takes longer to read and to migrate than a new version has to become healthy.
#[test]
fn a_migration_that_takes_long_is_no_hang() {
    const PATIENCE: Duration = Duration::from_secs(3);
    let Some(site) = UpdatableMachine::new() else { return };
    let Some(slow) = with_a_disk("pread64,pwrite64,fdatasync:delay_enter=80000") else { return };
    let said = site.pi.listen();
    site.pi.next_start(&of_schema_2(), &slow);
    let began = Instant::now();
    let ran = site.update(&site.another(), &["--patience", &PATIENCE.as_secs().to_string()]);
    let took = began.elapsed();
    let words: Vec<String> = said.try_iter().collect();
    assert!(ran.out.contains("healthy    fieldhub "), "after {took:?}: {ran:?}\n{words:#?}");
    ran.good();
    assert!(took > PATIENCE * 2, "it took long: {took:?}");
    site.runs(PROGRAM);
    assert!(fs::read(site.pi.at(PROGRAM)).unwrap() == another());
    // systemd, which would end a start after three minutes, is told by each word to wait.
    let at_work: Vec<_> = words.iter().filter(|said| said.contains("STATUS=Opening the database")).collect();
    assert!(
        at_work.len() > 5 && at_work.iter().all(|said| said.contains("EXTEND_TIMEOUT_USEC=")),
        "{words:#?}"
    );
    assert!(run(&site.data(), &["audit", "list"]).good().contains("old"));
}

/// Nothing comes and nothing goes: what it said last is no sign of life.
#[test]
fn a_migration_that_hangs_is_given_up() {
    let Some(site) = UpdatableMachine::new() else { return };
    let Some(stuck) = with_a_disk("pwrite64:delay_enter=3600000000:when=5") else { return };
    let said = site.pi.listen();
    site.pi.next_start(&of_schema_2(), &stuck);
    fs::write(site.pi.at("/stuck"), "").unwrap();
    let ran = site.update(&site.another(), &["--patience", "1"]);
    assert!(
        ran.out.contains("not well   it was not healthy after "),
        "{ran:?}\n{:#?}",
        said.try_iter().collect::<Vec<_>>()
    );
    let error = ran.bad(1);
    assert!(error.contains("did not become healthy, and the previous one runs again"), "{error}");
    assert!(fs::read(site.pi.at(PROGRAM)).unwrap() == original());
    site.runs(PROGRAM);
    assert!(run(&site.data(), &["audit", "list"]).good().contains("old"));
}

fn set_schema(file: &Path, schema: u8) {
    let db = redb::Database::open(file).unwrap();
    let txn = db.begin_write().unwrap();
    {
        let mut row = crc32fast::hash(&[b"schema", &[schema][..]].concat()).to_le_bytes().to_vec();
        row.push(schema);
        txn.open_table(META).unwrap().insert("schema", row.as_slice()).unwrap();
    }
    txn.commit().unwrap();
}

#[test]
fn only_an_installed_hub_is_updated() {
    let pi = FakeMachine::pi();
    let error = pi.run(&["update", "file"]).bad(1);
    assert!(error.contains("no hub is installed") && error.contains("service install"), "{error}");
    fs::create_dir_all(pi.at("/lib/systemd/system")).unwrap();
    fs::write(pi.at("/lib/systemd/system/fieldhub.service"), "").unwrap();
    assert!(pi.run(&["update", "file"]).bad(1).contains("sudo apt install ./fieldhub_VERSION.deb"));
}
