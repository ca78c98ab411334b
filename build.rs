//! The page is built before the binary, by `make web`; this only says so when it is missing.

fn main() {
    println!("cargo::rerun-if-changed=web/dist/index.html");
    if !std::path::Path::new("web/dist/index.html").exists() {
        println!("cargo::error=the page is missing (web/dist): run `make web` first; it needs Node and npm");
    }
}
