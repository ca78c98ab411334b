//! Name conflict resolution for mDNS: the names that are wished for, or what comes next when they are another's.
//!
//! Called by `announce`; pure.

use std::collections::HashSet;

use uuid::Uuid;

/// What a label of a DNS name may hold at most, in bytes.
const LABEL: usize = 63;

/// Names of other machines. Case does not tell two of them apart.
#[derive(Debug, Default)]
pub struct TakenNames {
    labels: HashSet<String>,
    instances: HashSet<String>,
}

impl TakenNames {
    pub fn label(&mut self, label: &str) {
        self.labels.insert(label.to_lowercase());
    }

    pub fn instance(&mut self, instance: &str) {
        self.instances.insert(instance.to_lowercase());
    }

    /// `fieldhub`, or else `fieldhub-2`, `fieldhub-3`, ...
    pub fn free_label(&self, wanted: &str) -> String {
        free(&self.labels, wanted, |n| format!("-{n}"))
    }

    /// `Van 1`, or else `Van 1 (2)`, `Van 1 (3)`, ...
    pub fn free_instance(&self, wanted: &str) -> String {
        free(&self.instances, wanted, |n| format!(" ({n})"))
    }
}

fn free(taken: &HashSet<String>, wanted: &str, suffix: impl Fn(usize) -> String) -> String {
    let mut name = cut(wanted, LABEL).to_owned();
    for n in 2..=taken.len() + 1 {
        if !taken.contains(&name.to_lowercase()) {
            break;
        }
        let suffix = suffix(n);
        name = cut(wanted, LABEL - suffix.len()).to_owned() + &suffix;
    }
    name
}

/// The name that the services of a hub point to where `label` is this machine's own, which another program looks after.
pub fn beside(label: &str) -> String {
    const SUFFIX: &str = "-hub";
    cut(label, LABEL - SUFFIX.len()).to_owned() + SUFFIX
}

/// Two hubs that have one name, and know only now: both come to the same answer.
pub fn gives_way(ours: Uuid, theirs: Uuid) -> bool {
    ours > theirs
}

/// So much of `text` as fits into so many bytes, in whole characters.
pub fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_name_is_the_first_that_nobody_has() {
        let mut taken = TakenNames::default();
        assert_eq!(taken.free_label("fieldhub"), "fieldhub");
        taken.label("Fieldhub");
        assert_eq!(taken.free_label("fieldhub"), "fieldhub-2");
        assert_eq!(taken.free_label("van"), "van");
        taken.label("fieldhub-2");
        taken.label("fieldhub-4");
        assert_eq!(taken.free_label("fieldhub"), "fieldhub-3");
        taken.instance("été");
        assert_eq!(taken.free_instance("Été"), "Été (2)", "not by ASCII alone");
        assert_eq!(taken.free_instance("fieldhub"), "fieldhub", "a label is no instance");
    }

    #[test]
    fn a_name_fits_into_a_label_whatever_it_is() {
        let (mut taken, long) = (TakenNames::default(), "é".repeat(50));
        for _ in 0..30 {
            let (label, instance) = (taken.free_label(&"a".repeat(63)), taken.free_instance(&long));
            assert!(label.len() <= 63 && instance.len() <= 63, "{label} {instance}");
            taken.label(&label);
            taken.instance(&instance);
        }
        assert_eq!((taken.labels.len(), taken.instances.len()), (30, 30), "all of them different");
        assert_eq!(beside(&"a".repeat(63)).len(), 63);
        assert_eq!(beside("fieldhub"), "fieldhub-hub");
        assert_eq!([cut("été", 1), cut("été", 2), cut("a b", 2), cut("", 9)], ["", "é", "a", ""]);
    }

    #[test]
    fn one_of_two_gives_way() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert!(gives_way(b, a) && !gives_way(a, b));
    }
}
