//! `fieldhub audit serials`: serial numbers from a list; what is wrong with it is told before anything is set.

use crate::common::program::run;
use tempfile::TempDir;

#[test]
fn a_list_gives_modules_their_numbers_once_and_what_is_wrong_is_told_first() {
    let temp = TempDir::new().unwrap();
    let (dir, list) = (temp.path().join("data"), temp.path().join("list.csv"));
    run(&dir, &["audit", "create", "--name", "Roof", "--strings", "3,2", "--token", "roof"]).good();
    let serials = |text: &str, more: &[&str]| {
        std::fs::write(&list, text).unwrap();
        run(&dir, &[&["audit", "serials", "roof", list.to_str().unwrap()], more].concat())
    };
    let has = |module: usize| {
        run(&dir, &["audit", "show", "roof", "--json"]).json()["modules"][module]["properties"]["serial"]
            .clone()
    };

    let wrong = "module,serial\nM001,JKM-1\nM002,JKM-1\nM009,JKM-9\n";
    let said = serials(wrong, &[]).bad(1);
    assert!(said.contains("nothing was set"), "{said}");
    let told = serials(wrong, &["--dry-run", "--json", "--good-only"]).json();
    assert_eq!(told["problems"][0], "line 4: the audit has no module M009");
    assert_eq!(told["problems"][1], "JKM-1 is given to M001 and to M002");
    assert!(has(0).is_null());

    let good = "Modul;Seriennummer\nM001;JKM-1\nM002;JKM-2\nS2-01;JKM-3\nM004;JKM-4\n";
    let good = good.replace("S2-01;JKM-3\n", "");
    assert!(serials(&good, &["--dry-run"]).good().contains("3 modules without a number get one"));
    assert!(has(0).is_null(), "nothing is set by that");
    assert!(serials(&good, &[]).good().ends_with("3 serial numbers set\n"));
    assert_eq!((has(0), has(3)), ("JKM-1".into(), "JKM-4".into()));
    let again = serials(&good, &[]).good();
    assert!(
        again.contains("3 modules have the number of the list already")
            && again.ends_with("0 serial numbers set\n"),
        "{again}"
    );

    let other = "M001,JKM-7\nM003,JKM-3\n";
    let kept = serials(other, &[]).good();
    assert!(kept.contains("  M001 has JKM-1, the list says JKM-7\n") && kept.contains("--replace"), "{kept}");
    assert_eq!((has(0), has(2)), ("JKM-1".into(), "JKM-3".into()));
    serials(other, &["--replace"]).good();
    assert_eq!(has(0), "JKM-7");
    assert!(serials("a,b,c\n1,2,3\n", &[]).bad(1).contains("which column"));

    let shown = run(&dir, &["audit", "show", "roof"]).good();
    assert!(shown.contains("serials    4 of 5 modules"), "{shown}");
}
