//! Which version a program is, as it says itself.

use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    numbers: [u64; 3],
    text: String,
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim().strip_prefix("fieldhub ")?.to_owned();
        let plain = text.split(['-', '+']).next()?;
        let numbers: Vec<u64> = plain.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
        Some(Self { numbers: numbers.try_into().ok()?, text })
    }

    /// By its numbers; what may follow them tells nobody which is later.
    pub fn is_older_than(&self, other: &Self) -> bool {
        self.numbers < other.numbers
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Runs it: only for what is installed, or signed.
pub fn of_program(program: &Path) -> anyhow::Result<Version> {
    let ran = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    let output = match ran {
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error()) => {
            let machine = std::env::consts::ARCH;
            return Err(anyhow!(
                "this is not a program for this machine ({machine}): use the file that was built for it"
            ));
        }
        ran => ran.context("it cannot be run")?,
    };
    let said = String::from_utf8_lossy(&output.stdout);
    Version::parse(&said).filter(|_| output.status.success()).ok_or_else(|| {
        let said = if said.trim().is_empty() { "nothing".into() } else { said };
        anyhow!("it does not say which fieldhub it is (it says {}, {})", said.trim(), output.status)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        let of = |text: &str| Version::parse(&format!("fieldhub {text}\n")).unwrap();
        let older = |a: &str, b: &str| of(a).is_older_than(&of(b));
        assert!(older("0.9.0", "0.10.0") && older("0.10.9", "1.0.0") && !older("1.0.0", "1.0.0"));
        assert_eq!(of("1.2.3-rc.1").to_string(), "1.2.3-rc.1");
        // An unfinished one of a version is no downgrade from it, nor the other way round.
        assert!(!older("1.2.3-rc.1", "1.2.3") && !older("1.2.3", "1.2.3-rc.1"));
        for wrong in ["fieldhub", "fieldhub 1.2", "fieldhub 1.2.x", "nginx 1.2.3", ""] {
            assert_eq!(Version::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_program_of_another_machine_says_which_one_is_wanted() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("fieldhub");
        // An ELF file for a PDP-11.
        let mut content = vec![0; 64];
        content[..7].copy_from_slice(b"\x7fELF\x01\x01\x01");
        content[16..20].copy_from_slice(&[2, 0, 65, 0]);
        std::fs::write(&program, content).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
        let error = of_program(&program).unwrap_err().to_string();
        assert!(error.starts_with("this is not a program for this machine"), "{error}");
    }
}
