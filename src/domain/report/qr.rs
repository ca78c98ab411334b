//! QR code of a text, as rows of dark dots, for whatever draws it.
//!
//! Called by `pdf` and `html`; calls qrcode.

use qrcode::{Color, EcLevel, QrCode};

pub struct CodeDots {
    /// Dots on each side, without the white around them.
    pub side: usize,
    /// Where each row of dark dots begins, and how long it is.
    pub runs: Vec<(usize, usize, usize)>,
}

/// `None`: it is too long for one.
pub fn code(text: &str) -> Option<CodeDots> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (side, colors) = (code.width(), code.to_colors());
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for (at, color) in colors.into_iter().enumerate() {
        if color != Color::Dark {
            continue;
        }
        let (x, y) = (at % side, at / side);
        match runs.last_mut() {
            Some((from, row, length)) if *row == y && *from + *length == x => *length += 1,
            _ => runs.push((x, y, 1)),
        }
    }
    Some(CodeDots { side, runs })
}
