//! Arrivals: photos of which a picture has come after their operation (from another hub, from a tablet that lost its link), for the live
//! feeds. In memory alone: whoever begins to listen reads what there is.
//!
//! Noted by the hub when a blob is whole; read by the live feeds, each from where it was.

use std::collections::{HashMap, VecDeque};

use parking_lot::Mutex;

use crate::domain::{OpId, Token};

/// Of an audit so many of the last are known: a feed that is further behind is told of those.
const LAST: usize = 512;

#[derive(Debug, Default)]
struct AuditArrivals {
    /// So many were there in all.
    count: u64,
    last: VecDeque<OpId>,
}

#[derive(Debug, Default)]
pub struct PictureArrivals(Mutex<HashMap<Token, AuditArrivals>>);

impl PictureArrivals {
    pub fn add(&self, token: &Token, photo: OpId) {
        let mut all = self.0.lock();
        let of = all.entry(token.clone()).or_default();
        of.count += 1;
        of.last.push_back(photo);
        if of.last.len() > LAST {
            of.last.pop_front();
        }
    }

    /// How many there were.
    pub fn count(&self, token: &Token) -> u64 {
        self.0.lock().get(token).map_or(0, |of| of.count)
    }

    /// Up to `most` of those after the first `seen`, each once, and how many are seen then.
    pub fn after(&self, token: &Token, seen: u64, most: usize) -> (Vec<OpId>, u64) {
        let all = self.0.lock();
        let Some(of) = all.get(token).filter(|of| of.count > seen) else { return (Vec::new(), seen) };
        let first = of.count - of.last.len() as u64;
        let seen = seen.max(first);
        let skip = usize::try_from(seen - first).unwrap_or(0);
        let (mut photos, mut upto) = (Vec::new(), seen);
        for photo in of.last.iter().skip(skip) {
            if !photos.contains(photo) {
                if photos.len() == most {
                    break;
                }
                photos.push(*photo);
            }
            upto += 1;
        }
        (photos, upto)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reader_is_told_once_and_of_the_last_ones_when_it_was_long_away() {
        let (arrivals, token) = (PictureArrivals::default(), Token::parse("jalibat").unwrap());
        assert_eq!(arrivals.after(&token, 0, 8), (Vec::new(), 0));
        let photos: Vec<OpId> = (0..600).map(|_| uuid::Uuid::now_v7()).collect();
        for photo in &photos[..3] {
            // Thumbnail and preview of one photo.
            arrivals.add(&token, *photo);
            arrivals.add(&token, *photo);
        }
        assert_eq!(arrivals.after(&token, 0, 2), (photos[..2].to_vec(), 4));
        assert_eq!(arrivals.after(&token, 4, 2), (vec![photos[2]], 6));
        assert_eq!(arrivals.after(&token, 6, 2), (Vec::new(), 6));
        photos.iter().for_each(|photo| arrivals.add(&token, *photo));
        let (told, upto) = arrivals.after(&token, 6, 1);
        assert_eq!((told, upto), (vec![photos[600 - LAST]], arrivals.count(&token) - LAST as u64 + 1));
    }
}
