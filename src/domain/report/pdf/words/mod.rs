//! Words of the report on paper: what only the PDF says, beside `report::words`, in the same languages.
//!
//! One file a language, which the compiler holds to be whole. Sections call it.

mod de;
mod en;
mod es;
mod fr;
mod it;

use crate::domain::report::ReportLanguage;

/// Sentences that have something put in have it at `{}`.
#[derive(Debug)]
pub struct PaperWords {
    /// Between a name and what is said of it.
    pub colon: &'static str,
    pub contents: &'static str,
    /// Head of the table of editions.
    pub editions: &'static str,
    pub date: &'static str,
    pub place_and_date: &'static str,
    pub signature: &'static str,
    /// How many, of how many modules, their share.
    pub of_modules: &'static str,
    /// How many, their share of those examined.
    pub of_examined: &'static str,
    pub in_words: &'static str,
    pub by_finding: &'static str,
    pub by_severity: &'static str,
    pub by_action: &'static str,
    pub by_string: &'static str,
    pub by_position: &'static str,
    pub worst_strings: &'static str,
    /// How many were left out of a chart.
    pub strings_left_out: &'static str,
    pub statistics: &'static str,
    pub sessions: &'static str,
    pub site_photos: &'static str,
    pub catalogue: &'static str,
    pub catalogue_note: &'static str,
    pub to_look_for: &'static str,
    pub may_mean: &'static str,
    pub annex: &'static str,
    pub map_by_place: &'static str,
    pub map_by_string: &'static str,
    pub map_links: &'static str,
    pub without_place: &'static str,
    pub nothing_said: &'static str,
    pub whole_string: &'static str,
    /// How many letters are boxes.
    pub boxes: &'static str,
    /// How many pictures could not be shown.
    pub pictures_missing: &'static str,
    /// What it looks like and what it may mean, of each defect in the order of `Status::ALL` without OK.
    pub defects: [(&'static str, &'static str); 5],
}

impl PaperWords {
    pub fn of(language: ReportLanguage) -> &'static Self {
        match language {
            ReportLanguage::En => &en::WORDS,
            ReportLanguage::Fr => &fr::WORDS,
            ReportLanguage::De => &de::WORDS,
            ReportLanguage::Es => &es::WORDS,
            ReportLanguage::It => &it::WORDS,
        }
    }
}

/// The sentence with these at its `{}`, one after another.
pub fn with<const N: usize>(sentence: &str, values: [&str; N]) -> String {
    values.into_iter().fold(sentence.to_owned(), |said, value| said.replacen("{}", value, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_have_the_same_gaps_in_each_language() {
        let gaps = |text: &str| text.matches("{}").count();
        for language in ReportLanguage::ALL {
            let words = PaperWords::of(language);
            assert_eq!((gaps(words.of_modules), gaps(words.of_examined)), (3, 2), "{language:?}");
            for one in [words.strings_left_out, words.boxes, words.pictures_missing] {
                assert_eq!(gaps(one), 1, "{language:?}: {one}");
            }
        }
    }
}
