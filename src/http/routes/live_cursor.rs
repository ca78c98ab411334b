//! Cursors of live feeds (resumption): where a reader says that it is, and what it shows for it.
//!
//! Called by `live` and `live_many`.

use crate::domain::{Cursor, Position};
use crate::http::error::ApiError;

/// `LOGID:SEQ:PROOF`, `LOGID:SEQ` or `SEQ`.
pub fn parse_cursor(field: &str, text: &str) -> Result<Position, ApiError> {
    text.parse().map_err(|()| ApiError::field(field, "LOGID:SEQ as the feed gave it, or a number"))
}

/// A position with its proof from beside it: hubs of earlier versions take none in the cursor itself.
pub fn proved(position: Position, proof: Option<&str>) -> Result<Position, ApiError> {
    match (position, proof.filter(|text| !text.is_empty())) {
        (Position::Cursor(cursor), Some(text)) => {
            let proof = text.parse().map_err(|()| ApiError::field("proof", "as the feed gave it"))?;
            Ok(Position::Cursor(Cursor { proof: Some(proof), ..cursor }))
        }
        (position, _) => Ok(position),
    }
}
