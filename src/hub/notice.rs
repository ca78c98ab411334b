//! Notices of the hub (what somebody should read: storage, crew, what it lacks), each with a code for pages beside its words.
//!
//! Asked by `http`; put together from what `health`, `crew`, `twins` and `lacks` know.

use super::{Hub, Lack};
use crate::domain::codes::codes;

codes! {
    /// The page has a text for each, in every language (`web/test/codes.test.ts`).
    NoticeCode {
        /// A damaged database was set aside.
        Damaged = "damaged",
        DiskFull = "disk_full",
        /// What is kept about the crew cannot be read, or was made anew.
        Crew = "crew",
        Twins = "twins",
        /// Of an upstream, HTTPS or the Wi-Fi: what they need is not there.
        Upstream = "upstream",
        Https = "https",
        Wifi = "wi_fi",
        Other = "other",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub code: NoticeCode,
    pub words: String,
}

impl Notice {
    fn of(code: NoticeCode) -> impl Fn(String) -> Self {
        move |words| Self { code, words }
    }

    fn of_lack((lack, words): (Lack, String)) -> Self {
        let code = match lack {
            Lack::Https => NoticeCode::Https,
            Lack::Wifi => NoticeCode::Wifi,
            Lack::Upstream(_) => NoticeCode::Upstream,
        };
        Self { code, words }
    }
}

impl Hub {
    /// What somebody should read, in words: in /healthz, for scripts.
    pub fn notices(&self) -> Vec<String> {
        self.coded_notices().into_iter().map(|notice| notice.words).collect()
    }

    /// The same with codes, for the page.
    pub fn coded_notices(&self) -> Vec<Notice> {
        let damaged = self.engine.damaged_files().into_iter().map(|file| {
            format!(
                "A damaged database was set aside as {file}. The hub continued from its newest snapshot, and tablets \
                 send again what they have. Keep the file for support, then delete it."
            )
        });
        let mut notices: Vec<Notice> = damaged.map(Notice::of(NoticeCode::Damaged)).collect();
        if self.engine.medium().free_bytes().is_ok_and(|free| free < self.config.min_free_bytes) {
            let words = "The hub's disk is full: marks wait on the tablets. Free some space on the hub.";
            notices.push(Notice { code: NoticeCode::DiskFull, words: words.to_owned() });
        }
        let crew = self.crew.as_ref().and_then(|crew| crew.notice());
        notices.extend(crew.map(Notice::of(NoticeCode::Crew)));
        notices.extend(self.twin_notices().into_iter().map(Notice::of(NoticeCode::Twins)));
        notices.extend(self.lacks.all().into_iter().map(Notice::of_lack));
        notices.extend(self.said().into_iter().map(Notice::of(NoticeCode::Other)));
        notices
    }
}
