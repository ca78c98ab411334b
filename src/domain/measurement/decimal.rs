//! Decimals as devices write them: a comma or a point, `>200` for what is above the range, nothing for what was not measured.
//!
//! Called by the readers of files, `judge` and whoever shows a value; calls nothing.

/// A number, and whether it is only known that it is above or below that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DecimalReading {
    Exactly(f64),
    Above(f64),
    Below(f64),
}

/// What is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANumber;

/// More is no measurement.
const MAX_DIGITS: usize = 12;

/// As it is kept: `0.954`, `>200`, `-3.5`. `Ok(None)`: nothing was measured; `Err`: it is no number at all.
pub fn normal(text: &str) -> Result<Option<String>, NotANumber> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}');
    if matches!(text, "" | "-" | "--" | "---" | "n/a" | "N/A") {
        return Ok(None);
    }
    let (sign, rest) = match text.split_at_checked(1) {
        Some((sign @ (">" | "<"), rest)) => (sign, rest.trim_start()),
        _ => ("", text),
    };
    let (minus, digits) = match rest.split_at_checked(1) {
        Some(("-", digits)) => ("-", digits),
        Some(("+", digits)) => ("", digits),
        _ => ("", rest),
    };
    let (whole, part) = match digits.rfind([',', '.']) {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, ""),
    };
    let separator = digits.rfind([',', '.']).and_then(|at| digits[at..].chars().next());
    let whole = without_thousands(whole, separator).ok_or(NotANumber)?;
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let some = !(whole.is_empty() && part.is_empty());
    if !some || !all_digits(&whole) || !all_digits(part) || whole.len() + part.len() > MAX_DIGITS {
        return Err(NotANumber);
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let point = if part.is_empty() { "" } else { "." };
    Ok(Some(format!("{sign}{minus}{whole}{point}{part}")))
}

/// `1.234` before `,5`: groups of three, parted by what is not the decimal's sign.
fn without_thousands(whole: &str, decimal: Option<char>) -> Option<String> {
    let other = if decimal == Some(',') { '.' } else { ',' };
    if !whole.contains([',', '.']) {
        return Some(whole.to_owned());
    }
    let mut groups = whole.split(other);
    let first = groups.next()?;
    let good = !first.is_empty() && first.len() <= 3 && groups.all(|group| group.len() == 3);
    good.then(|| whole.replace(other, ""))
}

impl DecimalReading {
    /// Of what [`normal`] made.
    pub fn parse(value: &str) -> Option<Self> {
        let number = |text: &str| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let good = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            text.parse::<f64>().ok().filter(|number| good && number.is_finite())
        };
        match value.split_at_checked(1)? {
            (">", rest) => number(rest).map(Self::Above),
            ("<", rest) => number(rest).map(Self::Below),
            _ => number(value).map(Self::Exactly),
        }
    }

    /// The number by itself.
    pub fn number(self) -> f64 {
        match self {
            Self::Exactly(number) | Self::Above(number) | Self::Below(number) => number,
        }
    }

    /// Whether it is under a limit. `None`: that is not known.
    pub fn is_under(self, limit: f64) -> Option<bool> {
        match self {
            Self::Exactly(number) => Some(number < limit),
            Self::Above(number) => (number >= limit).then_some(false),
            Self::Below(number) => (number <= limit).then_some(true),
        }
    }

    pub fn is_over(self, limit: f64) -> Option<bool> {
        match self {
            Self::Exactly(number) => Some(number > limit),
            Self::Above(number) => (number >= limit).then_some(true),
            Self::Below(number) => (number <= limit).then_some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_all_countries_are_one() {
        let read = |text: &str| normal(text).unwrap().unwrap();
        for (text, kept) in [
            ("0,954", "0.954"),
            ("-0,422", "-0.422"),
            ("27,40", "27.40"),
            (" >200 ", ">200"),
            ("> 0,5", ">0.5"),
            ("<0.05", "<0.05"),
            ("1.234,5", "1234.5"),
            ("1,234.5", "1234.5"),
            ("007", "7"),
            ("+,5", "0.5"),
            ("776", "776"),
        ] {
            assert_eq!(read(text), kept);
            assert!(DecimalReading::parse(kept).is_some(), "{kept}");
        }
        assert!(["", " -- ", "n/a"].iter().all(|text| normal(text) == Ok(None)));
        for wrong in ["x", "1e3", "1,2,3", "12,34.5", "--5", ">", "∞", "0x1", "1 2", "1234567890123"] {
            assert_eq!(normal(wrong), Err(NotANumber), "{wrong}");
        }
        for wrong in ["", "nan", "inf", "1e9", ">", "1.2.3", "é"] {
            assert_eq!(DecimalReading::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_above_the_range_is_held_against_a_limit_only_where_that_can_be_told() {
        let under = |value: &str| DecimalReading::parse(value).unwrap().is_under(1.0);
        assert_eq!([under("0.99"), under("1"), under(">200")], [Some(true), Some(false), Some(false)]);
        assert_eq!([under(">0.5"), under("<0.5"), under("<5")], [None, Some(true), None]);
        let over = |value: &str| DecimalReading::parse(value).unwrap().is_over(20.0);
        assert_eq!(
            [over("20"), over("20.1"), over(">20"), over("<3")],
            [Some(false), Some(true), Some(true), Some(false)]
        );
    }
}
