//! Site map of a report: each module a cell in the colour and with the sign of its finding, by row and column or by string.
//!
//! `sections` calls it with modules as cells; it draws on `book`'s sheet. A cell with a defect leads to its finding, and the
//! finding leads back.

use std::io;

use super::book::{LEFT, PaperBook, TOP, WIDTH};
use super::fonts::{regular, semibold};
use super::look::Shown;
use super::sheet::{Area, Ink};

pub struct MapCell {
    pub row: i32,
    pub col: i32,
    pub shown: Shown,
    pub goal: Option<String>,
}

pub struct MapLine {
    pub label: String,
    pub goal: Option<String>,
    pub cells: Vec<(Shown, Option<String>)>,
}

/// For the numbers of rows and columns.
const MARGIN: f32 = 22.0;
/// Where cells are smaller, nothing is seen of them.
const SMALLEST: f32 = 1.2;

/// From the first to the last of them.
fn span(of: impl Iterator<Item = i32> + Clone) -> Option<(i64, i64)> {
    Some((i64::from(of.clone().min()?), i64::from(of.max()?)))
}

/// How large a cell is on a page, if it can be seen.
#[expect(clippy::cast_precision_loss, reason = "rows and columns of a page")]
pub fn cell_size(cells: &[MapCell], height: f32) -> Option<f32> {
    let (rows, cols) = (span(cells.iter().map(|cell| cell.row))?, span(cells.iter().map(|cell| cell.col))?);
    let size = ((WIDTH - MARGIN) / (cols.1 - cols.0 + 1) as f32)
        .min((height - MARGIN) / (rows.1 - rows.0 + 1) as f32);
    (size >= SMALLEST).then_some(size.min(26.0))
}

impl PaperBook<'_> {
    /// All modules within an area, right-aligned, without numbers or links.
    #[expect(clippy::cast_precision_loss, reason = "rows and columns of a page")]
    pub fn emblem(&mut self, cells: &[MapCell], within: Area) {
        let (Some(rows), Some(cols)) =
            (span(cells.iter().map(|cell| cell.row)), span(cells.iter().map(|cell| cell.col)))
        else {
            return;
        };
        let (high, wide) = ((rows.1 - rows.0 + 1) as f32, (cols.1 - cols.0 + 1) as f32);
        let size = (within.width / wide).min(within.height / high).min(14.0);
        if size < 0.4 {
            return;
        }
        let (left, top) = (within.right() - wide * size, within.y + (within.height - high * size) / 2.0);
        for cell in cells {
            let x = left + (i64::from(cell.col) - cols.0) as f32 * size;
            let y = top + (i64::from(cell.row) - rows.0) as f32 * size;
            self.sheet.fill(Area::new(x, y, size, size).inset(size * 0.08), cell.shown.fill());
        }
    }

    /// A cell for each module, at its place. Call [`cell_size`] first.
    #[expect(clippy::cast_precision_loss, reason = "rows and columns of a page")]
    pub fn site_map(&mut self, cells: &[MapCell], size: f32) {
        let (Some(rows), Some(cols)) =
            (span(cells.iter().map(|cell| cell.row)), span(cells.iter().map(|cell| cell.col)))
        else {
            return;
        };
        let (left, top) = (LEFT + MARGIN, self.y + MARGIN);
        let set = regular(7.0);
        let each = if size > 11.0 { 1 } else { (16.0 / size).ceil() as i64 };
        let each = [1, 2, 5, 10, 20, 50, 100].into_iter().find(|step| *step >= each).unwrap_or(200);
        for col in (cols.0..=cols.1).filter(|col| (col - cols.0) % each == 0) {
            let x = left + (col - cols.0) as f32 * size + size / 2.0;
            self.sheet.text_amid(&mut self.fonts, &col.to_string(), set, Ink::GREY, x, top - 5.0);
        }
        for row in (rows.0..=rows.1).filter(|row| (row - rows.0) % each == 0) {
            let y = top + (row - rows.0) as f32 * size + size / 2.0 + 2.5;
            self.sheet.text_to(&mut self.fonts, &row.to_string(), set, Ink::GREY, left - 5.0, y);
        }
        let gap = (size * 0.07).clamp(0.05, 1.0);
        for cell in cells {
            let x = left + (i64::from(cell.col) - cols.0) as f32 * size;
            let y = top + (i64::from(cell.row) - rows.0) as f32 * size;
            let area = Area::new(x + gap, y + gap, size - 2.0 * gap, size - 2.0 * gap);
            cell.shown.draw(&mut self.sheet, area);
            if let Some(goal) = &cell.goal {
                self.sheet.link(area, goal.clone());
            }
        }
        self.y = top + (rows.1 - rows.0 + 1) as f32 * size + 16.0;
    }

    /// A line of cells for each string; long strings go on below.
    pub fn string_map(&mut self, lines: impl IntoIterator<Item = MapLine>) -> io::Result<()> {
        const LABELS: f32 = 66.0;
        const CELL: f32 = 11.5;
        for line in lines {
            self.need(CELL + 6.0)?;
            let label = self.fonts.fitted(&line.label, semibold(8.0), LABELS - 8.0).into_owned();
            self.sheet.text(&mut self.fonts, &label, semibold(8.0), Ink::BLACK, LEFT, self.y + 8.5);
            if let Some(goal) = &line.goal {
                self.sheet.link(Area::new(LEFT, self.y, LABELS, CELL), goal.clone());
            }
            let mut x = LEFT + LABELS;
            for (shown, goal) in &line.cells {
                if x + CELL > LEFT + WIDTH + 0.1 {
                    x = LEFT + LABELS;
                    self.y += CELL + 1.0;
                    if self.room() < CELL && self.y > TOP {
                        self.turn()?;
                    }
                }
                let area = Area::new(x + 0.6, self.y + 0.6, CELL - 1.2, CELL - 1.2);
                shown.draw(&mut self.sheet, area);
                if let Some(goal) = goal {
                    self.sheet.link(area, goal.clone());
                }
                x += CELL;
            }
            self.y += CELL + 4.0;
        }
        self.y += 8.0;
        Ok(())
    }
}
