//! Degraded mode: what the hub was to have and cannot get now, a file that it may not read for one. It runs all the same, says
//! so in its notices, and takes what it lacks once that is there.
//!
//! Said by `cli`, which reads these files; told by `notice`. What is kept about the crew the crew reads itself.

use std::collections::BTreeMap;

use parking_lot::Mutex;

use super::Hub;
use super::access::change;

/// What the hub was to have and has not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    Https,
    Wifi,
    /// By its name.
    Upstream(String),
}

/// A sentence for each thing that is lacking, by what that is.
#[derive(Debug, Default)]
pub struct Lacks(Mutex<BTreeMap<Lack, String>>);

impl Lacks {
    /// What is lacking, each with its sentence.
    pub fn all(&self) -> Vec<(Lack, String)> {
        self.0.lock().iter().map(|(lack, sentence)| (lack.clone(), sentence.clone())).collect()
    }
}

impl Hub {
    /// A sentence for those who look after the hub, there until `None` is said of the same thing. It is logged when it is news.
    pub fn say_lack(&self, lack: Lack, sentence: Option<String>) {
        let mut lacks = self.lacks.0.lock();
        match sentence {
            Some(sentence) => {
                if lacks.get(&lack) != Some(&sentence) {
                    tracing::error!("{sentence}");
                    lacks.insert(lack, sentence);
                }
            }
            None => {
                if lacks.remove(&lack).is_some() {
                    tracing::info!(?lack, "the hub has what it lacked");
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
