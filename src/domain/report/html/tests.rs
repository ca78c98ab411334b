//! The page: its figures are the report's, what people wrote stays text, and nothing in it runs or comes from elsewhere.

use super::super::testing::{Log, night, of, report_of};
use super::*;
use crate::domain::Status;
use crate::domain::photo::BlobHash;
use crate::domain::report::ReportLanguage;

fn nothing_here(_: BlobHash) -> Option<Vec<u8>> {
    None
}

fn page(report: Report, words: &'static ReportWords, pictures: Pictures<'_>) -> String {
    let (mut page, mut out) = (ReportPage::new(report, words), String::new());
    while page.write(pictures, &mut out) {}
    out
}

#[test]
fn its_figures_are_those_of_the_report_in_every_language() {
    let report = report_of(&night().0);
    for language in ReportLanguage::ALL {
        let words = language.words();
        let page = page(report.clone(), words, &mut nothing_here);
        for (name, count) in words.figures(&report.figures) {
            let row = format!("<tr><td dir=auto>{}<td class=n>{count}<td class=n>", escaped(name));
            assert!(page.contains(&row), "{name}: {page}");
        }
        assert!(page.contains(&format!("<html lang=\"{}\">", language.tag())));
        let heads = page.matches("<h2>").count();
        assert_eq!(heads, 8, "summary, crew, strings, plan, not examined, findings, history, proof");
        assert_eq!((page.matches("<section").count(), page.matches("href=#m").count()), (2, 2));
        for at in &report.findings {
            assert!(page.contains(&format!("href=#m{at} ")) && page.contains(&format!("id=m{at}>")));
        }
    }
}

/// As it is read: a line for each heading, row, paragraph and finding; cells parted by ` | `.
fn text_of(page: &str) -> String {
    let body = page.split_once("<body>").unwrap().1;
    let body = ["<h1", "<h2", "<h3", "<p", "<tr", "<section", "<div"]
        .iter()
        .fold(body.to_owned(), |text, tag| text.replace(tag, &format!("\n{tag}")));
    let body = body.replace("<td", " | <td").replace("<th ", " | <th ").replace("<th>", " | <th>");
    let mut text = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let lines = text.lines().map(|line| line.trim().trim_start_matches("| ")).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// What each section says, word for word.
#[test]
fn each_section_says_what_it_said() {
    for language in ReportLanguage::ALL {
        let page = page(report_of(&night().0), language.words(), &mut nothing_here);
        insta::assert_snapshot!(format!("page-{}", language.tag()), text_of(&page));
    }
}

#[test]
fn what_people_wrote_is_text_and_nothing_comes_from_elsewhere() {
    let mut log = night();
    log.mark(1, "M001", Status::Dead, Some("<script>alert(1)</script><img src=http://x onerror=y>"));
    log.photo(1, of("M001"), Some("\"><script>"));
    let page = page(report_of(&log.0), ReportLanguage::En.words(), &mut |_| Some(b"\xff\xd8\xffx".to_vec()));
    assert!(
        !page.contains("<script") && !page.contains("<img src=http") && page.contains("JALIBAT &lt;est&gt;")
    );
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("&quot;&gt;&lt;script&gt;"));
    let urls = page.matches("src=").count() + page.matches("href=").count();
    let own = page.matches("src=\"data:image/jpeg;base64,").count() + page.matches("href=#").count();
    // One of them is in the text that somebody wrote.
    assert_eq!(urls, own + 1);
    assert!(page.contains("接线盒 مفتوح 🔌"));
}

#[test]
fn a_picture_that_is_not_here_is_said_to_be_missing_and_too_many_are_counted() {
    let mut log = Log::default();
    log.mark(1, "M001", Status::Dead, None);
    for _ in 0..705 {
        log.photo(1, of("M001"), None);
    }
    let words = ReportLanguage::Fr.words();
    let page = page(report_of(&log.0), words, &mut nothing_here);
    let room = (MOST_PICTURES / 9_000) as usize;
    assert_eq!(page.matches(&escaped(words.picture_not_here)).count(), room);
    assert!(page.contains(&format!("{} autres photos", 705 - room)), "{room}");
}

#[test]
fn a_comment_as_long_as_may_be_and_an_audit_of_nothing_have_their_page() {
    let mut log = night();
    let long = "م".repeat(4_000);
    log.mark(1, "M003", Status::StringOpen, Some(&long));
    assert!(page(report_of(&log.0), ReportLanguage::It.words(), &mut nothing_here).contains(&long));
    assert!(page(report_of(&[]), ReportLanguage::Es.words(), &mut nothing_here).ends_with("</html>\n"));
}
