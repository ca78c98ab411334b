//! Benchmark of images: thumbnail and preview of a file of 24 megapixels, beside `vipsthumbnail` (Debian's libvips-tools) in the same run.
//!
//! `cargo bench --bench images`, or `-- FILE...` for files of yours. Each reading is a process of its own, so that what it takes can be told (GNU time).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // it prints, and fails aloud

use std::ffi::OsStr;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use fieldhub::domain::image::read_image;

/// Of each: the middle one counts.
const RUNS: usize = 7;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [one, file] = &words[..]
        && one == "--read"
    {
        return read(Path::new(file));
    }
    let dir = std::env::temp_dir().join(format!("fieldhub-images-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let files: Vec<PathBuf> =
        if words.is_empty() { made(&dir) } else { words.iter().map(PathBuf::from).collect() };
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let megabytes = std::fs::metadata(&file).unwrap().len() as f64 / 1e6;
        println!("{name}, {megabytes:.1} MB");
        let Some(ours) = median(|| here(&file)) else {
            println!("  GNU time is not installed: it says what each process takes");
            continue;
        };
        println!("  fieldhub: {ours}");
        match median(|| vips(&file, &dir)) {
            Some(theirs) => {
                let times = ours.processor.as_secs_f64() / theirs.processor.as_secs_f64();
                println!("  vipsthumbnail: {theirs}; we take {times:.2} times its processor time");
            }
            None => println!("  vipsthumbnail is not installed"),
        }
    }
    std::fs::remove_dir_all(dir).unwrap();
}

/// What a process took: on a busy machine the processor's time says more than the clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Took {
    processor: Duration,
    clock: Duration,
    /// KiB, at most.
    memory: u64,
}

impl std::fmt::Display for Took {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (processor, clock) = (self.processor.as_millis(), self.clock.as_millis());
        write!(
            f,
            "{processor} ms of a processor, {clock} ms by the clock, {:.1} MB",
            self.memory as f64 / 1e3
        )
    }
}

/// The middle one of several.
fn median(run: impl Fn() -> Option<Took>) -> Option<Took> {
    let mut runs: Vec<_> = (0..RUNS).map(|_| run()).collect::<Option<_>>()?;
    runs.sort();
    Some(runs[RUNS / 2])
}

/// A program with its words, under GNU time.
fn timed(program: &Path, words: &[&OsStr]) -> Option<Took> {
    let begun = Instant::now();
    let run =
        Command::new("/usr/bin/time").args(["-f", "%U %S %M"]).arg(program).args(words).output().ok()?;
    let clock = begun.elapsed();
    if !run.status.success() {
        return None;
    }
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    let mut numbers = said.lines().last()?.split_whitespace().map(|word| word.parse::<f64>());
    let mut next = || numbers.next()?.ok();
    let processor = Duration::from_secs_f64(next()? + next()?);
    Some(Took { processor, clock, memory: next()? as u64 })
}

fn here(file: &Path) -> Option<Took> {
    timed(&std::env::current_exe().unwrap(), &[OsStr::new("--read"), file.as_os_str()])
}

fn read(file: &Path) {
    let made = read_image(&mut BufReader::new(File::open(file).unwrap())).unwrap();
    assert!(made.preview.jpeg.len() <= 300_000 && made.thumb.jpeg.len() <= 20_000);
}

/// Both sizes from the original, as a script would have them made.
fn vips(file: &Path, dir: &Path) -> Option<Took> {
    let of = |side: &str| {
        let out = dir.join(format!("vips-{side}.jpg[Q=82,optimize_coding]"));
        let words =
            [OsStr::new("--size"), OsStr::new(side), OsStr::new("-o"), out.as_os_str(), file.as_os_str()];
        timed(Path::new("vipsthumbnail"), &words)
    };
    let (thumb, preview) = (of("320")?, of("1600")?);
    Some(Took {
        processor: thumb.processor + preview.processor,
        clock: thumb.clock + preview.clock,
        memory: thumb.memory.max(preview.memory),
    })
}

/// 6,000 by 4,000: JPEGs of about 6 MB, one of them progressive, and grey of 16 bits in one strip of a TIFF.
fn made(dir: &Path) -> Vec<PathBuf> {
    let (width, height) = (6_000_u32, 4_000_u32);
    let mut state = 7_u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 28) as i32
    };
    let mut light = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let wave = (x as f32 / 37.0).sin() * 40.0 + (y as f32 / 53.0).cos() * 40.0;
            let cell = if (x / 300 + y / 300) % 2 == 0 { 30.0 } else { -30.0 };
            light.push((wave + cell + 128.0) as i32 + noise());
        }
    }
    let rgb: Vec<u8> =
        light.iter().flat_map(|light| [0, 12, 24].map(|more| (light + more).clamp(0, 255) as u8)).collect();
    let mut files = Vec::new();
    for (name, progressive) in [("photo.jpg", false), ("progressive.jpg", true)] {
        let path = dir.join(name);
        let mut encoder = jpeg_encoder::Encoder::new_file(&path, 90).unwrap();
        encoder.set_progressive(progressive);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
        encoder.encode(&rgb, width as u16, height as u16, jpeg_encoder::ColorType::Rgb).unwrap();
        files.push(path);
    }
    let path = dir.join("el-16-bit.tif");
    let words: Vec<u16> = light.iter().map(|light| (light.clamp(&0, &255) * 16) as u16).collect();
    let mut encoder = tiff::encoder::TiffEncoder::new(File::create(&path).unwrap()).unwrap();
    let mut image = encoder.new_image::<tiff::encoder::colortype::Gray16>(width, height).unwrap();
    image.rows_per_strip(height).unwrap();
    image.write_data(&words).unwrap();
    files.push(path);
    files
}
