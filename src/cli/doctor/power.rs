//! Undervoltage and throttling, whether the machine has enough voltage and is not too hot: what most nights on a
//! Raspberry Pi fail of.
//!
//! Called by `doctor`; reads /sys.

use std::path::Path;

use super::finding::Finding;
use super::{number, text};

/// The firmware's own word, on a Raspberry Pi.
const THROTTLED: &str = "/sys/devices/platform/soc/soc:firmware/get_throttled";
const HWMON: &str = "/sys/class/hwmon";
const HEAT: &str = "/sys/class/thermal/thermal_zone0/temp";

/// Bits of `THROTTLED`: now, and 16 higher what was so earlier. How much earlier depends on who has asked before.
const UNDER_VOLTAGE: u32 = 1;
/// Slower than it could: capped, throttled, at the soft limit of heat.
const SLOWED: u32 = 0b1110;
const EARLIER: u32 = 16;

const SUPPLY: &str =
    "Use the power supply made for this Pi and a short, thick cable; unplug other things from its USB ports.";
const AIR: &str = "Give it shade and air: open the box, or add a fan or a heat sink.";

pub fn look(root: &Path) -> Vec<Finding> {
    let throttled = text(root, THROTTLED)
        .and_then(|text| u32::from_str_radix(text.trim().trim_start_matches("0x"), 16).ok());
    vec![supply(root, throttled), heat(number(root, HEAT), throttled.unwrap_or(0))]
}

fn supply(root: &Path, throttled: Option<u32>) -> Finding {
    let name = "supply";
    let (now, earlier) = match throttled {
        Some(bits) => (bits & UNDER_VOLTAGE != 0, bits >> EARLIER & UNDER_VOLTAGE != 0),
        None => match alarm(root) {
            Some(alarm) => (alarm, false),
            None => return Finding::unknown(name, "This machine does not report its voltage."),
        },
    };
    if now {
        Finding::must(
            name,
            "The voltage is too low now: the card may lose what is written, and USB devices fail.",
            SUPPLY,
        )
    } else if earlier {
        Finding::look(name, "The voltage was too low earlier; it is right now.", SUPPLY)
    } else {
        Finding::ok(name, "The voltage is right.")
    }
}

/// The same from the driver that watches it, on kernels without the firmware's file.
fn alarm(root: &Path) -> Option<bool> {
    let watchers = super::entries(root, HWMON);
    let volt = watchers
        .iter()
        .find(|dir| text(root, &format!("{HWMON}/{dir}/name")).as_deref() == Some("rpi_volt"))?;
    Some(number(root, &format!("{HWMON}/{volt}/in0_lcrit_alarm"))? != 0)
}

fn heat(milli: Option<u64>, throttled: u32) -> Finding {
    let name = "heat";
    // Low voltage slows it too, and is said above.
    let slowed = |bits: u32| bits & SLOWED != 0 && bits & UNDER_VOLTAGE == 0;
    let (now, earlier) = (slowed(throttled), slowed(throttled >> EARLIER));
    let degrees = milli.map(|milli| milli / 1_000);
    let said = degrees.map_or_else(|| "It".to_owned(), |degrees| format!("{degrees} °C: it"));
    match degrees {
        Some(85..) => {
            Finding::must(name, format!("{said} is too hot and slows down to protect itself."), AIR)
        }
        Some(80..) => Finding::look(name, format!("{said} is nearly too hot."), AIR),
        _ if now => Finding::look(name, format!("{said} runs slower than it could."), AIR),
        _ if earlier => Finding::look(name, format!("{said} was too hot earlier."), AIR),
        Some(degrees) => Finding::ok(name, format!("{degrees} °C")),
        None => Finding::unknown(name, "This machine does not report how hot it is."),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{self, Do, Look, Ok, Unknown};
    use super::super::tree::Tree;
    use super::*;

    fn verdicts(tree: &Tree) -> [Severity; 2] {
        let found = look(tree.root());
        [found[0].verdict, found[1].verdict]
    }

    #[test]
    fn a_pi_tells_of_its_voltage_now_and_earlier() {
        let tree = Tree::new();
        assert_eq!(verdicts(&tree), [Unknown, Unknown], "not every machine does");
        tree.file(HEAT, "48312\n");
        for (bits, supply, heat) in [
            ("0\n", Ok, Ok),
            ("0x0\n", Ok, Ok),
            ("50005\n", Do, Ok),
            ("50000\n", Look, Ok),
            ("80008\n", Ok, Look),
            ("60000\n", Ok, Look),
            ("f000f\n", Do, Ok),
            ("nonsense\n", Unknown, Ok),
        ] {
            tree.file(THROTTLED, bits);
            assert_eq!(verdicts(&tree), [supply, heat], "{bits}");
        }
    }

    #[test]
    fn another_kernel_tells_it_by_an_alarm() {
        let tree = Tree::new();
        tree.file("/sys/class/hwmon/hwmon0/name", "cpu_thermal\n");
        tree.file("/sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n");
        assert_eq!(verdicts(&tree)[0], Unknown, "that is another thing's alarm");
        tree.file("/sys/class/hwmon/hwmon1/name", "rpi_volt\n");
        for (alarm, verdict) in [("0\n", Ok), ("1\n", Do)] {
            tree.file("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", alarm);
            assert_eq!(verdicts(&tree)[0], verdict);
        }
    }

    #[test]
    fn heat_has_two_steps() {
        let at = |milli: u64| heat(Some(milli), 0).verdict;
        assert_eq!([at(79_999), at(80_000), at(84_999), at(85_000)], [Ok, Look, Look, Do]);
        assert_eq!(heat(Some(85_000), 0).remedy.as_deref(), Some(AIR));
    }
}
