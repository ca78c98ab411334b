//! Charts of a report: bars along a line, and columns over an axis, as vectors.
//!
//! Sections call it; it draws on `book`'s sheet. Each bar has its figure beside it, so that none is read off a scale.

use std::io;

use super::book::{LEFT, PaperBook, RIGHT, WIDTH};
use super::fonts::regular;
use super::look::Shown;
use super::sheet::{Area, Ink};
use super::text::{SMALL, SMALL_STRONG};

/// One line of a chart.
pub struct ChartBar {
    pub shown: Option<Shown>,
    pub label: String,
    /// One part, or several beside each other.
    pub parts: Vec<(Shown, usize)>,
    pub figure: String,
    pub goal: Option<String>,
}

const LABELS: f32 = 128.0;
const FIGURES: f32 = 88.0;

#[expect(clippy::cast_precision_loss, reason = "counts of a chart")]
fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}

impl PaperBook<'_> {
    /// Each bar as long as its parts together, the longest as long as there is room.
    pub fn bars(&mut self, bars: &[ChartBar]) -> io::Result<()> {
        let sum = |bar: &ChartBar| bar.parts.iter().map(|(_, count)| count).sum::<usize>();
        let most = bars.iter().map(sum).max().unwrap_or(1).max(1);
        let room = WIDTH - LABELS - FIGURES;
        for bar in bars {
            self.need(16.0)?;
            let base = self.y + 10.5;
            let mut x = LEFT;
            if let Some(shown) = bar.shown {
                shown.draw(&mut self.sheet, Area::new(x, self.y + 3.5, 8.5, 8.5));
                x += 13.0;
            }
            let label = self.fonts.fitted(&bar.label, SMALL, LEFT + LABELS - 6.0 - x).into_owned();
            self.sheet.text(&mut self.fonts, &label, SMALL, Ink::BLACK, x, base);
            let width = room * share(sum(bar), most);
            let area = Area::new(LEFT + LABELS, self.y + 2.5, width, 10.5);
            self.sheet.fill(Area { width: room, ..area }, Ink::SHADE);
            self.draw_bar(&bar.parts, area);
            self.sheet.text_to(&mut self.fonts, &bar.figure, SMALL_STRONG, Ink::BLACK, RIGHT, base);
            if let Some(goal) = &bar.goal {
                self.sheet.link(Area::new(LEFT, self.y, WIDTH, 15.5), goal.clone());
            }
            self.y += 15.5;
        }
        self.y += 8.0;
        Ok(())
    }

    /// One column for each count, from 1 on.
    pub fn columns(&mut self, counts: &[usize], shown: Shown) -> io::Result<()> {
        const HEIGHT: f32 = 96.0;
        self.need(HEIGHT + 30.0)?;
        let most = counts.iter().copied().max().unwrap_or(1).max(1);
        let (top, bottom) = (self.y + 12.0, self.y + 12.0 + HEIGHT);
        let step = (WIDTH * share(1, counts.len())).min(26.0);
        // Every so many columns have their number under them.
        let each = if step > 12.0 {
            1
        } else if step > 5.0 {
            5
        } else {
            10
        };
        let mut x = LEFT;
        for (at, count) in counts.iter().enumerate() {
            let height = (bottom - top) * share(*count, most);
            if *count > 0 {
                self.sheet
                    .fill(Area::new(x + step * 0.14, bottom - height, step * 0.72, height), shown.fill());
                if step > 9.0 {
                    let figure = count.to_string();
                    let over = bottom - height - 2.5;
                    self.sheet.text_amid(
                        &mut self.fonts,
                        &figure,
                        regular(7.0),
                        Ink::BLACK,
                        x + step / 2.0,
                        over,
                    );
                }
            }
            if (at + 1) % each == 0 || at == 0 {
                let number = (at + 1).to_string();
                self.sheet.text_amid(
                    &mut self.fonts,
                    &number,
                    regular(7.0),
                    Ink::GREY,
                    x + step / 2.0,
                    bottom + 9.0,
                );
            }
            x += step;
        }
        self.sheet.line((LEFT, bottom), (x, bottom), Ink::GREY, 0.6);
        self.y = bottom + 20.0;
        Ok(())
    }

    /// What signs and colours stand for, with how many there are.
    pub fn legend(&mut self, entries: &[(Shown, String)]) -> io::Result<()> {
        self.need(30.0)?;
        let mut x = LEFT;
        for (shown, label) in entries {
            let wide = self.fonts.width(label, SMALL) + 28.0;
            if x + wide > RIGHT + 14.0 && x > LEFT {
                x = LEFT;
                self.y += 15.0;
            }
            shown.draw(&mut self.sheet, Area::new(x, self.y + 2.0, 9.5, 9.5));
            self.sheet.text(&mut self.fonts, label, SMALL, Ink::BLACK, x + 14.0, self.y + 10.0);
            x += wide;
        }
        self.y += 24.0;
        Ok(())
    }
}
