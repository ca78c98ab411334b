//! Wire format of v3.3 as a client reads and writes it: rows of `updates`, bodies of marks, who is present.
//!
//! Called by the rounds of `v33`; calls `domain` to check what a cloud says. A cloud is older than we are and
//! may hold what no tablet could send here: what can be made good is, and the rest is left out and counted.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::id::{MAX_COMMENT, MAX_NAME};
use crate::domain::iso8601;
use crate::domain::stamp::LATEST_MS;
use crate::domain::status::PENDING;
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

/// A list that somebody answers with, each of its rows by itself: one that is out of form is told apart from the
/// others, which are none the worse for it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum MaybeRow<T> {
    Row(T),
    Other(IgnoredAny),
}

#[derive(Debug, Deserialize)]
struct UpdatesBody {
    #[serde(default)]
    success: bool,
    #[serde(default)]
    updates: Option<Vec<MaybeRow<UpdatesRow>>>,
}

#[derive(Debug, Deserialize)]
struct UpdatesRow {
    #[serde(default)]
    module_id: Option<Scalar>,
    #[serde(default)]
    status: Option<Scalar>,
    #[serde(default)]
    comment: Option<Scalar>,
    #[serde(default)]
    technician_id: Option<Scalar>,
    #[serde(default)]
    technician_name: Option<Scalar>,
    #[serde(default)]
    updated_at: Option<Scalar>,
    #[serde(default)]
    updated_at_ms: Option<Scalar>,
}

/// What a database with types of its own makes of an id: `7`, `"7"` and `7.0` are one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Whole(i64),
    Real(f64),
    Yes(bool),
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Scalar::Text(text) => text,
            other => other.text(),
        }
    }

    fn text(&self) -> String {
        match self {
            Scalar::Text(text) => text.clone(),
            Scalar::Whole(number) => number.to_string(),
            Scalar::Real(number) => number.to_string(),
            Scalar::Yes(yes) => yes.to_string(),
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Scalar::Text(text) => text.trim().parse().ok(),
            #[allow(clippy::cast_precision_loss)] // milliseconds of this age of the world have 41 bits
            Scalar::Whole(number) => Some(*number as f64),
            Scalar::Real(number) => Some(*number),
            Scalar::Yes(_) => None,
        }
    }
}

/// What `updates` says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CloudUpdates {
    pub rows: Vec<CloudRow>,
    /// The latest time of any row, also of those left out.
    pub latest_ms: u64,
    /// Rows that no mark can be made of.
    pub left_out: Vec<LeftOutRow>,
}

/// A row that no mark can be made of, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutRow {
    /// As the cloud names it; empty where it does not.
    pub module: String,
    pub why: String,
}

/// `None`: this is no answer of a v3.3 hub.
pub fn read_updates(body: &[u8]) -> Option<CloudUpdates> {
    let answer: UpdatesBody = serde_json::from_slice(body).ok()?;
    if !answer.success {
        return None;
    }
    let mut told = CloudUpdates::default();
    for update in answer.updates.unwrap_or_default() {
        let MaybeRow::Row(update) = update else {
            let why = "its fields are not text and numbers".to_owned();
            told.left_out.push(LeftOutRow { module: String::new(), why });
            continue;
        };
        let updated_ms = update.time_ms();
        told.latest_ms = told.latest_ms.max(updated_ms.unwrap_or(0));
        // The row of a module that nobody has marked is no news.
        if update.is_unmarked() {
            continue;
        }
        let module = update.module_id.as_ref().map(Scalar::text).unwrap_or_default();
        match update.row(updated_ms) {
            Ok(row) => told.rows.push(row),
            Err(why) => told.left_out.push(LeftOutRow { module: plain(&module), why }),
        }
    }
    Some(told)
}

/// Somebody else's words, in logs and on screens.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(64).collect()
}

impl UpdatesRow {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, and is bounded
    fn time_ms(&self) -> Option<u64> {
        let number = self.updated_at_ms.as_ref().and_then(Scalar::number);
        let number = number.filter(|ms| ms.is_finite() && *ms >= 0.0).map(|ms| ms as u64);
        let text = || match self.updated_at.as_ref()? {
            Scalar::Text(text) => iso8601::parse(text),
            _ => None,
        };
        let ms = number.or_else(text)?;
        // It becomes a stamp: one of a cloud whose clock is centuries ahead would show for ever.
        (ms <= LATEST_MS).then_some(ms)
    }

    fn is_unmarked(&self) -> bool {
        self.status.as_ref().is_none_or(|status| matches!(status, Scalar::Text(text) if text == PENDING))
    }

    fn row(self, updated_ms: Option<u64>) -> Result<CloudRow, String> {
        let id = self.module_id.map(Scalar::into_text).ok_or("it names no module")?;
        let module = ModuleId::parse(id).map_err(|_| "this is no module's name")?;
        let status = self.status.map(Scalar::into_text).unwrap_or_default();
        let status = status.parse().map_err(|_| format!("there is no status `{}`", plain(&status)))?;
        let id = self.technician_id.map(Scalar::into_text);
        let author = author(id, self.technician_name.map(Scalar::into_text));
        Ok(CloudRow {
            module,
            status,
            comment: self.comment.map(Scalar::into_text).as_deref().and_then(comment),
            author: author.ok_or("nobody can be made of its technician")?,
            updated_ms: updated_ms.ok_or("its time cannot be read, or is beyond 2100")?,
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
    technicians: Option<Vec<MaybeRow<CloudTechnician>>>,
}

#[derive(Debug, Deserialize)]
struct CloudTechnician {
    technician_id: Scalar,
    #[serde(default)]
    technician_name: Option<Scalar>,
}

/// Who is present in the cloud.
pub fn read_technicians(body: &[u8]) -> Option<Vec<Author>> {
    let here: TechniciansBody = serde_json::from_slice(body).ok()?;
    let authors = here.technicians.unwrap_or_default().into_iter().filter_map(|row| match row {
        MaybeRow::Row(CloudTechnician { technician_id, technician_name }) => {
            author(Some(technician_id.into_text()), technician_name.map(Scalar::into_text))
        }
        MaybeRow::Other(_) => None,
    });
    Some(authors.collect())
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
        assert_eq!((told.rows.len(), told.left_out.len(), told.latest_ms), (2, 5, 1_780_000_000_777));
        assert_eq!((told.rows[0].comment.clone(), told.rows[0].updated_ms), (None, 1_780_000_000_000));
        assert_eq!(told.rows[1].comment.as_deref(), Some("a"));
        assert_eq!(told.rows[1].updated_ms, 1_780_000_000_123);
        assert!(told.rows[1].author.id.as_str().starts_with("tech_"));
        assert_eq!(told.rows[1].author.name.as_ref(), "Technicien");
        for wrong in ["", "<html>", "[]", r#"{"success":false,"error":"no"}"#] {
            assert_eq!(read_updates(wrong.as_bytes()), None, "{wrong}");
        }
    }

    /// What one database made of numbers: nothing came any more, and nothing went.
    #[test]
    fn each_row_is_read_by_itself_whatever_the_types_of_the_others() {
        let told =
            read_updates(include_bytes!("../../../tests/fixtures/cloud-updates-number-id.json")).unwrap();
        let rows: Vec<_> =
            told.rows.iter().map(|row| (row.module.as_str(), row.author.id.as_str())).collect();
        assert_eq!(rows, [("M001", "tech_1"), ("M003", "tech_1"), ("M005", "7"), ("M006", "tech_1")]);
        assert_eq!(told.rows[1].updated_ms, 1_795_975_202_000, "a time without a zone is UTC");
        let left = |module: &str, why: &str| LeftOutRow { module: module.into(), why: why.into() };
        assert_eq!(told.left_out, [left("M002", "there is no status `microcrack`")]);

        let odd = r#"{"success":true,"updates":[null, 5, {"module_id":{"a":1},"status":"ok"},
            {"module_id":12,"status":"ok","technician_id":true,"technician_name":9,"comment":1.5,"updated_at_ms":"1780000000000"},
            {"module_id":"M001","status":3,"technician_id":"tech_1","updated_at_ms":5}]}"#;
        let told = read_updates(odd.as_bytes()).unwrap();
        assert_eq!((told.rows.len(), told.left_out.len()), (1, 4));
        let row = &told.rows[0];
        assert_eq!((row.module.as_str(), row.author.name.as_ref()), ("12", "9"));
        assert_eq!((row.comment.as_deref(), row.updated_ms), (Some("1.5"), 1_780_000_000_000));
        assert_eq!(told.left_out[3], left("M001", "there is no status `3`"));
        assert_eq!(read_updates(br#"{"success":true,"updates":null}"#), Some(CloudUpdates::default()));
        assert_eq!(read_updates(br#"{"success":true,"updates":{}}"#), None);

        let here = br#"{"technicians":[{"technician_id":7},{"name":"?"},4,{"technician_id":"tech_1","technician_name":"L\u00e9a"}]}"#;
        let here: Vec<_> =
            read_technicians(here).unwrap().into_iter().map(|author| author.id.to_string()).collect();
        assert_eq!(here, ["7", "tech_1"]);
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
