//! `fieldhub update` that is cut short: by the power, at each of its steps, or by a terminal that goes away.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::common::updatable::{OLD, PROGRAM, TRIAL, UpdatableMachine, another, original};
use rustix::process::{Pid, Signal, kill_process};

#[test]
fn power_lost_in_the_middle_of_a_trial() {
    let Some(site) = UpdatableMachine::new() else { return };
    let mut child = site.on_trial("600");
    // Nobody else tries anything meanwhile, nor ends it.
    assert!(site.pi.run_program(&site.pi.at(TRIAL), &["update", "--finish"]).good().is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        fs::read(site.pi.at(PROGRAM)).unwrap() != original(),
        "as the machine finds it at its next start"
    );
    let error = site.finish("1").bad(1);
    assert!(error.contains("the previous one runs again"), "{error}");
    site.is_as_before();
    // There is nothing more to end.
    assert!(site.command(&["--finish"]).output().unwrap().stdout.is_empty());
}

#[test]
fn power_lost_between_the_steps() {
    let Some(site) = UpdatableMachine::new() else { return };
    let leave = |content: &[u8], at: &str| {
        // Another file of that name: the one there may be running.
        let _ = fs::remove_file(site.pi.at(at));
        fs::write(site.pi.at(at), content).unwrap();
        fs::set_permissions(site.pi.at(at), PermissionsExt::from_mode(0o755)).unwrap();
    };
    // Written, and not yet swapped.
    leave(b"half a prog", "/usr/local/bin/fieldhub.new");
    fs::hard_link(site.pi.at(PROGRAM), site.pi.at(TRIAL)).unwrap();
    assert!(site.finish("1").good().contains("the previous program is in place"));
    site.is_as_before();

    // Put back, and not yet said to be.
    leave(&original(), TRIAL);
    site.finish("1").good();
    site.is_as_before();

    // Swapped, and the new one came up with the machine.
    fs::rename(site.pi.at(PROGRAM), site.pi.at(TRIAL)).unwrap();
    leave(&another(), PROGRAM);
    site.pi.run_program(&site.pi.at(PROGRAM), &["service", "install"]).good();
    assert!(site.finish("60").good().contains("the interrupted update was finished"));
    site.runs(PROGRAM);
    assert_eq!(site.programs(), ["fieldhub", "fieldhub.old"]);
    assert!(
        fs::read(site.pi.at(PROGRAM)).unwrap() == another()
            && fs::read(site.pi.at(OLD)).unwrap() == original()
    );
}

/// Over the Wi-Fi that it may cut: the terminal goes, and the trial ends as it would have.
#[test]
fn a_terminal_that_is_closed_ends_nothing() {
    let Some(site) = UpdatableMachine::new() else { return };
    let mut child = site.on_trial("2");
    // What it says from now on, nobody hears.
    drop((child.stdout.take(), child.stderr.take()));
    let process = Pid::from_child(&child);
    kill_process(process, Signal::HUP).unwrap();
    kill_process(process, Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    site.is_as_before();
}
