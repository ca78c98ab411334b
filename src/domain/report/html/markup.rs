//! Markup of the report's page: what people wrote is text (escaping, XSS), pictures are within the page (data URI), and how it looks.
//!
//! Called by the parts of the page; calls `base64`.

use crate::domain::base64::base64;
use crate::domain::status::Status;

/// Short names of the statuses in the page's style, in the order of `Status::ALL`; `p` is none of them.
const CLASSES: [&str; Status::ALL.len()] = ["ok", "in", "mi", "de", "so", "nc"];

/// Signs on the plan, in the same order: grey paper tells as well. As on the page (web/src/domain/status.ts).
const SIGNS: [&str; Status::ALL.len()] = ["", "≠", "↯", "✕", "/", "⊘"];

pub(super) fn class(status: Option<Status>) -> &'static str {
    status.and_then(|status| CLASSES.get(status as usize)).unwrap_or(&"p")
}

pub(super) fn sign(status: Option<Status>) -> &'static str {
    status.and_then(|status| SIGNS.get(status as usize)).unwrap_or(&"")
}

/// As text, also within an attribute. Control characters have no place in a page.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(c),
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// A cell of what somebody wrote: its own direction, whatever stands beside it.
pub(super) fn cell(text: &str) -> String {
    if text.is_empty() { "<td>".to_owned() } else { format!("<td dir=auto>{}", escaped(text)) }
}

pub(super) fn number(count: &str) -> String {
    format!("<td class=n>{count}")
}

/// A picture as the page has it; `None`: it is none that browsers show.
pub(super) fn data_uri(bytes: &[u8]) -> Option<String> {
    let kind = match bytes {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        _ => return None,
    };
    Some(format!("data:{kind};base64,{}", base64(bytes)))
}

pub(super) const STYLE: &str = "\
:root{color-scheme:light;font:16px/1.4 system-ui,'Noto Sans','DejaVu Sans',sans-serif;color:#0b0d0f;background:#fff}\
body{margin:0 auto;max-width:60rem;padding:1rem;overflow-wrap:anywhere}\
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:2px solid #1f3a5f;color:#1f3a5f}\
h3{font-size:1.05rem;margin:0}p{margin:.5rem 0}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #c4ccd4}\
thead th{font-size:.85rem;color:#45505b;overflow-wrap:normal}.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\
.wide{overflow-x:auto}.k{width:40%;color:#45505b}.t{font-weight:600}.c{white-space:pre-wrap}\
.big{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0}.big div{flex:1 1 6rem;border:1px solid #c4ccd4;border-radius:8px;padding:.5rem .75rem}\
.big b{display:block;font-size:1.6rem;line-height:1.2}\
.bar{display:flex;height:1.25rem;border:1px solid #6b7783;border-radius:4px;overflow:hidden;margin:.5rem 0}.bar i{display:block}\
.ok{background:#c9f2d6}.in{background:#ffd21f}.mi{background:#ff9a3d}.de{background:#d3241c;color:#fff}.so{background:#2463d6;color:#fff}.nc{background:#5a636f;color:#fff}.p{background:#fff}.x{background:#d5dae0}\
.m{display:flex;flex-wrap:wrap;gap:2px;margin:.1rem 0 .6rem}.m i,.m a{display:block;width:1.05rem;height:1.05rem;border:1px solid #6b7783;font:700 .7rem/1.05rem system-ui,sans-serif;text-align:center;text-decoration:none;color:inherit}.m .de,.m .so,.m .nc{color:#fff}\
.f{border:1px solid #c4ccd4;border-left:.5rem solid;border-radius:6px;padding:.6rem .8rem;margin:.6rem 0;break-inside:avoid}\
.f.in{border-left-color:#ffd21f}.f.mi{border-left-color:#ff9a3d}.f.de{border-left-color:#d3241c}.f.so{border-left-color:#2463d6}.f.nc{border-left-color:#5a636f}.f{color:#0b0d0f}\
body section.f{background:#fff}.d{color:#45505b}.f img{max-width:100%;height:auto;margin:.4rem .4rem 0 0}.f figure{display:inline-block;margin:0;max-width:20rem;vertical-align:top}figcaption{font-size:.85rem;color:#45505b}\
.l{display:block;max-width:15rem;max-height:5rem;margin:0 0 1rem;background:#fff}\
.qr{display:block;width:13rem;max-width:100%;background:#fff}.w{color:#8a1f17;font-weight:600}tr{break-inside:avoid}\
@media print{:root{font-size:10pt}body{max-width:none;padding:0}h2{break-after:avoid}.wide{overflow:visible}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}@page{size:A4;margin:15mm}}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text_wherever_it_stands() {
        assert_eq!(escaped("<b>&\"'\u{7}é"), "&lt;b&gt;&amp;&quot;&#39;\u{fffd}é");
    }

    #[test]
    fn pictures_are_what_their_bytes_say() {
        assert_eq!(data_uri(b"\xff\xd8\xffab").as_deref(), Some("data:image/jpeg;base64,/9j/YWI="));
        assert_eq!(data_uri(b"<svg onload=x>"), None);
    }
}
