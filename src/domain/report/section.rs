//! Sections of a report, which can be left out of a version: chosen when it is made, and the same whenever it is made again.
//!
//! `hub` chooses them by their names; each form asks the report what it has. What says which report it is (cover, versions) and by what
//! it is held against the log (proof) is in every one.

/// What can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportSection {
    Summary,
    Examined,
    Conditions,
    Map,
    Strings,
    Statistics,
    Measurements,
    Findings,
    Claims,
    Catalogue,
    History,
    Photos,
    Annex,
}

impl ReportSection {
    /// In the order of the report.
    pub const ALL: [Self; 13] = [
        Self::Summary,
        Self::Examined,
        Self::Conditions,
        Self::Map,
        Self::Strings,
        Self::Statistics,
        Self::Measurements,
        Self::Findings,
        Self::Claims,
        Self::Catalogue,
        Self::History,
        Self::Photos,
        Self::Annex,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Examined => "examined",
            Self::Conditions => "conditions",
            Self::Map => "map",
            Self::Strings => "strings",
            Self::Statistics => "statistics",
            Self::Measurements => "measurements",
            Self::Findings => "findings",
            Self::Claims => "claims",
            Self::Catalogue => "catalogue",
            Self::History => "history",
            Self::Photos => "photos",
            Self::Annex => "annex",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.as_str() == name)
    }
}

/// Those that a report has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportSections(u32);

impl Default for ReportSections {
    /// All, and whatever a later version adds.
    fn default() -> Self {
        Self(u32::MAX)
    }
}

impl ReportSections {
    /// Those of these names; none: all. A later version may have named some that this one does not know.
    pub fn named(names: &[String]) -> Self {
        if names.is_empty() {
            return Self::default();
        }
        let known = names.iter().filter_map(|name| ReportSection::parse(name));
        Self(known.fold(0, |all, section| all | 1 << section as u32))
    }

    pub fn has(self, section: ReportSection) -> bool {
        self.0 & (1 << section as u32) != 0
    }
}

/// The names of a choice as a version keeps them: in the order of the report, each once; all of them are none. `Err`: what is no name.
pub fn chosen(names: &[String]) -> Result<Vec<String>, String> {
    if let Some(unknown) = names.iter().find(|name| ReportSection::parse(name).is_none()) {
        return Err(unknown.clone());
    }
    let all = ReportSections::named(names);
    let kept: Vec<_> = ReportSection::ALL.into_iter().filter(|section| all.has(*section)).collect();
    if kept.len() == ReportSection::ALL.len() {
        return Ok(Vec::new());
    }
    Ok(kept.into_iter().map(|section| section.as_str().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_choice_is_kept_in_the_order_of_the_report_and_all_are_none() {
        assert_eq!(chosen(&names(&["annex", "map", "annex"])), Ok(names(&["map", "annex"])));
        assert_eq!(chosen(&names(&ReportSection::ALL.map(ReportSection::as_str))), Ok(Vec::new()));
        assert_eq!(chosen(&[]), Ok(Vec::new()));
        assert_eq!(chosen(&names(&["map", "moon"])), Err("moon".to_owned()));
    }

    #[test]
    fn what_a_later_version_named_leaves_out_the_rest_all_the_same() {
        let kept = ReportSections::named(&names(&["map", "moon"]));
        let has: Vec<_> = ReportSection::ALL.into_iter().filter(|section| kept.has(*section)).collect();
        assert_eq!(has, [ReportSection::Map]);
        assert!(ReportSection::ALL.into_iter().all(|section| ReportSections::default().has(section)));
    }
}
