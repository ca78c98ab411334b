//! File ownership, whose the data are: those of an installed hub belong to its own user, and stay so.
//!
//! Called by `client` and `serve`, and by `doctor` for names.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::anyhow;
use rustix::process::geteuid;

use super::hint;

/// The name of the data's owner, when that is not who runs this.
pub fn other(dir: &Path) -> Option<String> {
    let owner = dir.metadata().ok()?.uid();
    if owner == geteuid().as_raw() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    Some(named(&users, owner).unwrap_or_else(|| format!("#{owner}")))
}

/// Not root, and not its user: the socket cannot even be seen.
pub fn not_allowed(dir: &Path, owner: &str) -> anyhow::Error {
    anyhow!("{} belongs to the user {owner}: run this with sudo: {}", dir.display(), hint::with_sudo())
}

/// Opened by root, the data would get files that the hub cannot write any more.
pub fn not_running(dir: &Path, owner: &str) -> anyhow::Error {
    anyhow!(
        "no hub runs on {}, and its data belongs to the user {owner}: start it (sudo systemctl start \
         fieldhub), or run this as that user (sudo -u '{owner}' fieldhub ...)",
        dir.display()
    )
}

/// The hub itself, started by hand beside or instead of the service.
pub fn not_served(dir: &Path, owner: &str) -> anyhow::Error {
    anyhow!(
        "{} belongs to the user {owner}, and a hub that another user runs would leave files there that {owner} \
         cannot open: start the service (sudo systemctl start fieldhub), or run this as that user (sudo -u \
         '{owner}' fieldhub serve ...; in a container: --user)",
        dir.display()
    )
}

pub fn named(users: &str, id: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(id)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_a_name() {
        let users = "root:x:0:0:root:/root:/bin/bash\nbroken\nfieldhub:x:998:997::/var/lib/fieldhub:/usr/sbin/nologin\n";
        assert_eq!(named(users, 998).as_deref(), Some("fieldhub"));
        assert_eq!(named(users, 997), None);
        assert_eq!(other(tempfile::tempdir().unwrap().path()), None);
    }
}
