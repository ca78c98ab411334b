//! Severity and remedy of what a check has found: how bad it is, what is so, what to do about it. Also how that is
//! printed.
//!
//! Called by all of `doctor`.

use serde_json::{Value, json};

/// In the order of how much somebody is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot be read here: no statement, neither good nor bad.
    Unknown,
    Ok,
    /// Somebody should know; the night can begin.
    Look,
    /// Somebody must do something.
    Do,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Ok => "ok",
            Self::Look => "look",
            Self::Do => "do",
        }
    }

    fn on_page(self) -> &'static str {
        if self == Self::Unknown { "-" } else { self.name() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub name: &'static str,
    pub verdict: Severity,
    /// A sentence about what is so.
    pub said: String,
    /// What to type, or to do with one's hands.
    pub remedy: Option<String>,
}

impl Finding {
    pub fn ok(name: &'static str, said: impl Into<String>) -> Self {
        Self { name, verdict: Severity::Ok, said: said.into(), remedy: None }
    }

    pub fn unknown(name: &'static str, said: impl Into<String>) -> Self {
        Self { name, verdict: Severity::Unknown, said: said.into(), remedy: None }
    }

    pub fn look(name: &'static str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { name, verdict: Severity::Look, said: said.into(), remedy: Some(remedy.into()) }
    }

    pub fn must(name: &'static str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { verdict: Severity::Do, ..Self::look(name, said, remedy) }
    }

    /// It must be done where somebody relies on it, and is worth knowing elsewhere.
    pub fn must_if(relied_on: bool, name: &'static str, said: String, remedy: String) -> Self {
        if relied_on { Self::must(name, said, remedy) } else { Self::look(name, said, remedy) }
    }
}

/// The findings of one subject.
#[derive(Debug)]
pub struct FindingGroup {
    pub heading: &'static str,
    pub findings: Vec<Finding>,
}

#[derive(Debug)]
pub struct DoctorReport(pub Vec<FindingGroup>);

impl DoctorReport {
    fn all(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter().flat_map(|group| &group.findings)
    }

    fn count(&self, verdict: Severity) -> usize {
        self.all().filter(|finding| finding.verdict == verdict).count()
    }

    /// How many things must be done.
    pub fn to_do(&self) -> usize {
        self.count(Severity::Do)
    }

    pub fn json(&self) -> Value {
        let check = |finding: &Finding| json!({"name": finding.name, "verdict": finding.verdict.name(), "said": finding.said, "do": finding.remedy});
        json!({"ok": self.to_do() == 0, "checks": self.all().map(check).collect::<Vec<_>>()})
    }

    /// A line for each check, and one below it for what to do about it.
    pub fn page(&self) -> String {
        let width = self.all().map(|finding| finding.name.chars().count()).max().unwrap_or(0);
        let line = |finding: &Finding| {
            let (verdict, name) = (finding.verdict.on_page(), finding.name);
            let remedy = finding.remedy.as_ref();
            let remedy = remedy.map(|text| format!("{:1$}→ {text}\n", "", width + 10)).unwrap_or_default();
            format!("  {verdict:<4}  {name:<width$}  {}\n{remedy}", finding.said)
        };
        let group = |group: &FindingGroup| {
            let lines: String = group.findings.iter().map(line).collect();
            format!("{}\n{lines}", group.heading)
        };
        let groups: Vec<String> =
            self.0.iter().filter(|group| !group.findings.is_empty()).map(group).collect();
        let last = match self.count(Severity::Look) {
            _ if self.to_do() > 0 => String::new(),
            0 => "\nNothing wrong can be seen from here.\n".to_owned(),
            _ => "\nNothing needs to be done.\n".to_owned(),
        };
        groups.join("\n") + &last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(verdicts: &[Severity]) -> DoctorReport {
        let finding = |verdict: &Severity| Finding { verdict: *verdict, ..Finding::ok("a", "b") };
        DoctorReport(vec![FindingGroup { heading: "g", findings: verdicts.iter().map(finding).collect() }])
    }

    #[test]
    fn only_what_must_be_done_is_a_failure() {
        use Severity::{Do, Look, Ok, Unknown};
        assert_eq!(report(&[Ok, Look, Unknown]).json()["ok"], true);
        assert_eq!(report(&[Ok, Do, Do]).to_do(), 2);
        assert_eq!(report(&[Do]).json()["ok"], false);
        assert!(report(&[Ok, Unknown]).page().ends_with("\nNothing wrong can be seen from here.\n"));
        assert!(report(&[Ok, Look]).page().ends_with("\nNothing needs to be done.\n"));
        assert!(!report(&[Look, Do]).page().contains("Nothing"));
    }

    #[test]
    fn a_page_is_read_from_left_to_right() {
        let groups = DoctorReport(vec![
            FindingGroup {
                heading: "power",
                findings: vec![
                    Finding::must("supply", "The voltage is too low.", "Take another cable."),
                    Finding::ok("heat", "48 °C"),
                ],
            },
            FindingGroup { heading: "upstream", findings: Vec::new() },
            FindingGroup { heading: "card", findings: vec![Finding::unknown("card wear", "not told")] },
        ]);
        insta::assert_snapshot!(groups.page(), @r"
        power
          do    supply     The voltage is too low.
                           → Take another cable.
          ok    heat       48 °C

        card
          -     card wear  not told
        ");
        assert_eq!(
            groups.json()["checks"][0],
            json!({"name": "supply", "verdict": "do", "said": "The voltage is too low.", "do": "Take another cable."})
        );
        assert_eq!(groups.json()["checks"][2]["verdict"], "unknown");
    }
}
