//! `fieldhub photos import`: folders as cameras make them, with doubles, broken files and what belongs to nothing; repeated, broken
//! off, answered string by string. Nothing in the folder changes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::common::image_files::{Jpeg, exif, flag, noise};
use crate::common::program::{program, run};
use crate::common::terminal::Terminal;
use crate::common::{NOW, TestHub, mark};
use crate::photos::{edit, photo, send, variant};
use fieldhub::domain::{BlobHash, iso8601};
use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A hub's data with JALIBAT in it, stopped.
async fn stopped() -> TempDir {
    let mut hub = TestHub::start().await;
    hub.jalibat().await;
    hub.stop().await
}

/// A real one, of so many bytes at least: what lies behind its end is no part of the image.
fn picture(n: u8, bytes: usize) -> Vec<u8> {
    let mut jpeg = Jpeg { comment: Some(vec![n; 9]), ..Jpeg::default() }.rgb(&flag(64, 48), 64, 48);
    jpeg.extend(noise(bytes.saturating_sub(jpeg.len())));
    jpeg
}

fn put(dir: &Path, name: &str, bytes: &[u8]) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Everything in a folder, with when it was changed.
fn all(dir: &Path) -> BTreeMap<String, (SystemTime, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(all(&path));
        } else {
            let changed = path.metadata().unwrap().modified().unwrap();
            found.insert(path.display().to_string(), (changed, fs::read(&path).unwrap()));
        }
    }
    found
}

fn photos(data: &Path) -> Vec<Value> {
    run(data, &["photos", "list", "jalibat", "--json"]).json()["photos"].as_array().unwrap().clone()
}

fn import(data: &Path, card: &Path, more: &[&str]) -> crate::common::program::Ran {
    let args = [&["photos", "import", card.to_str().unwrap(), "--audit", "jalibat"], more].concat();
    run(data, &args)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_is_imported_once_and_stays_as_it_was() {
    let (data, card) = (stopped().await, TempDir::new().unwrap());
    let (data, dir) = (data.path(), card.path());
    for n in 1..=3_u8 {
        put(dir, &format!("DCIM/100EL/M00{n}.JPG"), &picture(n, 1_500_000 + usize::from(n)));
    }
    put(dir, "DCIM/S02_P01.JPG", &picture(9, 900));
    put(dir, "DCIM/copy of M001.JPG", &picture(1, 1_500_001));
    put(dir, "DCIM/IMG_0042.JPG", &picture(8, 900));
    put(dir, "DCIM/M005.JPG", b"<html>");
    put(dir, "DCIM/readme.txt", b"hello");
    let before = all(dir);

    let shown = import(data, dir, &["--dry-run"]).good();
    assert!(
        shown.contains("String 1: 4 pictures of 26 modules")
            && shown.contains("String 2: 1 picture of 24 modules"),
        "{shown}"
    );
    assert!(
        shown.contains("Left over, 1: nothing in the name")
            && shown.contains("\"DCIM/M005.JPG\" cannot be taken"),
        "{shown}"
    );
    let told = import(data, dir, &["--dry-run", "--json"]).json();
    assert_eq!(
        (&told["left_over"], &told["pictures"][0]["name"]),
        (&json!(1), &json!("DCIM/100EL/M001.JPG"))
    );
    assert_eq!(photos(data).len(), 0, "a dry run makes nothing");
    assert!(import(data, dir, &[]).bad(2).contains("add --yes"), "nobody to ask");

    let ran = import(data, dir, &["--yes"]);
    assert!(ran.out.contains("4 pictures imported, 1 there already, 0 passed over, 1 left over."), "{ran:?}");
    assert_eq!((ran.code, ran.err.contains("1 file could not be taken")), (Some(1), true), "{ran:?}");
    let there = photos(data);
    let of: Vec<&str> = there.iter().map(|photo| photo["at"]["module_id"].as_str().unwrap()).collect();
    assert_eq!(of, ["M001", "M002", "M003", "M027"]);
    assert_eq!((&there[0]["name"], &there[0]["picture_kind"]), (&json!("M001.JPG"), &json!("el")));
    let original = there[1]["variants"]
        .as_array()
        .unwrap()
        .iter()
        .find(|variant| variant["class"] == "original")
        .unwrap();
    assert_eq!(original["sha256"], BlobHash::of(&picture(2, 1_500_002)).to_string());
    assert_eq!((&original["width"], &original["height"]), (&json!(64), &json!(48)));
    let classes =
        there[1]["variants"].as_array().unwrap().iter().map(|variant| (&variant["class"], &variant["held"]));
    let all_held = [("thumb", true), ("preview", true), ("original", true)];
    assert!(classes.eq(
        all_held.map(|(class, held)| (json!(class), json!(held))).iter().map(|(class, held)| (class, held))
    ));
    assert!(run(data, &["photos", "verify"]).good().contains("read and sound"));

    let again = import(data, dir, &["--yes", "--json"]);
    let said: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!((&said["imported"], &said["known"], &said["left_over"]), (&json!(0), &json!(5), &json!(1)));
    assert_eq!(said["failed"][0]["name"], "DCIM/M005.JPG");
    assert_eq!(photos(data).len(), 4, "the same picture makes no second photo");
    assert!(all(dir) == before, "nothing in the folder is changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_was_broken_off_goes_on_where_it_was() {
    let (card, mut hub) = (TempDir::new().unwrap(), TestHub::start().await);
    hub.jalibat().await;
    let large = picture(5, 3_000_000);
    put(card.path(), "M007.JPG", &picture(4, 4_000));
    put(card.path(), "M008.JPG", &large);
    // The first is there wholly, of the second there are two steps.
    send(&hub.client, &picture(4, 4_000)).await;
    hub.client.ops("jalibat", vec![photo("M007", &[variant("original", &picture(4, 4_000))])]).await;
    let path = format!("/api/v1/audits/jalibat/photos/{}", BlobHash::of(&large));
    for at in [0, 1 << 20] {
        let request =
            hub.client.request(Method::PATCH, &path).header("content-type", "application/partial-upload");
        let request = request.header("upload-offset", at.to_string());
        let step = large[at..at + (1 << 20)].to_vec();
        assert_eq!(hub.client.send(request.body(step.into()).unwrap()).await.status, 204);
    }
    let data = hub.stop().await;
    assert!(
        import(data.path(), card.path(), &["--yes"]).good().contains("1 picture imported, 1 there already")
    );
    assert!(run(data.path(), &["photos", "verify"]).good().contains("pictures read and sound"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_string_is_asked_about_and_a_walk_is_put_right_before() {
    let (data, card) = (stopped().await, TempDir::new().unwrap());
    for n in 1..=4_u8 {
        put(card.path(), &format!("IMG_{n}.JPG"), &picture(n, 500));
    }
    let order = ["--first", "M025", "--snake", "--skip", "M026", "--leave", "IMG_4.JPG"];
    let told = import(data.path(), card.path(), &[&order[..], &["--dry-run", "--json"]].concat()).json();
    let of = |n: usize| {
        told["pictures"][n]["at"]["module_id"]
            .as_str()
            .or(told["pictures"][n]["left"].as_str())
            .unwrap()
            .to_owned()
    };
    assert_eq!([of(0), of(1), of(2), of(3)], ["M025", "M050", "M049", "by_hand"]);
    let args = ["photos", "import", card.path().to_str().unwrap(), "--audit", "jalibat"];
    let mut command = program(&[&args[..], &order[..]].concat());
    command.arg("--data-dir").arg(data.path());
    let terminal = Terminal::run(command).answer("Import 1 picture of string 1? [y/N] ", "n\n");
    let (code, said) = terminal.answer("Import 2 pictures of string 2? [y/N] ", "y\n").end();
    assert!(
        code == Some(0) && said.contains("2 pictures imported, 0 there already, 1 passed over, 1 left over."),
        "{said}"
    );
    assert_eq!(photos(data.path()).len(), 2);
}

/// What was taken out is no picture that the audit shows; what it shows of another module is named, and makes no second photo.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_was_taken_out_comes_in_again_and_one_of_another_module_is_named() {
    let (card, mut hub) = (TempDir::new().unwrap(), TestHub::start().await);
    hub.jalibat().await;
    for n in 1..=3 {
        put(card.path(), &format!("M00{n}.JPG"), &picture(n, 4_000));
        send(&hub.client, &picture(n, 4_000)).await;
    }
    let original = |n: u8| [variant("original", &picture(n, 4_000))];
    let out = photo("M001", &original(1));
    hub.client
        .ops("jalibat", vec![out.clone(), photo("M002", &original(2)), photo("M009", &original(3))])
        .await;
    hub.client.ops("jalibat", vec![edit(&out, json!({ "taken_out": true }))]).await;
    let data = hub.stop().await;
    let said = import(data.path(), card.path(), &["--yes"]).good();
    assert!(said.contains("1 picture imported, 2 there already, 0 passed over, 0 left over."), "{said}");
    assert!(said.contains("Imported again, for they had been taken out of the audit: 1."), "{said}");
    assert!(said.contains("There already, but of other modules: \"M003.JPG\" at M009."), "{said}");
    let shown = |photos: Vec<Value>| {
        let shown = photos.into_iter().filter(|photo| photo["taken_out"].is_null());
        shown.map(|photo| photo["at"]["module_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown(photos(data.path())), ["M002", "M009", "M001"]);
    let again: Value =
        serde_json::from_str(&import(data.path(), card.path(), &["--yes", "--json"]).good()).unwrap();
    assert_eq!((&again["imported"], &again["again"], &again["known"]), (&json!(0), &json!(0), &json!(3)));
    assert_eq!(again["elsewhere"], json!(["\"M003.JPG\" at M009"]));
}

/// As options, and while it asks; a string that was confirmed is asked about once more for what came to it after that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_are_swapped_and_put_as_options_and_while_it_asks() {
    let (data, card) = (stopped().await, TempDir::new().unwrap());
    for (n, name) in ["M001.JPG", "M002.JPG", "S02_P01.JPG", "my test.JPG"].iter().enumerate() {
        put(card.path(), name, &picture(u8::try_from(n).unwrap(), 500));
    }
    let options = ["--swap", "M001.JPG=M002.JPG", "--put", "my test.JPG=M030"];
    let told = import(data.path(), card.path(), &[&options[..], &["--dry-run", "--json"]].concat()).json();
    let at = |n: usize| told["pictures"][n]["at"]["module_id"].as_str().unwrap().to_owned();
    assert_eq!([at(0), at(1), at(2), at(3)], ["M002", "M001", "M030", "M027"]);
    for (option, said) in
        [("--swap=M001.JPG", "write IMG_0042.JPG=IMG_0043.JPG"), ("--put=M001.JPG", "=M012")]
    {
        assert!(import(data.path(), card.path(), &[option, "--yes"]).bad(2).contains(said), "{option}");
    }
    let args = ["photos", "import", card.path().to_str().unwrap(), "--audit", "jalibat"];
    let mut command = program(&args);
    command.arg("--data-dir").arg(data.path());
    let mut terminal = Terminal::run(command);
    terminal.answer_next("Import 2 pictures of string 1? [y/N] ", "swap M001.JPG M002.JPG\n");
    terminal.answer_next("Import 2 pictures of string 1? [y/N] ", "put my test.JPG M999\n");
    terminal.answer_next("Import 2 pictures of string 1? [y/N] ", "y\n");
    terminal.answer_next("Import 1 picture of string 2? [y/N] ", "put my test.JPG M003\n");
    terminal.answer_next("Import 1 picture of string 1? [y/N] ", "y\n");
    terminal.answer_next("Import 1 picture of string 2? [y/N] ", "n\n");
    let (code, said) = terminal.end();
    assert!(said.contains("skip MODULE, shift FILE N, swap FILE FILE"), "{said}");
    assert!(said.contains("M999"), "what cannot be done is said: {said}");
    assert!(
        code == Some(0) && said.contains("3 pictures imported, 0 there already, 1 passed over, 0 left over."),
        "{said}"
    );
    let of: Vec<_> = photos(data.path())
        .into_iter()
        .map(|photo| (photo["at"]["module_id"].clone(), photo["name"].clone()))
        .collect();
    let expected = [("M002", "M001.JPG"), ("M001", "M002.JPG"), ("M003", "my test.JPG")];
    assert_eq!(of, expected.map(|(module, name)| (json!(module), json!(name))));
}

/// A workbook of one sheet, as small programs write it.
fn workbook(rows: &[[&str; 2]]) -> Vec<u8> {
    let cell = |text: &&str| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
    let row = |row: &[&str; 2]| format!("<row>{}</row>", row.iter().map(cell).collect::<String>());
    let rows: String = rows.iter().map(row).collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relation = |kind: &str, target: &str| {
        format!(
            r#"<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{of}/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    let book = format!(
        r#"<workbook xmlns="{main}" xmlns:r="{of}"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let sheet = format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_may_be_a_workbook() {
    let (data, card, lists) = (stopped().await, TempDir::new().unwrap(), TempDir::new().unwrap());
    for n in 1..=3 {
        put(card.path(), &format!("IMG_{n}.JPG"), &picture(n, 500));
    }
    let list = lists.path().join("list.xlsx");
    let rows = [["Datei", "Modul"], ["IMG_1.JPG", "M004"], ["IMG_2.JPG", "M005"], ["IMG_9.JPG", "M006"]];
    fs::write(&list, workbook(&rows)).unwrap();
    let told =
        import(data.path(), card.path(), &["--csv", list.to_str().unwrap(), "--dry-run", "--json"]).json();
    let at = |n: usize| told["pictures"][n]["at"]["module_id"].clone();
    assert_eq!([at(0), at(1), at(2)], [json!("M004"), json!("M005"), json!(null)], "{told}");
    assert_eq!(told["not_there"], json!(["IMG_9.JPG"]));
    fs::write(&list, b"PK\x03\x04cut").unwrap();
    let cut = import(data.path(), card.path(), &["--csv", list.to_str().unwrap(), "--dry-run"]).bad(1);
    assert!(cut.contains("the file is damaged or cut short"), "{cut}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_wrong_is_said_before_anything_is_made() {
    let (data, card) = (stopped().await, TempDir::new().unwrap());
    assert!(import(data.path(), card.path(), &["--yes"]).bad(1).contains("there are no pictures in it"));
    put(card.path(), "a/IMG_1.JPG", &picture(1, 500));
    put(card.path(), "b/IMG_1.JPG", &picture(2, 500));
    put(card.path(), "list.csv", b"file;module\na/IMG_1.JPG;M001\n");
    let list = card.path().join("list.csv");
    for (args, said) in [
        (vec!["--by", "order"], "--by order needs --first MODULE"),
        (vec!["--by", "csv"], "--by csv needs --csv FILE"),
        (vec!["--leave", "IMG_1.JPG"], "several pictures are called IMG_1.JPG"),
        (vec!["--leave", "IMG_7.JPG"], "there is no picture IMG_7.JPG"),
        (vec!["--known", "a/IMG_1.JPG=noon"], "write a picture and a time"),
    ] {
        assert!(
            import(data.path(), card.path(), &[&args[..], &["--yes"]].concat()).bad(2).contains(said),
            "{args:?}"
        );
    }
    assert!(
        import(data.path(), card.path(), &["--first", "M999", "--yes"])
            .bad(1)
            .contains("the audit shows no module M999")
    );
    let listed = import(data.path(), card.path(), &["--csv", list.to_str().unwrap(), "--yes"]).good();
    assert!(listed.contains("1 picture imported, 0 there already, 0 passed over, 1 left over."), "{listed}");
    assert_eq!(photos(data.path())[0]["at"]["module_id"], "M001");
    assert_eq!(photos(data.path())[0].get("taken_at_ms"), None, "the file's own time is no camera's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_find_their_modules_by_what_the_camera_has_written_into_them() {
    let mut hub = TestHub::start().await;
    hub.jalibat().await;
    let (card, dice) =
        (TempDir::new().unwrap(), |n: u64| n.wrapping_mul(6_364_136_223_846_793_005).rotate_left(23) % 33);
    let (mut at, mut marks) = (NOW / 1_000 * 1_000 - 7_200_000, Vec::new());
    for n in 0..40_u64 {
        at += (12 + dice(n)) * 1_000;
        // The camera is an hour and two minutes behind, and files lie there in another order than they were taken in.
        let taken = iso8601::format(at - 3_720_000)[..19].replace('-', ":").replace('T', " ");
        let jpeg =
            Jpeg { exif: Some(exif(false, 1, taken.leak())), ..Jpeg::default() }.rgb(&flag(32, 16), 32, 16);
        put(card.path(), &format!("{:02}/EL.JPG", n * 7 % 40), &jpeg);
        marks.push(mark(&format!("M{:03}", n + 1), "ok", "lea", at + (2 + dice(n + 900) % 4) * 1_000));
    }
    hub.client.ops("jalibat", marks).await;
    let data = hub.stop().await;
    let told = import(data.path(), card.path(), &["--by", "time", "--dry-run", "--json"]).json();
    let add = told["clock"]["add_ms"].as_i64().unwrap();
    assert!((add - 3_720_000).abs() < 6_000, "{add}");
    let walked = import(data.path(), card.path(), &["--first", "M003", "--dry-run", "--json"]).json();
    for (of, placed) in [(1, &told), (3, &walked)] {
        let mut found = 0;
        for picture in placed["pictures"].as_array().unwrap() {
            let Some(module) = picture["at"]["module_id"].as_str() else { continue };
            let n = (0..40_u64).find(|n| picture["name"] == format!("{:02}/EL.JPG", n * 7 % 40)).unwrap();
            assert_eq!(module, format!("M{:03}", n + of), "{picture}");
            found += 1;
        }
        assert!(found > 30, "{found} found");
    }
    let ran = import(data.path(), card.path(), &["--by", "time", "--clock", "+1:02:00", "--yes"]).good();
    assert!(ran.contains("shots fall on a mark"), "{ran}");
    let first = photos(data.path()).into_iter().find(|photo| photo["at"]["module_id"] == "M002").unwrap();
    assert_eq!(first["name"], "EL.JPG");
    assert!(first["taken_at_ms"].as_u64().unwrap() < NOW - 7_200_000, "as the camera says: {first}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_is_cut_off_keeps_no_other_and_what_has_no_decoder_is_kept_as_a_file() {
    let (data, card) = (stopped().await, TempDir::new().unwrap());
    let whole = Jpeg::default().rgb(&flag(640, 480), 640, 480);
    put(card.path(), "M001.JPG", &whole[..whole.len() / 2]);
    put(card.path(), "M002.JPG", &whole);
    put(card.path(), "M003.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    let ran = import(data.path(), card.path(), &["--yes"]);
    assert!(ran.code == Some(1) && ran.err.contains("\"M001.JPG\": it is damaged, or cut off"), "{ran:?}");
    assert!(ran.out.contains("2 pictures imported"), "{ran:?}");
    let there = photos(data.path());
    let variants = |n: usize| there[n]["variants"].as_array().unwrap().len();
    assert_eq!([variants(0), variants(1)], [3, 1]);
}
