//! Rows of a v3.3 cloud that no mark can be made of (malformed, unknown status): counted, logged and shown, each once,
//! however often it is read.
//!
//! Called by `pull`; writes on the board. In memory alone: a row is looked at again when the cloud tells of it again.

use std::collections::BTreeMap;

use super::wire::CloudUpdates;
use crate::domain::Token;
use crate::hub::LeftOut;
use crate::upstream::link::UpstreamLink;

/// More of them are counted together with one of these.
const MOST: usize = 1_000;

#[derive(Debug, Default)]
pub struct LeftOutRows(BTreeMap<String, String>);

impl LeftOutRows {
    /// What was read now: rows that can be read meanwhile are no longer left out. True when it is news.
    fn learn(&mut self, told: &CloudUpdates) -> bool {
        let mut news = false;
        for row in &told.rows {
            news |= self.0.remove(row.module.as_str()).is_some();
        }
        for row in &told.left_out {
            if self.0.len() < MOST || self.0.contains_key(&row.module) {
                news |= self.0.insert(row.module.clone(), row.why.clone()).as_ref() != Some(&row.why);
            }
        }
        news
    }

    fn example(&self) -> Option<String> {
        let (module, why) = self.0.first_key_value()?;
        let module = if module.is_empty() { "a row" } else { module };
        Some(format!("{module}: {why}"))
    }

    pub fn tell(&mut self, link: &UpstreamLink, token: &Token, told: &CloudUpdates) {
        if !self.learn(told) {
            return;
        }
        if let Some(example) = self.example() {
            tracing::warn!(
                rows = self.0.len(),
                example,
                "rows of the cloud are left out: no mark can be made of them"
            );
        }
        let left_out = LeftOut { rows: self.0.len() as u64, example: self.example().unwrap_or_default() };
        link.board.set_left_out(token, left_out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire::read_updates;
    use super::*;

    #[test]
    fn a_row_is_news_once_and_gone_when_it_can_be_read() {
        let mut rows = LeftOutRows::default();
        let mut learn = |status: &str| {
            let body = format!(
                r#"{{"success":true,"updates":[7,{{"module_id":"M001","status":"{status}","technician_id":"t","updated_at_ms":5}}]}}"#
            );
            let news = rows.learn(&read_updates(body.as_bytes()).unwrap());
            (news, rows.0.len(), rows.example().unwrap())
        };
        let fields = "a row: its fields are not text and numbers";
        assert_eq!(learn("burnt"), (true, 2, fields.to_owned()));
        assert_eq!(learn("burnt"), (false, 2, fields.to_owned()), "the overlap reads it again");
        assert_eq!(learn("scorched"), (true, 2, fields.to_owned()));
        assert_eq!(learn("ok"), (true, 1, fields.to_owned()));
    }
}
