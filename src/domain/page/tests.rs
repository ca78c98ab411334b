//! Whatever is written reads back as it was, whatever happened to it on the way is noticed, and it is small.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::domain::id::DeviceId;
use crate::domain::layout_edit::{LayoutEdit, ModuleEdit, ModuleSlot, StringEdit};
use crate::domain::op::{DetailsChange, Note};
use crate::domain::stamp::actor_of;
use crate::domain::{Author, Body, Layout, Mark, ModuleId, OpId, Proof, Restore, Seen, Stamp, Status};

const NOW: u64 = 1_780_000_000_000;

fn header() -> Header {
    Header {
        hub_id: Uuid::from_u128(1),
        log_id: Uuid::from_u128(2),
        token: Token::parse("jalibat").unwrap(),
        after: 3,
        upto: 40_000,
        head: 50_000,
        partial: false,
    }
}

/// As many pages as it takes.
fn pages(ops: &[Carried]) -> Vec<Vec<u8>> {
    let mut pages = Vec::new();
    let mut encoder = Encoder::default();
    for op in ops {
        if !encoder.push(op).unwrap() {
            pages.push(std::mem::take(&mut encoder).finish(header()).unwrap());
            assert!(encoder.push(op).unwrap(), "an empty page takes any operation");
        }
    }
    pages.push(encoder.finish(header()).unwrap());
    pages
}

fn read(pages: &[Vec<u8>]) -> Vec<Carried> {
    pages
        .iter()
        .flat_map(|page| {
            let page = decode(page).unwrap();
            assert_eq!(page.header, header());
            page.ops
        })
        .collect()
}

fn any_stamp() -> impl Strategy<Value = Stamp> {
    let ms = prop_oneof![NOW..NOW + 5_000, 0..1u64 << 48];
    (ms, prop_oneof![Just(0), any::<u16>()], prop_oneof![0..3u64, any::<u64>()])
        .prop_map(|(ms, counter, actor)| Stamp { ms, counter, actor })
}

fn any_body() -> impl Strategy<Value = Body> {
    let module = prop_oneof![
        (0..8u32).prop_map(|n| format!("M{n:03}")),
        (1..4u32, 8..12u32).prop_map(|(string, at)| format!("S{string}-{at}")),
        "[A-Za-z0-9._-]{0,62}z",
        "[0-9]{1,64}",
    ];
    let status = prop::option::of(prop::option::of(prop::sample::select(&Status::ALL[..])));
    let comment = prop::option::of(prop::option::of("[a-zé😀]{1,30}"));
    let mark = (module, status, comment).prop_filter_map("says nothing", |(module, status, comment)| {
        Mark::new(ModuleId::parse(module).unwrap(), status, comment).ok()
    });
    let seen = prop::collection::vec(any_stamp(), 0..5);
    let undo = (mark.clone(), any::<u128>(), any::<u128>(), seen).prop_map(|(mark, of, undoes, stamps)| {
        let mut seen = Seen::default();
        stamps.into_iter().for_each(|stamp| seen.add(stamp));
        let (of, undoes) = (OpId::from_u128(of), OpId::from_u128(undoes));
        Body::Restore(Box::new(Restore { mark, of, undoes, seen }))
    });
    let mark = mark.prop_map(Body::Mark);
    let name = || prop::option::of("[a-zé]{1,20}");
    let details = (name(), prop::option::of(name()), prop::option::of(name()))
        .prop_map(|(name, client, location)| Body::Details(DetailsChange { name, client, location }));
    let edit = (1..30u16, any::<bool>()).prop_map(|(n, hidden)| {
        let place = Some(ModuleSlot { string: n, position: 1, row: Some(-1), col: None });
        let module = ModuleEdit { place, ..ModuleEdit::of(ModuleId::parse(format!("S{n}-01")).unwrap()) };
        let string = StringEdit { hidden: Some(hidden), ..StringEdit::of(n) };
        Body::LayoutEdit(LayoutEdit { strings: vec![string], modules: vec![module] })
    });
    let layout = (1..30u16).prop_map(|n| Body::Layout(Layout::from_counts(&format!("{n}x3")).unwrap()));
    let note = "[a-zé😀#]([a-zé😀# \\n]{0,60}[a-z])?".prop_map(|text| Body::Note(Note::new(&text).unwrap()));
    let unknown = (7u16.., prop::collection::vec(any::<u8>(), 0..40))
        .prop_map(|(kind, bytes)| Body::Unknown { kind, bytes });
    prop_oneof![20 => mark, 4 => undo, 1 => details, 1 => layout, 1 => edit, 2 => note, 2 => unknown]
}

fn any_ops() -> impl Strategy<Value = Vec<Carried>> {
    let id = prop_oneof![
        (NOW..NOW + 5_000, any::<u128>())
            .prop_map(|(ms, rest)| OpId::from_u128(u128::from(ms) << 80 | rest >> 48)),
        any::<u128>().prop_map(OpId::from_u128),
    ];
    let seen = prop::collection::vec(any_stamp(), 0..5);
    let claimed = prop_oneof![Just(None), any_stamp().prop_map(Some)];
    let marked = prop_oneof![NOW..NOW + 5_000, any::<u64>()];
    let op = (id, 0..4u8, 0..3u8, marked, claimed, seen, any_body(), any::<bool>());
    prop::collection::vec(op, 0..40).prop_map(|ops| {
        let mut known: std::collections::HashMap<ModuleId, Seen> = Default::default();
        let mut made = Vec::new();
        for (id, author, device, marked_ms, stamp, seen, body, looked) in ops {
            let device = DeviceId::parse(format!("dev_{device}")).unwrap();
            let actor = actor_of(device.as_str());
            let mut base = match body.module() {
                Some(module) if looked => known.get(module).cloned().unwrap_or_default(),
                _ => Seen::default(),
            };
            seen.into_iter().for_each(|stamp| base.add(stamp));
            let mut stamp = stamp.unwrap_or(Stamp { ms: marked_ms.min((1 << 48) - 1), counter: 0, actor });
            if let Some(last) = base.last_of(stamp.actor).filter(|last| *last >= stamp) {
                stamp = last.next_for(stamp.actor);
            }
            if base.covers(stamp) {
                // There is none later.
                base = Seen::default();
            }
            if let Some(module) = body.module() {
                let seen = known.entry(module.clone()).or_default();
                seen.join(&base);
                seen.add(stamp);
            }
            let author =
                Author::new(format!("tech_{author}"), (author > 1).then(|| "Léa".to_owned())).unwrap();
            made.push(Carried { id, author, device, marked_ms, stamp, base, body });
        }
        made
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_reads_back_as_it_was(ops in any_ops()) {
        let pages = pages(&ops);
        prop_assert_eq!(read(&pages), ops);
    }

    #[test]
    fn a_flipped_bit_or_a_cut_is_an_error(ops in any_ops(), at in any::<Index>(), bit in 0..8u8, cut in any::<Index>()) {
        let page = pages(&ops).remove(0);
        let mut flipped = page.clone();
        flipped[at.index(page.len())] ^= 1 << bit;
        prop_assert!(decode(&flipped).is_err());
        prop_assert!(decode(&page[..cut.index(page.len())]).is_err());
        prop_assert!(decode(&[page.as_slice(), &[0]].concat()).is_err());
    }

    /// Past the checksum of the page: what a writer with another idea of the context would send.
    #[test]
    fn another_context_is_an_error_or_the_same(ops in any_ops(), at in any::<Index>(), with in any::<u8>()) {
        let mut page = pages(&ops).remove(0);
        let end = page.len() - TAIL;
        let at = HEAD + at.index(end - HEAD);
        page[at] = with;
        let crc = crc32fast::hash(&page[..end]);
        page[end..].copy_from_slice(&crc.to_le_bytes());
        if let Ok(read) = decode(&page) {
            // The header alone is told by nothing else.
            prop_assert_eq!(read.ops, ops);
        }
    }

    #[test]
    fn rubbish_is_an_error_and_never_a_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(decode(&bytes).is_err());
        if let Some(room) = bytes.len().checked_sub(HEAD + TAIL) {
            let length = u32::try_from(room).unwrap();
            bytes[0] = VERSION;
            bytes[1..HEAD].copy_from_slice(&length.to_le_bytes());
            let end = HEAD + room;
            let crc = crc32fast::hash(&bytes[..end]);
            bytes[end..].copy_from_slice(&crc.to_le_bytes());
            prop_assert!(decode(&bytes).is_err());
        }
    }
}

fn mark(n: u64, comment: &str) -> Carried {
    let module = ModuleId::parse(format!("M{n:05}")).unwrap();
    let comment = (!comment.is_empty()).then(|| Some(comment.to_owned()));
    Carried {
        id: OpId::from_u128(u128::from(NOW + n) << 80 | u128::from(n)),
        author: Author::new("tech_1", None).unwrap(),
        device: DeviceId::parse("dev_1").unwrap(),
        marked_ms: NOW + n,
        stamp: Stamp { ms: NOW + n, counter: 0, actor: actor_of("dev_1") },
        base: Seen::default(),
        body: Body::Mark(Mark::new(module, Some(Some(Status::Ok)), comment).unwrap()),
    }
}

#[test]
fn a_page_ends_before_it_is_too_large() {
    let many: Vec<_> = (0..2 * MAX_OPS as u64 + 1).map(|n| mark(n, "")).collect();
    assert_eq!(pages(&many).len(), 3);
    let long: Vec<_> = (0..600).map(|n| mark(n, &"é".repeat(4_000))).collect();
    let pages_of_long = pages(&long);
    assert_eq!(pages_of_long.len(), 5);
    assert!(read(&pages_of_long) == long);
    let mut all = Seen::default();
    (0..1_024).for_each(|actor| all.add(Stamp { ms: NOW, counter: 0, actor }));
    let knowing: Vec<_> = (0..200).map(|n| Carried { base: all.clone(), ..mark(n % 3, "") }).collect();
    let pages_of_knowing = pages(&knowing);
    assert_eq!(pages_of_knowing.len(), 4);
    assert!(read(&pages_of_knowing) == knowing);
}

#[test]
fn the_longest_operations_that_there_are_fit_into_a_page() {
    let mut dice = Dice(7);
    let places = (0..20_000u32).map(|n| crate::domain::Place {
        module: ModuleId::parse(format!(
            "{:016x}{:016x}{:016x}{:016x}",
            dice.roll(),
            dice.roll(),
            dice.roll(),
            dice.roll()
        ))
        .unwrap(),
        string: 1 + u16::try_from(n / 25).unwrap(),
        position: 1 + u16::try_from(n % 25).unwrap(),
        row: Some(i32::MIN),
        col: Some(i32::MIN),
    });
    let layout = Body::Layout(Layout::new(places.collect()).unwrap());
    let bytes = std::iter::repeat_with(|| dice.roll().to_le_bytes()).take(1 << 17).flatten().collect();
    let unknown = Body::Unknown { kind: 900, bytes };
    let ops = [layout, unknown].map(|body| Carried { body, ..mark(1, "") });
    let pages = pages(&ops);
    assert_eq!(pages.len(), 2);
    assert!(pages.iter().all(|page| page.len() < MAX_BYTES));
    assert!(read(&pages) == ops);
}

#[test]
fn a_page_that_unpacks_to_too_much_is_refused_in_little_memory() {
    let mut columns = columns::Columns::default();
    let zeros = vec![0u8; MAX_UNPACKED];
    columns.put(columns::Column::Bodies, zeros.as_slice()).unwrap();
    let packed = columns.pack().unwrap();
    assert!(packed.len() < 20_000);
    let written = Written { header: header(), count: 0, packed: packed.len() };
    let body = [postcard::to_stdvec(&written).unwrap(), packed].concat();
    let mut page = vec![VERSION];
    page.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
    page.extend(body);
    page.extend(crc32fast::hash(&page).to_le_bytes());
    assert_eq!(
        decode(&page).unwrap_err().to_string(),
        "a page of operations is damaged: it unpacks to more than a page may hold"
    );
}

fn proved(n: u8) -> Proof {
    Proof::from_bytes([n; Proof::LEN])
}

/// Where earlier versions look at nothing, and what comes later is passed over as they do.
#[test]
fn proofs_travel_behind_the_columns_where_earlier_versions_do_not_look() {
    let ops: Vec<_> = (0..40).map(|n| mark(n, "glass")).collect();
    let page = |proofs| {
        let mut encoder = Encoder::default();
        ops.iter().for_each(|op| assert!(encoder.push(op).unwrap()));
        encoder.finish_proved(header(), proofs).unwrap()
    };
    let (none, one) = (PageProofs::default(), PageProofs { after: None, upto: Some(proved(1)) });
    let both = PageProofs { after: Some(proved(2)), ..one };
    for proofs in [none, one, both] {
        let read = decode(&page(proofs)).unwrap();
        assert_eq!((read.header, read.proofs), (header(), proofs));
        assert!(read.ops == ops);
    }
    assert!(page(none) == pages(&ops).remove(0), "without any, a page is as it always was");
    assert!(page(both).len() - page(none).len() < 53);

    let bytes = page(both);
    let (written, rest) = postcard::take_from_bytes::<Written>(&bytes[HEAD..]).unwrap();
    let mut all = Vec::new();
    // As the versions before this one read it.
    let mut inflate = flate2::read::DeflateDecoder::new(&rest[..written.packed]);
    std::io::Read::read_to_end(&mut inflate, &mut all).unwrap();
    assert!(columns::Columns::parse(&all).is_ok());

    // A later version has more to say; and somebody has something else there.
    let more = [both.written().unwrap(), vec![7; 9]].concat();
    assert_eq!(PageProofs::read(&more), (both, &[7; 9][..]));
    assert_eq!(PageProofs::read(&[9, 9, 9]), (none, &[][..]));
}

#[test]
fn a_newer_form_says_what_to_do() {
    let mut page = pages(&[mark(1, "")]).remove(0);
    page[0] = VERSION + 1;
    let newer = "these operations were written by a newer fieldhub (format 2, this one knows 1): install that version";
    assert_eq!(decode(&page).unwrap_err().to_string(), newer);
}

/// SplitMix64: ids must be as random as real ones, and the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.roll() % most
    }
}

/// Four tablets walk through 20,000 modules, each a quarter, and mark one every few seconds; then they go over
/// 5,000 of them four times more, each time another tablet, having seen what there is. Where the crew walks to and
/// fro, the second time is not in order.
fn a_long_night(in_order: bool) -> Vec<Carried> {
    let mut dice = Dice(1);
    let mut seen: Vec<Seen> = vec![Seen::default(); 20_000];
    let mut at = [NOW; 4];
    // How far each tablet's clock is from the hub's: ids are by the tablet's own, claims corrected.
    let leads = [0, 212, 90_000, 3];
    let mut ops = Vec::new();
    for n in 0..40_000u64 {
        let tablet = usize::try_from(n % 4).unwrap();
        let module = match n {
            0..20_000 => n % 4 * 5_000 + n / 4,
            _ if in_order => {
                let again = n - 20_000;
                let (round, step) = (again / 5_000, again % 5_000);
                ((step % 4 + round) % 4) * 1_250 + step / 4
            }
            _ => dice.below(5_000),
        };
        at[tablet] += 2_000 + dice.below(4_000);
        let marked_ms = at[tablet];
        let device = format!("dev_{tablet}8d1f4c2");
        let stamp = Stamp { ms: marked_ms, counter: 0, actor: actor_of(&device) };
        let id_ms = u128::from(marked_ms - leads[tablet]);
        let random = u128::from(dice.roll()) << 16 | u128::from(dice.roll() & 0xffff);
        let id = id_ms << 80 | 7 << 76 | (random & !(0xf << 76) & !(3 << 62)) | 2 << 62;
        let status = match dice.below(20) {
            0..16 => Status::Ok,
            rest => Status::ALL[usize::try_from(rest).unwrap() % 6],
        };
        let known = &mut seen[usize::try_from(module).unwrap()];
        let base = known.clone();
        known.add(stamp);
        ops.push(Carried {
            id: OpId::from_u128(id),
            author: Author::new(format!("tech_{tablet}a9k2"), Some(format!("Tablet {tablet}"))).unwrap(),
            device: DeviceId::parse(device).unwrap(),
            marked_ms,
            stamp,
            base,
            body: Body::Mark(
                Mark::new(ModuleId::parse(format!("M{:05}", module + 1)).unwrap(), Some(Some(status)), None)
                    .unwrap(),
            ),
        });
    }
    ops
}

#[test]
fn an_operation_takes_few_bytes() {
    for (in_order, most) in [(true, 18.5), (false, 21.0)] {
        let ops = a_long_night(in_order);
        let pages = pages(&ops);
        assert!(read(&pages) == ops);
        let bytes = pages.iter().map(Vec::len).sum::<usize>();
        let each = bytes as f64 / ops.len() as f64;
        println!(
            "{} operations, in order {in_order}: {} pages, {bytes} bytes, {each:.2} each",
            ops.len(),
            pages.len()
        );
        assert!(each < most, "{each:.2} bytes an operation");
    }
}
