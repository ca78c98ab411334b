//! What the fuzz targets share: a store on a disk in memory, and what must hold of what it took in.
//!
//! Called by everything in `targets/`; calls fieldhub's own entry points (`http::fuzz`, `store`, `domain`).

mod carried;
#[allow(dead_code)] // shared with the tests
#[path = "../../tests/it/common/dice.rs"]
mod dice;
mod image;
mod import;
mod mark;
mod measured;
#[allow(dead_code)] // shared with the tests
#[path = "../../tests/it/common/sim_disk.rs"]
mod sim_disk;
mod site;
mod workbook;

pub use carried::check_carried;
pub use image::{check_exif, check_image};
pub use import::check_file;
pub use mark::{check_author, check_mark, check_note, check_operation};
pub use measured::check_measured;
pub use site::{NOW, Site, device, module};
pub use workbook::workbook;
