//! Error chain (root cause): what lies under an error. Of an `io::Error` that wraps another one, `source` skips the one
//! that is wrapped.
//!
//! Called by whoever has to tell people more than "tcp connect error".

use std::error::Error;
use std::io;
use std::iter::successors;

type Cause<'a> = &'a (dyn Error + 'static);

/// The error itself, and those under it; the last is the one at the bottom.
pub fn causes(error: Cause<'_>) -> impl Iterator<Item = Cause<'_>> {
    successors(Some(error), |error| within(*error))
}

/// Of what kind it is to the system: the innermost knows.
pub fn kind(error: Cause<'_>) -> Option<io::ErrorKind> {
    causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).last().map(io::Error::kind)
}

fn within(error: Cause<'_>) -> Option<Cause<'_>> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inside) => Some(inside),
        None => error.source(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_inside_another_is_found_however_it_is_packed() {
        let bottom = io::Error::new(io::ErrorKind::ConnectionReset, "gone");
        let packed = io::Error::other(io::Error::other(bottom));
        assert_eq!(kind(&packed), Some(io::ErrorKind::ConnectionReset));
        assert_eq!(causes(&packed).last().unwrap().to_string(), "gone");
    }
}
