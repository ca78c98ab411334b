//! Where a row stands in its file, and the errors that name it.
//!
//! Made by the readers of `import`, used by `collect` and `places`; calls nothing.

use super::error::{ImportError, ImportProblem};
use crate::domain::id::Invalid;

/// Where a row stands in its file.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    Line(u64),
    /// The place in the `modules` of a tablet export.
    Index(usize),
    /// The places in the `strings_configuration` of a plan, and in the `modules` there.
    Plan(usize, usize),
}

impl At {
    /// The error that `column`, named as in a CSV, is wrong here.
    pub(super) fn wrong(
        self,
        column: &'static str,
        code: ImportProblem,
        problem: impl Into<String>,
    ) -> ImportError {
        match self {
            At::Line(line) => ImportError::Cell { line, column, code, problem: problem.into() },
            At::Index(_) | At::Plan(..) => {
                let field = match column {
                    "string" => "string_number",
                    "position" => "position_in_string",
                    other => other,
                };
                ImportError::field(format!("{self}.{field}"), code, problem)
            }
        }
    }

    pub(super) fn invalid(self, column: &'static str, id: &str, error: Invalid) -> ImportError {
        self.wrong(column, ImportProblem::BadValue, format!("{} (module {id})", error.problem))
    }
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            At::Line(line) => write!(f, "line {line}"),
            At::Index(n) => write!(f, "modules[{n}]"),
            At::Plan(n, m) => write!(f, "strings_configuration[{n}].modules[{m}]"),
        }
    }
}
