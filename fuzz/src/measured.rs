//! What must hold of a device's measurements that were read: each fits into a property, and comes out of it as it went in.
//!
//! Called by `measured`; calls the reader, the limits, and the form of properties.

use std::collections::BTreeMap;

use fieldhub::domain::measurement::Measurement;
use fieldhub::domain::measurement::judge::MeasurementLimits;
use fieldhub::domain::measurement::read::read;
use fieldhub::domain::{Property, PropertyOf};

/// Read it as a file of any device, and as one whose columns were named.
pub fn check_measured(bytes: &[u8]) {
    let names = [("string", "S"), ("voc", "U"), ("riso", "R")]
        .map(|(field, head)| (field.to_owned(), head.to_owned()));
    let named = BTreeMap::from([("X".to_owned(), BTreeMap::from(names))]);
    for device in [None, Some("X")] {
        let Ok(file) = read(bytes, device, &named) else { continue };
        assert!(file.problems.iter().all(|one| one.line >= 1 && one.line <= 2 + bytes.len() as u64));
        for one in file.measurements {
            let value = one.measurement.to_value();
            let again = Measurement::from_value(&value).expect("it reads back");
            assert_eq!(again.to_value(), value, "and is the same");
            let limits = MeasurementLimits::default();
            assert_eq!(limits.judge(&again), limits.judge(&one.measurement), "it is judged by what is kept");
            let name = one.measurement.property_name(&value);
            let set = BTreeMap::from([(name, Some(value))]);
            let property = Property::new(PropertyOf::String(1), set).checked().expect("a property holds it");
            property.is_known().expect("and a tablet may send it");
        }
    }
}
