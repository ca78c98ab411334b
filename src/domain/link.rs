//! What an upstream is called. `config` makes these, `upstream` and `store` keep things under them.

pub use super::id::LinkName;
