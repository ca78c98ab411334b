//! Blocked ports (ERR_UNSAFE_PORT): those on which no browser opens a page, whatever listens there.
//!
//! Called by `cli` (`serve` and `doctor`); calls nothing. The list is the Fetch standard's, "bad port".

const BLOCKED: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514,
    515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723,
    2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// What to say of such a port; `None` where browsers open pages. Port 0 is the system's choice, which is none of these.
pub fn blocked(port: u16) -> Option<String> {
    (port != 0 && BLOCKED.contains(&port))
        .then(|| format!("No browser opens a page on port {port}: it is on their list of blocked ports."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ports_that_hubs_have_are_open_and_those_of_other_services_blocked() {
        for port in [0, 80, 443, 3000, 8080, 8443, 9000, 10081] {
            assert_eq!(blocked(port), None);
        }
        for port in [22, 6000, 6667, 10080] {
            assert!(blocked(port).unwrap().contains(&format!("port {port}:")));
        }
        assert!(BLOCKED.is_sorted(), "so that it can be held against the standard's");
    }
}
