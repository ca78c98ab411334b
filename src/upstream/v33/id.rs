//! Idempotent id of a mark that a v3.3 cloud tells of: made of what it tells (a hash), so that reading it again has no
//! effect.
//!
//! Called by `plan`, and by the command that takes a cloud's marks once; calls nothing.

use uuid::Uuid;

use crate::domain::{OpId, Seen, Token};

use super::wire::CloudRow;

/// The same row, marked by somebody who had seen the same, is the same operation on every hub that reads it.
/// Version 7, like ids that tablets mint: its time is the cloud's.
pub fn op_id(token: &Token, row: &CloudRow, base: &Seen) -> OpId {
    const CLOUD: Uuid = Uuid::from_u128(0x6669_656c_6468_7562_0000_0000_0063_6c64);
    let status = row.status.as_str();
    let comment = row.comment.as_deref().unwrap_or_default();
    // Lengths first: no two different rows give the same text.
    let text = [
        token.as_str(),
        row.module.as_str(),
        status,
        comment,
        row.author.id.as_str(),
        &row.updated_ms.to_string(),
        &base.to_string(),
    ]
    .map(|part| format!("{}:{part}", part.len()))
    .concat();
    let hash = Uuid::new_v5(&CLOUD, text.as_bytes()).into_bytes();
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    uuid::Builder::from_unix_timestamp_millis(row.updated_ms, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Author, ModuleId, Stamp, Status};

    #[test]
    fn whatever_differs_makes_another_id_of_version_7() {
        let token = Token::parse("jalibat").unwrap();
        let row = CloudRow {
            module: ModuleId::parse("M001").unwrap(),
            status: Status::Dead,
            comment: None,
            author: Author::new("tech_1", None).unwrap(),
            updated_ms: 1_780_000_000_000,
        };
        let nothing = Seen::default();
        let id = op_id(&token, &row, &nothing);
        assert_eq!(id, op_id(&token, &row.clone(), &nothing));
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_timestamp().unwrap().to_unix().0, 1_780_000_000);
        let mut seen = Seen::default();
        seen.add(Stamp { ms: 1, counter: 0, actor: 1 });
        let others = [
            op_id(&Token::parse("other").unwrap(), &row, &nothing),
            op_id(&token, &CloudRow { module: ModuleId::parse("M002").unwrap(), ..row.clone() }, &nothing),
            op_id(&token, &CloudRow { status: Status::Ok, ..row.clone() }, &nothing),
            op_id(&token, &CloudRow { comment: Some("x".into()), ..row.clone() }, &nothing),
            op_id(
                &token,
                &CloudRow { author: Author::new("tech_2", None).unwrap(), ..row.clone() },
                &nothing,
            ),
            op_id(&token, &CloudRow { updated_ms: row.updated_ms + 1, ..row.clone() }, &nothing),
            op_id(&token, &row, &seen),
        ];
        assert!(others.iter().all(|other| *other != id));
    }
}
