//! Kind of a file that is verified, as it begins: what can be said of one without a signature depends on it.
//!
//! Called by `verify`; calls nothing.

use std::io::{self, Read};

/// So much is looked at.
const HEAD: u64 = 4 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Bundle,
    /// An audit in the tablet export form.
    Export,
    /// What a tablet could not send.
    Rescue,
    /// A workbook, or another archive.
    Workbook,
    Backup,
    Other,
}

impl FileKind {
    pub fn of(file: &mut impl Read) -> io::Result<Self> {
        let mut head = Vec::new();
        file.take(HEAD).read_to_end(&mut head)?;
        let head = String::from_utf8_lossy(&head);
        let text = head.trim_start_matches('\u{feff}').trim_start();
        Ok(match () {
            () if head.starts_with("fhbundle") => Self::Bundle,
            () if head.starts_with("PK\u{3}\u{4}") => Self::Workbook,
            () if head.starts_with("redb") => Self::Backup,
            () if text.starts_with('{') && text.contains("\"fieldhub_marks\"") => Self::Rescue,
            () if text.starts_with('{') && text.contains("\"auditToken\"") => Self::Export,
            () => Self::Other,
        })
    }

    /// Of one in which nothing of a signature is.
    pub fn unsigned(self) -> &'static str {
        match self {
            Self::Bundle => {
                "not signed. It is a bundle of before hubs signed them, or of a hub that could not keep its key, or the signature was \
                 taken out. `fieldhub bundle import` takes it all the same; nothing shows that nobody has changed it."
            }
            Self::Export => {
                "not signed. It is an export of a tablet, of before hubs signed them, or of a hub that could not keep its key, or the \
                 signature was taken out: nothing can be said of it. The hub can export the audit again."
            }
            Self::Rescue => {
                "not signed. These are the unsent marks of a tablet, and a tablet has no key of a hub: nothing shows that nobody has \
                 changed them. `fieldhub bundle import` takes them all the same; what a hub gives away after that is signed."
            }
            Self::Workbook => {
                "not signed. If a hub made this workbook, another program has saved it again since, also without a change: its signature is \
                 lost, and nothing can be said of it. Ask for the file as it was given away, or have the hub make that version again."
            }
            Self::Backup => {
                "not signed. A backup holds everything of a hub but its key, and is not signed. `fieldhub restore` checks that it is whole; \
                 nothing shows that nobody has changed it. To give an audit away, use a report, a bundle or an export."
            }
            Self::Other => {
                "not signed. It was made before hubs signed, or is no file that they sign, or the signature was taken out: nothing \
                 can be said of it."
            }
        }
    }
}
