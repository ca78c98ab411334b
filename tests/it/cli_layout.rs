//! `fieldhub audit layout` and `audit import --onto`: the plan of a running audit changed on the command line.

use crate::common::program::{run, run_with_input};
use tempfile::TempDir;

#[test]
fn strings_are_added_named_moved_and_hidden_and_a_plan_is_shown_before_it_is_done() {
    let temp = TempDir::new().unwrap();
    let dir = temp.path().join("data");
    run(&dir, &["audit", "create", "--name", "Roof", "--strings", "3,2", "--token", "roof"]).good();
    let layout = |args: &[&str]| run(&dir, &[&["audit", "layout", "roof"], args].concat());
    let rows = |page: &str| -> Vec<String> {
        page.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    let add = ["add-string", "--modules", "4", "--name", "by the gate", "--after", "0"];
    assert_eq!(rows(&layout(&add).good()), ["3 by the gate 4", "1 - 3", "2 - 2"]);
    layout(&["add-modules", "--string", "2", "--modules", "1"]).good();
    layout(&["name-string", "3"]).good();
    layout(&["name-module", "M001", "the first"]).good();
    layout(&["move-string", "3", "--after", "2"]).good();
    let hidden = layout(&["hide", "--string", "1", "--module", "S3-04"]).good();
    assert_eq!(
        rows(&hidden),
        ["1 - 3 hidden", "2 - 3", "3 - 3", "4 modules hidden; they keep their marks, and are in no count"]
    );
    let shown = run(&dir, &["audit", "show", "roof"]).good();
    assert!(shown.contains("6 modules in 2 strings, 4 hidden"), "{shown}");
    assert_eq!(rows(&layout(&["unhide", "--string", "1", "--module", "S3-04"]).good()).len(), 3);
    assert!(layout(&["move-string", "9", "--after", "0"]).bad(1).contains("there is no string 9"));
    assert_eq!(layout(&["hide", "--unplaced", "--json"]).json()["hidden"].as_array().unwrap().len(), 0);

    let plan = temp.path().join("plan.csv");
    std::fs::write(
        &plan,
        "module_id,string,position\nM001,1,1\nM002,1,2\nM003,1,3\nM005,2,1\nM004,2,2\nnew,2,3\n",
    )
    .unwrap();
    let plan = plan.to_str().unwrap();
    let onto = ["audit", "import", plan, "--onto", "roof"];
    // Nobody to ask.
    assert!(run(&dir, &onto).bad(2).contains("--yes"));
    let with_yes = [&onto[..], &["--yes"]].concat();
    let said = run(&dir, &with_yes).good();
    let expected = [
        "1 module new",
        "  new at 2.3",
        "2 modules moved",
        "  M005 at 2.1, from 2.2",
        "  M004 at 2.2, from 2.1",
        "5 modules not in the file, and hidden with their marks",
    ];
    for line in expected {
        assert!(said.lines().any(|said| said == line), "{line}: {said}");
    }
    assert!(said.contains("changed the layout of ") && said.ends_with(" (roof)\n"));
    assert!(run(&dir, &with_yes).good().contains("(roof) is as this file says already"));
    let json = run(&dir, &[&with_yes[..], &["--json"]].concat()).json();
    assert_eq!((json["applied"].as_bool(), json["new"].as_array().unwrap().len()), (Some(false), 0));
    assert!(run(&dir, &["audit", "import", plan, "--onto", "nobody", "--yes"]).bad(1).contains("nobody"));
    let nowhere = temp.path().join("nowhere");
    let made = run(&nowhere, &with_yes);
    assert!(made.bad(1).contains("no data directory") && !nowhere.exists(), "it begins no data directory");
    let stdin = run_with_input(
        &dir,
        &["audit", "import", "-", "--onto", "roof", "--yes"],
        b"module_id,string,position\nM001,1,1\n",
    );
    assert!(stdin.good().contains("changed the layout"));
}
