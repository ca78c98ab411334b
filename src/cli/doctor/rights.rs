//! File permissions (owner, group, mode): whether the hub's own user may read and write what the hub needs. Root, who mostly asks,
//! may do everything, so each file is judged as that user would find it.
//!
//! Called by `doctor`; reads owners and modes alone. Access lists (ACL) are not read.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::finding::Finding;
use super::{below, text};
use crate::cli::machine::{DATA, SETTINGS, USER};
use crate::cli::owner;
use crate::config::tls::CertificateFrom;
use crate::config::{Config, TokenFrom};

const NAME: &str = "rights";
/// More than these nobody reads.
const NAMED: usize = 5;

/// Who the hub runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
struct HubUser {
    name: String,
    id: u32,
    groups: Vec<u32>,
}

/// What it must be able to do with a file, as the bits of a mode have it.
#[derive(Debug, Clone, Copy)]
enum FileNeed {
    Read = 4,
    ReadAndWrite = 6,
    /// Of a directory.
    Enter = 1,
    All = 7,
}

pub fn look(root: &Path, config: &Config) -> Finding {
    let data = &config.data_dir;
    let Ok(kind) = data.metadata() else {
        return Finding::unknown(NAME, format!("There is no {} yet.", data.display()));
    };
    let Some(user) = HubUser::of(root, &kind, *data == below(root, Path::new(DATA))) else {
        return Finding::unknown(NAME, format!("Nobody on this machine owns {}.", data.display()));
    };
    let Ok(entries) = fs::read_dir(data) else {
        return Finding::unknown(NAME, "Only root and the hub's own user can see that: sudo fieldhub doctor");
    };
    // ext4 makes one in each partition, for root alone.
    let own = entries.flatten().filter(|entry| entry.file_name() != "lost+found");
    let mut own: Vec<PathBuf> = own.map(|entry| entry.path()).collect();
    own.sort();
    let kept: Vec<PathBuf> = [(data.clone(), FileNeed::All)]
        .into_iter()
        .chain(own.into_iter().map(|path| (path, FileNeed::ReadAndWrite)))
        .filter_map(|(path, need)| user.lacks(&path, need).then_some(path))
        .collect();
    if !kept.is_empty() {
        let (name, dir) = (&user.name, data.display());
        return Finding::must(
            NAME,
            format!("The hub's user {name} cannot use {}: somebody else made or changed this.", list(&kept)),
            format!("sudo chown -R {name}: {dir} && sudo chmod -R u+rwX {dir}"),
        );
    }
    let shut: Vec<PathBuf> = given(config)
        .iter()
        .map(|path| below(root, path))
        .filter(|path| user.cannot_reach(root, path) || user.lacks(path, FileNeed::Read))
        .collect();
    if !shut.is_empty() {
        let (name, files) = (&user.name, words(&shut));
        return Finding::must(
            NAME,
            format!("The hub's user {name} cannot read {}.", list(&shut)),
            format!(
                "sudo chgrp {name} {files} && sudo chmod g+r {files} (and g+x for the directories above)"
            ),
        );
    }
    Finding::ok(NAME, format!("The hub's user {} can use its data and the files of its settings.", user.name))
}

/// The files that settings name, and the settings.
fn given(config: &Config) -> Vec<PathBuf> {
    let mut files = vec![PathBuf::from(SETTINGS)];
    for upstream in &config.upstreams {
        if let Some(TokenFrom::File(token)) = &upstream.token {
            files.push(token.clone());
        }
        files.extend(upstream.ca_file.clone());
    }
    if let Some(CertificateFrom::Files { cert, key }) = config.tls.certificate() {
        files.extend([cert, key]);
    }
    files.extend(config.wifi.password_file.clone());
    files
}

fn list(paths: &[PathBuf]) -> String {
    let mut shown: Vec<String> = paths.iter().take(NAMED).map(|path| path.display().to_string()).collect();
    if paths.len() > NAMED {
        shown.push(format!("{} more", paths.len() - NAMED));
    }
    shown.join(", ")
}

fn words(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ")
}

impl HubUser {
    /// That of the service, of whose data root may have become the owner; else whoever owns the data.
    fn of(root: &Path, data: &Metadata, installed: bool) -> Option<Self> {
        let users = text(root, "/etc/passwd")?;
        let named =
            |name: &str| users.lines().find(|line| line.split(':').next() == Some(name)).map(str::to_owned);
        let service = installed.then(|| named(USER)).flatten();
        let line = service.or_else(|| named(&owner::named(&users, data.uid())?))?;
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let mut numbers = fields.skip(1);
        let (id, group) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        let more = text(root, "/etc/group").unwrap_or_default();
        let more = more.lines().filter_map(|line| {
            let mut fields = line.split(':');
            let (number, members) = (fields.nth(2)?, fields.next()?);
            members.split(',').any(|member| member == name).then(|| number.parse().ok())?
        });
        let groups = [group].into_iter().chain(more).collect();
        Some(Self { name, id, groups })
    }

    fn may(&self, owner: u32, group: u32, mode: u32, need: FileNeed) -> bool {
        let bits = if owner == self.id {
            mode >> 6
        } else if self.groups.contains(&group) {
            mode >> 3
        } else {
            mode
        };
        self.id == 0 || bits & need as u32 == need as u32
    }

    /// What is not there is no matter of rights. A directory among the files needs to be entered as well.
    fn lacks(&self, path: &Path, need: FileNeed) -> bool {
        let Ok(file) = path.metadata() else { return false };
        let need = if file.is_dir() && matches!(need, FileNeed::ReadAndWrite) { FileNeed::All } else { need };
        !self.may(file.uid(), file.gid(), file.mode(), need)
    }

    /// A directory above it is shut.
    fn cannot_reach(&self, root: &Path, path: &Path) -> bool {
        let above = path.ancestors().skip(1).take_while(|dir| dir.starts_with(root));
        path.exists() && above.into_iter().any(|dir| self.lacks(dir, FileNeed::Enter))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::finding::Severity::{Do, Ok, Unknown};
    use super::super::tree::Tree;
    use super::*;
    use crate::config::Layer;

    fn user() -> HubUser {
        HubUser { name: "fieldhub".to_owned(), id: 998, groups: vec![997, 50] }
    }

    #[test]
    fn a_mode_is_read_as_the_kernel_reads_it() {
        let may = |owner, group, mode, need| user().may(owner, group, mode, need);
        assert!(may(998, 0, 0o600, FileNeed::ReadAndWrite) && !may(998, 0, 0o400, FileNeed::ReadAndWrite));
        assert!(!may(0, 0, 0o600, FileNeed::Read) && may(0, 0, 0o644, FileNeed::Read));
        assert!(may(0, 50, 0o640, FileNeed::Read) && !may(0, 51, 0o640, FileNeed::Read));
        // The owner's own bits count, even if others have more.
        assert!(!may(998, 0, 0o077, FileNeed::Read) && !may(0, 997, 0o707, FileNeed::Read));
        assert!(HubUser { id: 0, ..user() }.may(5, 5, 0, FileNeed::All), "root may do everything");
    }

    #[test]
    fn the_user_is_the_services_or_the_owner_of_the_data() {
        let tree = Tree::new();
        let data = tree.root().metadata().unwrap();
        assert_eq!(HubUser::of(tree.root(), &data, true), None);
        let (id, group) = (data.uid(), data.gid());
        tree.file("/etc/passwd", &format!("lea:x:{id}:{group}::/home/lea:/bin/sh\n"));
        assert_eq!(HubUser::of(tree.root(), &data, true).unwrap().name, "lea");
        tree.file("/etc/passwd", "lea:x:1:1::/:/\nfieldhub:x:998:997::/:/\n");
        tree.file("/etc/group", "fieldhub:x:997:\ntokens:x:50:lea,fieldhub\nothers:x:51:lea\n");
        assert_eq!(HubUser::of(tree.root(), &data, true), Some(user()));
        tree.file("/etc/passwd", &format!("lea:x:{id}:{group}::/:/\nfieldhub:x:998:997::/:/\n"));
        assert_eq!(
            HubUser::of(tree.root(), &data, false).unwrap().name,
            "lea",
            "her own, beside the service"
        );
    }

    /// As whoever runs the tests, who is the hub's user or is not.
    #[test]
    fn a_file_that_somebody_else_made_is_named_with_what_to_type() {
        let tree = Tree::new();
        tree.file("/var/lib/fieldhub/fieldhub.redb", "");
        tree.file("/etc/fieldhub/cloud.token", "secret");
        let layer: Layer = toml::from_str(
            "[[upstream]]\nurl = \"https://a.example\"\ntoken_file = \"/etc/fieldhub/cloud.token\"\n",
        )
        .unwrap();
        let config =
            Config { data_dir: tree.root().join("var/lib/fieldhub"), ..Config::resolve([layer]).unwrap() };
        assert_eq!(look(tree.root(), &config).verdict, Unknown);
        let mode = |path: &str, mode: u32| {
            fs::set_permissions(tree.root().join(path), fs::Permissions::from_mode(mode)).unwrap();
        };
        let users = |id: u32| tree.file("/etc/passwd", &format!("fieldhub:x:{id}:{id}::/:/\n"));
        let me = tree.root().metadata().unwrap().uid();
        users(me);
        assert_eq!(look(tree.root(), &config).verdict, Ok);
        // Somebody else's number: the service's user, while the files are those of whoever runs this.
        users(me + 7);
        mode("", 0o755);
        for dir in ["var", "var/lib", "var/lib/fieldhub", "etc", "etc/fieldhub"] {
            mode(dir, 0o777);
        }
        mode("var/lib/fieldhub/fieldhub.redb", 0o644);
        mode("etc/fieldhub/cloud.token", 0o644);
        let found = look(tree.root(), &config);
        assert_eq!(found.verdict, Do);
        assert!(found.said.contains("fieldhub.redb") && !found.said.contains("lib/fieldhub,"), "{found:?}");
        assert!(found.remedy.unwrap().starts_with("sudo chown -R fieldhub: "));
        mode("var/lib/fieldhub/fieldhub.redb", 0o666);
        tree.file("/var/lib/fieldhub/lost+found/x", "");
        mode("var/lib/fieldhub/lost+found", 0o700);
        assert_eq!(look(tree.root(), &config).verdict, Ok);
        mode("etc/fieldhub", 0o700);
        let found = look(tree.root(), &config);
        assert!(
            found.verdict == Do && found.said.contains("cannot read") && found.said.contains("cloud.token"),
            "{found:?}"
        );
    }
}
