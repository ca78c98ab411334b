//! File of a PDF (streaming): each object goes to its place as soon as it is whole, and nothing of it stays in memory.
//!
//! `book` calls it. pdf-writer spells the objects; its own `Pdf` would hold all of them until the end, so the table of
//! where they lie (xref) is written here. The file's identifier is of its content and nothing else.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Chunk, Ref, Settings};

use crate::domain::hex::hex;
use crate::domain::proof::{HashedOut, Sealer};

pub struct PdfFile<'w> {
    out: HashedOut<'w>,
    length: u64,
    /// Where each object begins, from number 1; 0: promised, and not written yet.
    offsets: Vec<u64>,
}

impl<'w> PdfFile<'w> {
    pub fn begin(out: &'w mut dyn Write) -> io::Result<Self> {
        let mut file = Self { out: HashedOut::new(out), length: 0, offsets: Vec::new() };
        // The second line has what no text has, so that nobody takes the file for one.
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")?;
        Ok(file)
    }

    /// A number for an object that others name before it is there.
    pub fn promise(&mut self) -> Ref {
        self.offsets.push(0);
        Ref::new(i32::try_from(self.offsets.len()).unwrap_or(i32::MAX))
    }

    /// Writes the object of that number: `write` makes it, and no other.
    pub fn put(&mut self, id: Ref, write: impl FnOnce(&mut Chunk)) -> io::Result<()> {
        let mut chunk = Chunk::with_settings(Settings { pretty: false });
        write(&mut chunk);
        debug_assert_eq!(chunk.refs().collect::<Vec<_>>(), [id]);
        let at = usize::try_from(id.get() - 1).unwrap_or(usize::MAX);
        if let Some(offset) = self.offsets.get_mut(at) {
            *offset = self.length;
        }
        self.write(chunk.as_bytes())
    }

    /// The table and what leads to it. Objects that were promised must be there.
    pub fn finish(mut self, catalog: Ref, info: Ref, seal: Option<&Sealer<'_>>) -> io::Result<()> {
        // Before the table, as a comment, which ends where its line does: behind the file's end nothing may be.
        let before = seal.map_or(0, |seal| 1 + seal.length() as u64 + 1);
        let (xref, size) = (self.length + before, self.offsets.len() + 1);
        let mut end = format!("xref\n0 {size}\n0000000000 65535 f\r\n");
        for offset in &self.offsets {
            if *offset == 0 {
                return Err(io::Error::other("an object of the PDF was promised and not written"));
            }
            end.push_str(&format!("{offset:010} 00000 n\r\n"));
        }
        let id = hex(self.out.sha256().get(..16).unwrap_or_default());
        end.push_str(&format!(
            "trailer\n<</Size {size}/Root {} 0 R/Info {} 0 R/ID[<{id}><{id}>]>>\nstartxref\n{xref}\n%%EOF\n",
            catalog.get(),
            info.get()
        ));
        if let Some(seal) = seal {
            return self.out.seal(b"%", seal, format!("\n{end}").as_bytes());
        }
        self.write(end.as_bytes())?;
        self.out.flush()
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }
}

/// As a stream with the filter `FlateDecode` has it.
pub fn deflated(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::new(6));
    packer.write_all(bytes)?;
    packer.finish()
}
