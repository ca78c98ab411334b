//! What is asked of a proposal for pictures, as JSON (request body): the files of a card, the rule, and what people adjusted.
//!
//! Read by `photo_proposal`; made into the domain's rule. Modules are meant however their names are written.

use serde::Deserialize;
use utoipa::ToSchema;

use super::photo_body::PhotoAt;
use crate::domain::import::Few;
use crate::domain::photo::PhotoPlace;
use crate::domain::photo_import::{
    Adjustment, CardPicture, ClockHint, DOUBLE_MS, ImportRule, MAX_PATH, MAX_PICTURES, MarkTime,
    NameTemplate, PhotoSite, PictureList, Walk, WalkPath,
};
use crate::domain::{Invalid, ModuleId};
use crate::http::error::ApiError;

/// Shots that are further apart than this are no double shots.
const MOST_DOUBLE_MS: u64 = 600_000;

/// A picture as it lies on a card.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CardPictureBody {
    /// Its path within the folder, at most 400 characters, `/` between the parts.
    name: String,
    #[serde(default)]
    bytes: u64,
    /// What the camera's clock showed, as if that had been UTC.
    #[serde(default)]
    taken_at_ms: Option<u64>,
    /// A number that the camera counts up. Absent: the numbers in the names.
    #[serde(default)]
    sequence: Option<u64>,
}

/// What is known of the camera's clock: `add_ms`, or a `picture` and when it was taken. Neither: found by best fit.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CameraClockBody {
    /// What is added to the camera's times to get the hub's.
    #[serde(default)]
    add_ms: Option<i64>,
    /// By its number in `pictures`, from 0.
    #[serde(default)]
    picture: Option<usize>,
    /// When that picture was taken, by the hub's time.
    #[serde(default)]
    at_ms: Option<u64>,
}

/// One adjustment. `shift`: from `picture` on `by` modules further. `skip`: `module_id` has no picture. `swap`: `picture` and
/// `with`. `leave`: `picture` belongs to nothing. `put`: `picture` belongs to `at`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AdjustmentBody {
    /// `shift`, `skip`, `swap`, `leave` or `put`.
    #[serde(rename = "do")]
    #[schema(rename = "do")]
    what: String,
    #[serde(default)]
    picture: Option<usize>,
    #[serde(default)]
    by: Option<i32>,
    #[serde(default)]
    module_id: Option<String>,
    #[serde(default)]
    with: Option<usize>,
    #[serde(default)]
    at: Option<PhotoAt>,
}

fn none<T>() -> Few<T> {
    Few(Vec::new())
}

/// What to propose places for; nothing is made.
#[derive(Deserialize, ToSchema)]
pub struct PhotoProposalBody {
    /// `name`, `csv`, `order` or `time`.
    by: String,
    /// 20,000 at most.
    #[schema(value_type = Vec<CardPictureBody>)]
    pictures: Few<CardPictureBody>,
    /// By name: `{string}-{position}_*`, with `{module}`, `{string}`, `{position}`, `{row}`, `{column}`, `*` and `?`. Absent: modules,
    /// or string and position, as whole words.
    #[serde(default)]
    template: Option<String>,
    /// By list: its text, as the file has it.
    #[serde(default)]
    csv: Option<String>,
    /// In order: the module of the first picture.
    #[serde(default)]
    first: Option<String>,
    /// In order: `strings`, `snake_strings`, `snake_rows`, or `snake`, over rows where the layout knows them, else over strings.
    /// Absent: `strings`.
    #[serde(default)]
    path: Option<String>,
    /// In order: the other way round.
    #[serde(default)]
    backwards: bool,
    /// Pictures of one module that are taken so close together are one shot; 5,000 when absent.
    #[serde(default)]
    double_ms: Option<u64>,
    #[serde(default)]
    clock: Option<CameraClockBody>,
    /// In their order.
    #[serde(default = "none")]
    #[schema(value_type = Option<Vec<AdjustmentBody>>)]
    adjust: Few<AdjustmentBody>,
}

/// What was asked, read.
pub struct PhotoQuestion {
    pub by: &'static str,
    pub pictures: Vec<CardPicture>,
    pub rule: ImportRule,
    pub adjustments: Vec<Adjustment>,
    pub double_ms: u64,
}

fn module(site: &PhotoSite, field: &str, text: Option<&str>) -> Result<ModuleId, Invalid> {
    let text = text.ok_or_else(|| Invalid::new(field, "it is missing"))?;
    let found = site.find(text).module().and_then(|at| site.module(at));
    found.cloned().ok_or_else(|| Invalid::new(field, format!("the audit shows no module {text}")))
}

impl PhotoProposalBody {
    /// Whether it takes the times of marks.
    pub fn by_time(&self) -> bool {
        self.by == "time"
    }

    pub fn read(self, site: &PhotoSite, marks: Vec<MarkTime>) -> Result<PhotoQuestion, ApiError> {
        if self.pictures.0.len() > MAX_PICTURES {
            return Err(ApiError::field("pictures", format!("at most {MAX_PICTURES}")));
        }
        let double_ms = self.double_ms.unwrap_or(DOUBLE_MS);
        if double_ms > MOST_DOUBLE_MS {
            return Err(ApiError::field("double_ms", format!("at most {MOST_DOUBLE_MS}")));
        }
        let mut pictures = Vec::with_capacity(self.pictures.0.len());
        for (at, CardPictureBody { name, bytes, taken_at_ms, sequence }) in
            self.pictures.0.into_iter().enumerate()
        {
            if name.chars().count() > MAX_PATH {
                return Err(ApiError::field(
                    format!("pictures[{at}].name"),
                    format!("at most {MAX_PATH} characters"),
                ));
            }
            pictures.push(CardPicture { name, bytes, taken_ms: taken_at_ms, sequence });
        }
        let (by, rule) = match self.by.as_str() {
            "name" => {
                ("name", ImportRule::Name(self.template.as_deref().map(NameTemplate::parse).transpose()?))
            }
            "csv" => {
                let text = self.csv.ok_or_else(|| ApiError::field("csv", "it is missing"))?;
                let list = PictureList::read(text.as_bytes(), &pictures, site)?;
                let unknown = || {
                    ApiError::field(
                        "csv",
                        "no column has names of these files, or none has modules of this audit",
                    )
                };
                ("csv", ImportRule::List(list.ok_or_else(unknown)?))
            }
            "order" => {
                let first = module(site, "first", self.first.as_deref())?;
                let path = match self.path.as_deref() {
                    None | Some("strings") => WalkPath::Strings,
                    Some("snake") => WalkPath::snake(site, &first),
                    Some("snake_strings") => WalkPath::SnakeStrings,
                    Some("snake_rows") => WalkPath::SnakeRows,
                    Some(_) => {
                        return Err(ApiError::field("path", "strings, snake, snake_strings or snake_rows"));
                    }
                };
                ("order", ImportRule::Order(Walk { first, path, backwards: self.backwards }))
            }
            "time" => ("time", ImportRule::Time { clock: hint(self.clock, &pictures)?, marks }),
            _ => return Err(ApiError::field("by", "name, csv, order or time")),
        };
        let adjustments =
            self.adjust.0.into_iter().map(|adjustment| adjustment.read(site)).collect::<Result<_, _>>()?;
        Ok(PhotoQuestion { by, pictures, rule, adjustments, double_ms })
    }
}

fn hint(clock: Option<CameraClockBody>, pictures: &[CardPicture]) -> Result<ClockHint, Invalid> {
    let wrong = |problem: &str| Invalid::new("clock", problem);
    match clock {
        None | Some(CameraClockBody { add_ms: None, picture: None, at_ms: None }) => Ok(ClockHint::Fit),
        Some(CameraClockBody { add_ms: Some(add), picture: None, at_ms: None }) => Ok(ClockHint::Typed(add)),
        Some(CameraClockBody { add_ms: None, picture: Some(picture), at_ms: Some(at) }) => {
            let picture = pictures.get(picture).ok_or_else(|| wrong("there is no such picture"))?;
            let taken =
                picture.taken_ms.ok_or_else(|| wrong("of that picture the camera has not said when"))?;
            let ms = |ms: u64| i64::try_from(ms).map_err(|_| wrong("a time in milliseconds since 1970"));
            Ok(ClockHint::Typed(ms(at)? - ms(taken)?))
        }
        Some(_) => Err(wrong("add_ms, or picture and at_ms")),
    }
}

impl AdjustmentBody {
    fn read(self, site: &PhotoSite) -> Result<Adjustment, Invalid> {
        let missing = |field: &str| Invalid::new(format!("adjust.{field}"), "it is missing");
        let picture = self.picture.ok_or_else(|| missing("picture"));
        Ok(match self.what.as_str() {
            "shift" => Adjustment::Shift { picture: picture?, by: self.by.ok_or_else(|| missing("by"))? },
            "skip" => {
                Adjustment::Skip { module: module(site, "adjust.module_id", self.module_id.as_deref())? }
            }
            "swap" => Adjustment::Swap { picture: picture?, with: self.with.ok_or_else(|| missing("with"))? },
            "leave" => Adjustment::Leave { picture: picture? },
            "put" => {
                let place = self.at.ok_or_else(|| missing("at"))?.read()?;
                let module =
                    place.module.map(|id| module(site, "adjust.at", Some(id.as_str()))).transpose()?;
                Adjustment::Put { picture: picture?, at: PhotoPlace { module, ..place } }
            }
            _ => return Err(Invalid::new("adjust.do", "shift, skip, swap, leave or put")),
        })
    }
}
