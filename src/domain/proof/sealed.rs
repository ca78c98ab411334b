//! Writer of a file with a proof in it (streaming hash): what goes through it is hashed on its way, and then the line is written that
//! says so.
//!
//! Called by `report::format` and what writes each form; calls `key`.

use std::io::{self, Write};

use ring::digest::{Context, SHA256, digest};

use super::{HubKey, HubStatement};

/// Who signs, and what is said beside the file's digest.
#[derive(Debug)]
pub struct Sealer<'k> {
    pub statement: HubStatement,
    pub key: &'k HubKey,
}

impl Sealer<'_> {
    /// The line for a file whose other bytes have this digest.
    pub fn line(&self, sha256: [u8; 32]) -> String {
        HubStatement { sha256: Some(sha256), ..self.statement.clone() }.signed(self.key)
    }

    /// Of all its lines.
    pub fn length(&self) -> usize {
        self.line([0; 32]).len()
    }
}

/// All bytes of it at once.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    half(digest(&SHA256, bytes).as_ref())
}

fn half(bytes: &[u8]) -> [u8; 32] {
    let mut whole = [0; 32];
    whole.copy_from_slice(bytes);
    whole
}

#[expect(missing_debug_implementations, reason = "it holds whatever is written to")]
pub struct HashedOut<'w> {
    out: &'w mut dyn Write,
    context: Context,
}

impl<'w> HashedOut<'w> {
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self { out, context: Context::new(&SHA256) }
    }

    /// Of everything until now.
    pub fn sha256(&self) -> [u8; 32] {
        half(self.context.clone().finish().as_ref())
    }

    /// The line, between what stands before and after it: the end of the file.
    pub fn seal(mut self, before: &[u8], seal: &Sealer<'_>, after: &[u8]) -> io::Result<()> {
        self.write_all(before)?;
        self.context.update(after);
        let line = seal.line(self.sha256());
        self.out.write_all(line.as_bytes())?;
        self.out.write_all(after)?;
        self.out.flush()
    }
}

impl Write for HashedOut<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.context.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
