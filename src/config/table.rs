//! A table of the settings, `[limits]` for one: a single list of keys for the file, the environment and the layers.
//!
//! Called by `limits`, `lan`, `tls`, `wifi`; calls nothing.

/// A struct with an `Option` for each key, all of them unset by default.
macro_rules! table {
    ($name:ident, $text:literal: $($key:ident: $kind:ty,)*) => {
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $(pub $key: Option<$kind>,)*
        }

        impl $name {
            /// Set what an environment variable names after the table's name. False: there is no such key.
            pub fn set(&mut self, name: &str, value: &str) -> Result<bool, String> {
                $(if name == stringify!($key).to_ascii_uppercase() {
                    self.$key = Some(value.parse().map_err(|problem| format!("{problem}"))?);
                    return Ok(true);
                })*
                Ok(false)
            }

            /// What is not set here is as in `lower`.
            pub fn over(self, lower: Self) -> Self {
                Self { $($key: self.$key.or(lower.$key),)* }
            }

            /// How many keys are set, of how many.
            #[cfg(test)]
            pub fn given(&self) -> (usize, usize) {
                let given = [$(self.$key.is_some(),)*];
                (given.iter().filter(|given| **given).count(), given.len())
            }

            #[allow(dead_code, reason = "any size is good for photos")]
            fn wrong(key: &str, problem: &str) -> $crate::config::ConfigError {
                let place = format!(concat!($text, ".{}"), key);
                $crate::config::ConfigError::Value { place, problem: problem.to_owned() }
            }
        }
    };
}

pub(super) use table;
