//! Wire format of v3.3 as a client reads and writes it: rows of `updates`, bodies of marks, who is present.
//!
//! Called by the rounds of `v33`; calls `domain` to check what a cloud says. A cloud is older than we are and
//! may hold what no tablet could send here: what can be made good is, and the rest is left out and counted.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::id::{MAX_COMMENT, MAX_NAME};
use crate::domain::stamp::LATEST_MS;
use crate::domain::{Author, ModuleId, Status};

/// One row of a v3.3 cloud, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudRow {
    pub module: ModuleId,
    pub status: Status,
    pub comment: Option<String>,
    pub author: Author,
    /// The cloud's own time of it.
    pub updated_ms: u64,
}

#[derive(Debug, Deserialize)]
struct UpdatesBody {
    #[serde(default)]
    success: bool,
    #[serde(default)]
    updates: Vec<UpdatesRow>,
}

#[derive(Debug, Deserialize)]
struct UpdatesRow {
    module_id: String,
    status: Option<String>,
    #[serde(default)]
    comment: Option<String>,
    #[serde(default)]
    technician_id: Option<String>,
    #[serde(default)]
    technician_name: Option<String>,
    #[serde(default)]
    updated_at: Option<String>,
    #[serde(default)]
    updated_at_ms: Option<f64>,
}

/// What `updates` says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CloudUpdates {
    pub rows: Vec<CloudRow>,
    /// The latest time of any row, also of those left out.
    pub latest_ms: u64,
    /// Rows that no mark can be made of.
    pub left_out: usize,
}

/// `None`: this is no answer of a v3.3 hub.
pub fn read_updates(body: &[u8]) -> Option<CloudUpdates> {
    let answer: UpdatesBody = serde_json::from_slice(body).ok()?;
    if !answer.success {
        return None;
    }
    let mut told = CloudUpdates::default();
    for update in answer.updates {
        let updated_ms = update.time_ms();
        told.latest_ms = told.latest_ms.max(updated_ms.unwrap_or(0));
        // The row of a module that nobody has marked is no news.
        if update.status.as_deref().is_none_or(|status| status == crate::domain::status::PENDING) {
            continue;
        }
        match updated_ms.and_then(|updated_ms| update.row(updated_ms)) {
            Some(row) => told.rows.push(row),
            None => told.left_out += 1,
        }
    }
    Some(told)
}

impl UpdatesRow {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, and is bounded
    fn time_ms(&self) -> Option<u64> {
        let number = self.updated_at_ms.filter(|ms| ms.is_finite() && *ms >= 0.0).map(|ms| ms as u64);
        let text = || chrono::DateTime::parse_from_rfc3339(self.updated_at.as_deref()?).ok();
        let ms = number.or_else(|| u64::try_from(text()?.timestamp_millis()).ok())?;
        // It becomes a stamp: one of a cloud whose clock is centuries ahead would show for ever.
        (ms <= LATEST_MS).then_some(ms)
    }

    fn row(self, updated_ms: u64) -> Option<CloudRow> {
        Some(CloudRow {
            module: ModuleId::parse(self.module_id).ok()?,
            status: self.status?.parse().ok()?,
            comment: self.comment.as_deref().and_then(comment),
            author: author(self.technician_id, self.technician_name)?,
            updated_ms,
        })
    }
}

/// As much of a comment as fits here.
fn comment(text: &str) -> Option<String> {
    let text: String = text.trim().chars().take(MAX_COMMENT).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whoever it was: an id that is none here becomes one, always the same.
fn author(id: Option<String>, name: Option<String>) -> Option<Author> {
    const PEOPLE: Uuid = Uuid::from_u128(0x6669_656c_6468_7562_0000_0000_7065_6f70);
    let id = id.unwrap_or_default();
    let name: Option<String> =
        name.map(|name| name.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect());
    Author::new(id.clone(), name.clone()).ok().or_else(|| {
        let made = Uuid::new_v5(&PEOPLE, id.as_bytes()).simple().to_string();
        Author::new(format!("tech_{}", &made[..8]), name).ok()
    })
}

/// The body of a mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CloudMarkBody<'a> {
    pub status: &'a str,
    pub comment: Option<&'a str>,
    pub technician_id: &'a str,
    pub technician_name: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CloudHeartbeatBody<'a> {
    pub technician_id: &'a str,
    pub technician_name: &'a str,
}

#[derive(Debug, Deserialize)]
struct TechniciansBody {
    #[serde(default)]
    technicians: Vec<CloudTechnician>,
}

#[derive(Debug, Deserialize)]
struct CloudTechnician {
    technician_id: String,
    #[serde(default)]
    technician_name: Option<String>,
}

/// Who is present in the cloud.
pub fn read_technicians(body: &[u8]) -> Option<Vec<Author>> {
    let here: TechniciansBody = serde_json::from_slice(body).ok()?;
    let authors = here.technicians.into_iter();
    Some(authors.filter_map(|t| author(Some(t.technician_id), t.technician_name)).collect())
}

#[derive(Debug, Deserialize)]
struct MarkResponse {
    success: Option<bool>,
    error: Option<String>,
}

/// What the answer to a mark says: `Ok` when it was taken, else why not, as far as the cloud says.
pub fn read_answer(body: &[u8]) -> Result<(), Option<String>> {
    match serde_json::from_slice::<MarkResponse>(body) {
        Ok(MarkResponse { success: Some(true), .. }) => Ok(()),
        Ok(MarkResponse { error, .. }) => Err(error.map(|text| text.chars().take(200).collect())),
        Err(_) => Err(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_an_older_cloud_are_made_good_or_left_out() {
        let body = r#"{"success":true,"updates":[
            {"module_id":"M001","status":"dead","comment":"  ","technician_id":"tech_1","technician_name":"Léa","updated_at":"x","updated_at_ms":1780000000000.5},
            {"module_id":"M002","status":"ok","comment":" a ","technician_id":"a b","technician_name":null,"updated_at":"2026-05-28T20:26:40.123Z"},
            {"module_id":"M003","status":"pending","technician_id":"tech_1","updated_at_ms":9},
            {"module_id":"M004","status":"scorched","technician_id":"tech_1","updated_at_ms":1780000000777},
            {"module_id":"M 5","status":"ok","technician_id":"tech_1","updated_at_ms":8},
            {"module_id":"M006","status":"ok","technician_id":"tech_1","updated_at_ms":1e300},
            {"module_id":"M008","status":"ok","technician_id":"tech_1","updated_at_ms":4102444800001},
            {"module_id":"M007","status":"ok","technician_id":"tech_1"}]}"#;
        let told = read_updates(body.as_bytes()).unwrap();
        assert_eq!((told.rows.len(), told.left_out, told.latest_ms), (2, 5, 1_780_000_000_777));
        assert_eq!((told.rows[0].comment.clone(), told.rows[0].updated_ms), (None, 1_780_000_000_000));
        assert_eq!(told.rows[1].comment.as_deref(), Some("a"));
        assert_eq!(told.rows[1].updated_ms, 1_780_000_000_123);
        assert!(told.rows[1].author.id.as_str().starts_with("tech_"));
        assert_eq!(told.rows[1].author.name, "Technicien");
        for wrong in ["", "<html>", "[]", r#"{"success":false,"error":"no"}"#] {
            assert_eq!(read_updates(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn an_answer_that_says_no_is_one_whatever_its_status() {
        assert_eq!(read_answer(br#"{"success":true,"id":4}"#), Ok(()));
        assert_eq!(
            read_answer(br#"{"success":false,"error":"no such module"}"#),
            Err(Some("no such module".into()))
        );
        assert_eq!(read_answer(b"<html>a portal</html>"), Err(None));
    }
}
