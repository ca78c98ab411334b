//! Archive data of a report (PDF/A-2b): its metadata as XMP, and the colours of a screen as a profile (ICC, sRGB).
//!
//! `book` calls it when it closes a file. The profile is made here, of the published figures of sRGB, so it has no other's licence.

use chrono::{DateTime, FixedOffset, Offset, Utc};

/// What a file says of itself.
#[derive(Debug, Clone, Default)]
pub struct FileCard {
    pub title: String,
    pub author: Option<String>,
    pub language: &'static str,
    /// The program that made it, and which version.
    pub program: String,
    /// ms since 1970.
    pub made_ms: u64,
    pub utc_offset_minutes: i32,
}

/// Date and time there.
pub fn local_time(card: &FileCard) -> DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(card.utc_offset_minutes * 60).unwrap_or_else(|| Utc.fix());
    let ms = i64::try_from(card.made_ms).unwrap_or_default();
    DateTime::from_timestamp_millis(ms).unwrap_or_default().with_timezone(&zone)
}

pub fn xmp(card: &FileCard) -> String {
    let time = local_time(card).format("%Y-%m-%dT%H:%M:%S%:z");
    let author = card.author.as_deref().map_or(String::new(), |author| {
        format!("<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>", escaped(author))
    });
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n\
         <pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>\n\
         <dc:format>application/pdf</dc:format>\n\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>{author}\n\
         <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\n\
         <xmp:CreatorTool>{program}</xmp:CreatorTool><pdf:Producer>{program}</pdf:Producer>\n\
         <xmp:CreateDate>{time}</xmp:CreateDate><xmp:ModifyDate>{time}</xmp:ModifyDate>\n\
         </rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>",
        title = escaped(&card.title),
        language = card.language,
        program = escaped(&card.program),
    )
}

/// As XML has it, without what it must not have.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if letter.is_control() => escaped.push(' '),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// What leads readers from the file's colours to those of their screen or printer: sRGB, as ICC version 2.1 writes it.
pub fn srgb() -> Vec<u8> {
    let text = |text: &str| {
        let mut tag = b"desc\0\0\0\0".to_vec();
        tag.extend(be32(text.len() + 1));
        tag.extend(text.as_bytes());
        // The end of the text, and its forms in Unicode and for the Macintosh: none.
        tag.extend([0; 1 + 8 + 3 + 67]);
        tag
    };
    let mut copyright = b"text\0\0\0\0".to_vec();
    copyright.extend(b"No copyright, use freely\0");
    let xyz = |x: i32, y: i32, z: i32| {
        let mut tag = b"XYZ \0\0\0\0".to_vec();
        tag.extend([x, y, z].into_iter().flat_map(i32::to_be_bytes));
        tag
    };
    let tags: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", text("sRGB")),
        (b"cprt", copyright),
        // D50, and sRGB's red, green and blue as they are under it (Bradford), in 1/65536.
        (b"wtpt", xyz(0xf6d6, 0x1_0000, 0xd32d)),
        (b"rXYZ", xyz(0x6fa2, 0x38f5, 0x0390)),
        (b"gXYZ", xyz(0x6299, 0xb785, 0x18da)),
        (b"bXYZ", xyz(0x24a0, 0x0f84, 0xb6cf)),
        (b"rTRC", curve()),
        (b"gTRC", Vec::new()),
        (b"bTRC", Vec::new()),
    ];
    let mut at = 128 + 4 + 12 * tags.len();
    let (mut table, mut data) = (be32(tags.len()).to_vec(), Vec::new());
    let mut curve_at = (0, 0);
    for (name, tag) in &tags {
        // The three curves are one.
        if !tag.is_empty() {
            curve_at = (at, tag.len());
        }
        table.extend(*name);
        table.extend(be32(curve_at.0));
        table.extend(be32(curve_at.1));
        data.extend(tag);
        at += tag.len();
        let padding = tag.len().next_multiple_of(4) - tag.len();
        data.extend(std::iter::repeat_n(0, padding));
        at += padding;
    }
    let mut profile = be32(at).to_vec();
    profile.extend(b"\0\0\0\0\x02\x10\0\0mntrRGB XYZ ");
    // The date of sRGB's standard, so that the bytes are the same for ever.
    profile.extend([1999_u16, 10, 18, 0, 0, 0].into_iter().flat_map(u16::to_be_bytes));
    profile.extend(b"acsp");
    profile.extend([0; 28]);
    profile.extend([0xf6d6_u32, 0x1_0000, 0xd32d].into_iter().flat_map(u32::to_be_bytes));
    profile.resize(128, 0);
    profile.extend(table);
    profile.extend(data);
    profile
}

/// sRGB's curve, at 256 points.
fn curve() -> Vec<u8> {
    let mut tag = b"curv\0\0\0\0\0\0\x01\0".to_vec();
    for step in 0..=255_u8 {
        let value = f64::from(step) / 255.0;
        let light = if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 65535")]
        let light = (light * 65_535.0).round() as u16;
        tag.extend(light.to_be_bytes());
    }
    tag
}

fn be32(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or_default().to_be_bytes()
}
