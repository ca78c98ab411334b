//! Station limit of a radio (brcmfmac firmware, max associated stations): how many tablets a Wi-Fi carries at once, by chip and
//! firmware. A Raspberry Pi's own carries few, and who comes after them is refused without a word.
//!
//! Pure. Called by `profile`, `status` and `doctor` with what `Facts` has read.

use crate::cli::machine::facts::{Facts, MINIMAL_FIRMWARE, Radio};

/// How many are heard of in public reports (raspberrypi/documentation#2520, raspberrypi/linux#3010).
const STANDARD: (u32, u32) = (7, 10);
const MINIMAL: u32 = 19;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RadioLimit {
    /// Chip and firmware, as people look for them.
    pub chip: String,
    /// Surely, and at best; nothing where nobody says.
    pub tablets: Option<(u32, u32)>,
    /// What to type for a firmware that carries more.
    pub firmware: Option<String>,
}

impl RadioLimit {
    pub fn of(radio: &Radio, facts: &Facts) -> Self {
        if radio.driver != "brcmfmac" {
            let said = facts.most_stations.map(|most| (most, most));
            return Self { chip: radio.driver.clone(), tablets: said, firmware: None };
        }
        let model = facts.model.as_deref().unwrap_or_default();
        let older = ["Pi 3 Model B Rev", "Pi Zero W", "Pi Zero 2"].iter().any(|name| model.contains(name));
        let newer = ["Pi 3 Model B Plus", "Pi 3 Model A Plus", "Pi 4", "Pi 400", "Compute Module 4", "Pi 5"];
        let chip = match (older, newer.iter().any(|name| model.contains(name))) {
            (true, _) => "BCM43430",
            (_, true) => "BCM43455",
            // What chooses between firmwares is for this chip alone.
            _ if facts.firmware.is_some() => "BCM43455",
            _ => "Broadcom",
        };
        let minimal = facts.firmware.as_deref().is_some_and(|file| file.contains("-minimal"));
        if chip == "BCM43455" && minimal {
            let chip = "BCM43455 with the minimal firmware".to_owned();
            return Self { chip, tablets: Some((MINIMAL, MINIMAL)), firmware: None };
        }
        let other = facts.has_minimal_firmware.then(|| {
            format!("sudo update-alternatives --set cyfmac43455-sdio.bin {MINIMAL_FIRMWARE} && sudo reboot")
        });
        Self {
            chip: format!("{chip} with the standard firmware"),
            tablets: Some(STANDARD),
            firmware: other.filter(|_| chip != "BCM43430"),
        }
    }

    /// `7 to 10 at most`.
    pub fn said(&self) -> String {
        match self.tablets {
            None => "its driver does not say how many it carries".to_owned(),
            Some((least, most)) if least == most => format!("{most} at most"),
            Some((least, most)) => format!("{least} to {most} at most"),
        }
    }

    /// The ways to more, the cheapest first.
    pub fn ways_out(&self) -> String {
        let firmware =
            self.firmware.as_ref().map(|typed| format!("the minimal firmware, for {MINIMAL}: {typed}; or "));
        format!(
            "For more: {}a USB adapter with another chip (--interface); or an access point on the Ethernet port (see \
             \"More tablets\" in the manual).",
            firmware.unwrap_or_default()
        )
    }

    /// Whether a crew may meet it.
    pub fn is_small(&self) -> bool {
        self.tablets.is_some_and(|(least, _)| least < 50)
    }
}

/// Of `iw dev WLAN station dump`.
pub fn stations(dump: &str) -> usize {
    dump.lines().filter(|line| line.starts_with("Station ")).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::machine::facts::Init;

    fn of(driver: &str, model: &str, firmware: Option<&str>) -> RadioLimit {
        let facts = Facts {
            model: Some(model.to_owned()),
            firmware: firmware.map(str::to_owned),
            has_minimal_firmware: firmware.is_some(),
            most_stations: Some(64),
            ..Facts::for_test(Init::Systemd, &[])
        };
        RadioLimit::of(&Radio { interface: "wlan0".into(), driver: driver.into() }, &facts)
    }

    #[test]
    fn each_pi_has_its_chip_and_its_number() {
        let standard = Some("/lib/firmware/cypress/cyfmac43455-sdio-standard.bin");
        let minimal = Some(MINIMAL_FIRMWARE);
        for (model, firmware, chip, tablets) in [
            ("Raspberry Pi 4 Model B Rev 1.2", standard, "BCM43455 with the standard firmware", (7, 10)),
            ("Raspberry Pi 4 Model B Rev 1.2", minimal, "BCM43455 with the minimal firmware", (19, 19)),
            ("Raspberry Pi 5 Model B Rev 1.0", None, "BCM43455 with the standard firmware", (7, 10)),
            ("Raspberry Pi 3 Model B Plus Rev 1.3", standard, "BCM43455 with the standard firmware", (7, 10)),
            // The file lies there, but is not this chip's.
            ("Raspberry Pi 3 Model B Rev 1.2", minimal, "BCM43430 with the standard firmware", (7, 10)),
            ("Raspberry Pi Zero 2 W Rev 1.0", standard, "BCM43430 with the standard firmware", (7, 10)),
            ("", None, "Broadcom with the standard firmware", (7, 10)),
        ] {
            let limit = of("brcmfmac", model, firmware);
            assert_eq!((limit.chip.as_str(), limit.tablets), (chip, Some(tablets)), "{model}");
        }
        let other = of("mt76x2u", "Raspberry Pi 4 Model B", None);
        assert_eq!(
            (other.chip.as_str(), other.tablets, other.is_small()),
            ("mt76x2u", Some((64, 64)), false)
        );
    }

    #[test]
    fn a_firmware_is_offered_where_there_is_one_for_the_chip() {
        let standard = Some("/lib/firmware/cypress/cyfmac43455-sdio-standard.bin");
        let offered = |model: &str, firmware| of("brcmfmac", model, firmware).ways_out();
        assert!(
            offered("Raspberry Pi 4 Model B", standard)
                .contains("sudo update-alternatives --set cyfmac43455-sdio.bin /lib")
        );
        assert!(!offered("Raspberry Pi 4 Model B", None).contains("update-alternatives"));
        assert!(!offered("Raspberry Pi 3 Model B Rev 1.2", standard).contains("update-alternatives"));
        assert!(!offered("Raspberry Pi 4 Model B", Some(MINIMAL_FIRMWARE)).contains("update-alternatives"));
    }

    #[test]
    fn what_iw_says_is_counted() {
        let dump = "Station aa:bb:cc:dd:ee:01 (on wlan0)\n\tinactive time:\t10 ms\nStation aa:bb:cc:dd:ee:02 (on wlan0)\n";
        assert_eq!((stations(dump), stations("")), (2, 0));
    }
}
