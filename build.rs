//! Packs (gzip) what the program carries, once: the page, which `make web` builds before, the API's document, and the fonts of
//! reports. It says so when the page is missing.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use flate2::{Compression, GzBuilder};

/// What is packed already.
const AS_THEY_ARE: [&str; 5] = ["png", "ico", "woff2", "jpg", "webp"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=web/dist/index.html");
    println!("cargo::rerun-if-changed=docs/openapi.json");
    println!("cargo::rerun-if-changed=assets/fonts");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    if !Path::new("web/dist/index.html").exists() {
        println!("cargo::error=the page is missing (web/dist): run `make web` first; it needs Node and npm");
        return Ok(());
    }
    let page = out.join("page");
    if page.exists() {
        fs::remove_dir_all(&page)?;
    }
    pack_folder(Path::new("web/dist"), &page)?;
    for font in ["FieldhubSans-Regular.ttf", "FieldhubSans-Semibold.ttf"] {
        pack(&Path::new("assets/fonts").join(font), &out.join(format!("{font}.gz")))?;
    }
    pack(Path::new("docs/openapi.json"), &out.join("openapi.json.gz"))
}

fn pack_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    println!("cargo::rerun-if-changed={}", from.display());
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if path.is_dir() {
            pack_folder(&path, &to.join(name))?;
        } else if path.extension().is_some_and(|ends| AS_THEY_ARE.iter().any(|known| ends == *known)) {
            fs::copy(&path, to.join(name))?;
        } else {
            pack(&path, &to.join(format!("{name}.gz")))?;
        }
    }
    Ok(())
}

/// The same bytes for the same file, whenever and wherever.
fn pack(from: &Path, to: &Path) -> io::Result<()> {
    let mut packer = GzBuilder::new().mtime(0).write(fs::File::create(to)?, Compression::best());
    packer.write_all(&fs::read(from)?)?;
    packer.finish()?;
    Ok(())
}
