//! Degraded mode: what the hub was to have and cannot get now, a file that it may not read for one. It runs all the same, says
//! so in its notices, and takes what it lacks once that is there.
//!
//! Said by `cli`, which reads these files; told by `notice`. What is kept about the crew the crew reads itself.

use std::collections::BTreeMap;

use parking_lot::Mutex;

use super::Hub;
use super::access::change;

/// A sentence for each thing that is lacking, by what that is.
#[derive(Debug, Default)]
pub struct Lacks(Mutex<BTreeMap<String, String>>);

impl Lacks {
    /// What is lacking, each with its sentence.
    pub fn all(&self) -> Vec<(String, String)> {
        self.0.lock().iter().map(|(what, sentence)| (what.clone(), sentence.clone())).collect()
    }
}

impl Hub {
    /// A sentence for those who look after the hub, there until `None` is said of the same thing. It is logged when it is news.
    pub fn say_lack(&self, what: &str, sentence: Option<String>) {
        let mut lacks = self.lacks.0.lock();
        match sentence {
            Some(sentence) => {
                if lacks.get(what) != Some(&sentence) {
                    tracing::error!("{sentence}");
                    lacks.insert(what.to_owned(), sentence);
                }
            }
            None => {
                if lacks.remove(what).is_some() {
                    tracing::info!(what, "the hub has what it lacked");
                }
            }
        }
    }

    /// Takes what is kept about the crew, if that could not be read and can be now.
    pub async fn look_again(&self) {
        let Some(crew) = self.crew.as_ref().filter(|crew| crew.is_in_memory()) else { return };
        if let Err(error) = change(crew, |crew| crew.look_again()).await {
            tracing::warn!(%error, "what is kept about the crew cannot be taken yet");
        }
    }
}
