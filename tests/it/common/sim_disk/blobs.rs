//! The same disk below the photos: no name is durable before its folder is flushed, and nothing in a file before that is.

use std::io;

use fieldhub::store::{BlobDisk, BlobFile};

use super::{Change, SimDisk, SimFile, State, index, no_power, not_found, put};

fn path(file: (&str, &str)) -> String {
    format!("photos/{}/{}", file.0, file.1)
}

impl State {
    fn number(&self, name: &str) -> io::Result<usize> {
        if !self.on {
            return Err(no_power());
        }
        self.names.get(name).copied().ok_or_else(|| not_found(name))
    }

    fn file(&mut self, name: &str) -> io::Result<&mut SimFile> {
        let number = self.number(name)?;
        self.files.get_mut(&number).ok_or_else(|| not_found(name))
    }
}

impl BlobDisk for SimDisk {
    fn folders(&self) -> io::Result<Vec<String>> {
        let state = self.state();
        if state.on { Ok(state.folders.iter().cloned().collect()) } else { Err(no_power()) }
    }

    fn files(&self, folder: &str) -> io::Result<Vec<BlobFile>> {
        let state = self.state();
        if !state.on {
            return Err(no_power());
        }
        let inside = path((folder, ""));
        let files = state.names.iter().filter_map(|(name, number)| {
            let bytes = state.files[number].now.len() as u64;
            Some(BlobFile { name: name.strip_prefix(&inside)?.to_owned(), bytes, changed_ms: 0 })
        });
        Ok(files.collect())
    }

    fn make_folder(&self, folder: &str) -> io::Result<()> {
        let mut state = self.state();
        if state.on && state.folders.contains(folder) {
            return Ok(());
        }
        let boot = state.boot;
        let before = state.left == Some(1) && state.dice.one_in(2);
        state.change(boot, |state| {
            if !before {
                state.folders.insert(folder.to_owned());
            }
            Ok(())
        })
    }

    fn write(&self, file: (&str, &str), at: u64, bytes: &[u8]) -> io::Result<()> {
        let name = path(file);
        let mut state = self.state();
        let boot = state.boot;
        assert!(!state.on || state.folders.contains(file.0), "a file in a folder that is not there");
        if state.on && !state.names.contains_key(&name) {
            state.change(boot, |state| {
                let number = state.next_file;
                state.next_file += 1;
                state.names.insert(name.clone(), number);
                state.files.insert(number, SimFile { young: true, ..SimFile::default() });
                Ok(())
            })?;
        }
        state.change(boot, |state| {
            let file = state.file(&name)?;
            put(&mut file.now, index(at), bytes);
            file.pending.push(Change::Write(index(at), bytes.to_vec()));
            Ok(())
        })
    }

    fn shorten(&self, file: (&str, &str), bytes: u64) -> io::Result<()> {
        let (name, mut state) = (path(file), self.state());
        let boot = state.boot;
        state.change(boot, |state| {
            let file = state.file(&name)?;
            file.now.truncate(index(bytes));
            file.pending.push(Change::SetLen(index(bytes)));
            Ok(())
        })
    }

    fn flush(&self, file: (&str, &str)) -> io::Result<()> {
        let (name, mut state) = (path(file), self.state());
        let (boot, cut, lying) = (state.boot, state.left == Some(1), state.lying);
        state.change(boot, |state| {
            let file = state.file(&name)?;
            if !cut && !lying {
                file.pending.clear();
                file.durable.clone_from(&file.now);
            }
            Ok(())
        })
    }

    fn read(&self, file: (&str, &str), at: u64, out: &mut [u8]) -> io::Result<usize> {
        let mut state = self.state();
        state.stumble()?;
        let file = state.file(&path(file))?;
        let there = file.now.get(index(at)..).unwrap_or_default();
        let bytes = there.len().min(out.len());
        out[..bytes].copy_from_slice(&there[..bytes]);
        Ok(bytes)
    }

    fn rename(&self, from: (&str, &str), to: (&str, &str)) -> io::Result<()> {
        let (from, to, mut state) = (path(from), path(to), self.state());
        let boot = state.boot;
        state.change(boot, |state| {
            let number = state.number(&from)?;
            state.names.remove(&from);
            state.names.insert(to.clone(), number);
            state.moves.push((from, to, number));
            Ok(())
        })
    }

    fn remove(&self, file: (&str, &str)) -> io::Result<()> {
        let (name, mut state) = (path(file), self.state());
        state.number(&name)?;
        let boot = state.boot;
        state.change(boot, |state| {
            let number = state.number(&name)?;
            state.names.remove(&name);
            state.ghosts.push((name, number));
            Ok(())
        })
    }

    fn flush_folder(&self, folder: &str) -> io::Result<()> {
        let inside = path((folder, ""));
        let mut state = self.state();
        let (boot, cut, lying) = (state.boot, state.left == Some(1), state.lying);
        state.change(boot, |state| {
            if !cut && !lying {
                state.settle(|name| name.starts_with(&inside));
            }
            Ok(())
        })
    }

    fn free_bytes(&self) -> io::Result<u64> {
        Ok(1 << 40)
    }
}
