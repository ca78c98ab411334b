//! Names in rows of the log (string interning): who marked, by which name and on which tablet, in each of thousands of rows.
//!
//! Called by `record`. A crew has some ten of them, so those that come again are one copy, and are not looked at once more: of
//! reading a row, making and dropping such texts was a third of the time.

use serde::{Deserialize, Serialize};

use crate::domain::Author;
use crate::domain::id::{DeviceId, Invalid, TechnicianId};

/// As they lie in a row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NamesInRow<'v> {
    technician: &'v str,
    name: &'v str,
    device: &'v str,
}

impl<'v> NamesInRow<'v> {
    pub fn of(author: &'v Author, device: &'v DeviceId) -> Self {
        Self { technician: author.id.as_str(), name: &author.name, device: device.as_str() }
    }
}

/// Names of the rows that were read before: of a crew of some, in each of thousands of operations. Copies share their texts,
/// and are not looked at once more (string interning).
#[derive(Debug, Default)]
pub struct NamesRead {
    known: Vec<(Author, DeviceId)>,
    next: usize,
}

impl NamesRead {
    /// More tablets than these take turns.
    const MOST: usize = 16;

    pub fn take(&mut self, by: NamesInRow<'_>) -> Result<(Author, DeviceId), Invalid> {
        let known = self.known.iter().find(|(author, device)| NamesInRow::of(author, device) == by);
        if let Some(known) = known {
            return Ok(known.clone());
        }
        let author = Author { id: TechnicianId::parse(by.technician)?, name: by.name.into() };
        let read = (author, DeviceId::parse(by.device)?);
        match self.known.get_mut(self.next % Self::MOST) {
            Some(oldest) => *oldest = read.clone(),
            None => self.known.push(read.clone()),
        }
        self.next += 1;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_come_again_are_one_copy_and_never_somebody_elses() {
        let mut names = NamesRead::default();
        // More than are kept, and each with tablets of others.
        let mut read = |n: usize| {
            let author = Author::new(format!("tech_{}", n % 20), Some(format!("Léa {}", n % 20))).unwrap();
            let device = DeviceId::parse(format!("dev_{}", n % 21)).unwrap();
            let read = names.take(NamesInRow::of(&author, &device)).unwrap();
            assert_eq!(read, (author, device));
            read.0.name
        };
        for n in 0..1_000 {
            read(n);
        }
        assert!(std::sync::Arc::ptr_eq(&read(1), &read(1)));
        let spoilt = NamesInRow { technician: "a/b", name: "", device: "dev_1" };
        assert!(names.take(spoilt).is_err(), "and what is no id is refused");
    }
}
