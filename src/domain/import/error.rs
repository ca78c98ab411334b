//! Import errors: what is wrong with a file, where, and what to do: the one error of `import`.
//!
//! Made by the readers of `import`; `http` and `cli` show it to people.

use std::fmt::Write;

use crate::domain::codes::codes;

codes! {
    /// What is wrong, in a word that never changes. The page has a text for each, in every language (`web/test/codes.test.ts`).
    ImportProblem {
        Empty = "empty",
        Unrecognised = "unrecognised",
        WhichAudit = "which_audit",
        NoAudits = "no_audits",
        TooManyAudits = "too_many_audits",
        NoModules = "no_modules",
        TooManyModules = "too_many_modules",
        CutShort = "cut_short",
        NotJson = "not_json",
        BadShape = "bad_shape",
        BadText = "bad_text",
        QuoteOpen = "quote_open",
        ColumnTwice = "column_twice",
        ColumnMissing = "column_missing",
        TooManyCells = "too_many_cells",
        TooManyColumns = "too_many_columns",
        NoString = "no_string",
        StringContradicted = "string_contradicted",
        NoCount = "no_count",
        CountContradicted = "count_contradicted",
        Workbook = "workbook",
        WorkbookPassword = "workbook_password",
        BadStatus = "bad_status",
        BadValue = "bad_value",
        ModuleTwice = "module_twice",
        MixedNames = "mixed_names",
        TooManyStrings = "too_many_strings",
        PlaceTaken = "place_taken",
    }
}

/// Names the line, or the path of the field, that is to blame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    #[error("line {line}: {problem}")]
    Line { line: u64, code: ImportProblem, problem: String },
    #[error("line {line}, column {column}: {problem}")]
    Cell { line: u64, column: &'static str, code: ImportProblem, problem: String },
    #[error("{path}: {problem}")]
    Field { path: String, code: ImportProblem, problem: String },
    #[error(
        "this is a backup of several audits: {choices}; say which one (audit=..., on the command line --audit ...)"
    )]
    WhichAudit { choices: String },
    #[error("the file is empty; export or copy it again")]
    Empty,
    #[error(
        "this is not a plan (JSON with diagpv_import_format or strings_configuration), a tablet export \
         (JSON with auditToken and modules), a tablet's backup (JSON with audits), or a CSV or XLSX with the columns \
         module_id,string,position; check that it is the right file"
    )]
    Unrecognised,
}

impl ImportError {
    pub(super) fn line(line: u64, code: ImportProblem, problem: impl Into<String>) -> Self {
        Self::Line { line, code, problem: problem.into() }
    }

    pub(super) fn field(path: impl Into<String>, code: ImportProblem, problem: impl Into<String>) -> Self {
        Self::Field { path: path.into(), code, problem: problem.into() }
    }

    /// The same, of something within another file.
    pub(super) fn below(self, path: &str) -> Self {
        match self {
            Self::Field { path: inner, code, problem } => {
                Self::Field { path: format!("{path}.{inner}"), code, problem }
            }
            other => Self::field(path, other.problem(), other.to_string()),
        }
    }

    /// Broken JSON has a line; JSON of another shape has a field too, which tells more.
    pub(super) fn from_json(error: serde_path_to_error::Error<serde_json::Error>) -> Self {
        let path = error.path().to_string();
        let error = error.into_inner();
        if !error.is_data() {
            return Self::syntax(&error);
        }
        if path == "." {
            return Self::line(error.line() as u64, ImportProblem::BadShape, without_place(&error));
        }
        let mut problem = without_place(&error);
        if error.line() > 0 {
            let _ = write!(problem, " (line {})", error.line());
        }
        Self::Field { path, code: ImportProblem::BadShape, problem }
    }

    pub(super) fn syntax(error: &serde_json::Error) -> Self {
        let (line, what) = (error.line() as u64, without_place(error));
        let code = if error.is_eof() { ImportProblem::CutShort } else { ImportProblem::NotJson };
        let problem = match (error.is_eof(), error.column()) {
            (true, _) => "the file is cut short; export or copy it again".to_owned(),
            (false, 0) => format!("not valid JSON: {what}; correct it or export the file again"),
            (false, at) => {
                format!("not valid JSON at character {at}: {what}; correct it or export the file again")
            }
        };
        Self::Line { line, code, problem }
    }

    pub fn problem(&self) -> ImportProblem {
        match self {
            Self::Line { code, .. } | Self::Cell { code, .. } | Self::Field { code, .. } => *code,
            Self::WhichAudit { .. } => ImportProblem::WhichAudit,
            Self::Empty => ImportProblem::Empty,
            Self::Unrecognised => ImportProblem::Unrecognised,
        }
    }

    /// The line and the column of a table.
    pub fn place(&self) -> (Option<u64>, Option<&'static str>) {
        match self {
            Self::Line { line, .. } => (Some(*line), None),
            Self::Cell { line, column, .. } => (Some(*line), Some(column)),
            Self::Field { .. } | Self::WhichAudit { .. } | Self::Empty | Self::Unrecognised => (None, None),
        }
    }

    /// The field or line to blame, for callers that name it apart from the message.
    pub fn blames(&self) -> Option<String> {
        match self {
            Self::Line { line, .. } => Some(format!("line {line}")),
            Self::Cell { line, column, .. } => Some(format!("line {line}, column {column}")),
            Self::Field { path, .. } => Some(path.clone()),
            Self::WhichAudit { .. } => Some("audit".to_owned()),
            Self::Empty | Self::Unrecognised => None,
        }
    }
}

/// serde_json's message without the ` at line 1 column 2` that it ends with.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}
