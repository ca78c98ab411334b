//! Measurement file of any device: recognised, and read block by block or row by row; what cannot be read is told with its line.
//!
//! Called by `http` for the import's proposal; calls `import` for the file's text, and `pvserv` or `table` for what is in it.

use std::collections::BTreeMap;

use super::file::{ColumnNames, MeasurementFile};
use super::{pvserv, table};
use crate::domain::import::{ImportError, text_of_file};

/// `named`: what people said of the columns, by the name of the device.
pub fn read(
    bytes: &[u8],
    device: Option<&str>,
    named: &BTreeMap<String, ColumnNames>,
) -> Result<MeasurementFile, ImportError> {
    let text = text_of_file(bytes)?;
    let mut file =
        if pvserv::is_pvserv(&text) { pvserv::read(&text) } else { table::read(&text, device, named)? };
    file.count_takes();
    Ok(file)
}
