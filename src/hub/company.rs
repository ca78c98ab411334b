//! Company of the hub: who writes its reports, read and changed one at a time.
//!
//! Called by `http` and by `reports`; calls the engine, and the writer for the flush.

use super::Hub;
use crate::domain::Invalid;
use crate::domain::company::Company;
use crate::domain::image::SmallImage;
use crate::store::StoreError;

/// What is changed of it.
#[derive(Debug)]
pub enum CompanyChange {
    /// Its texts, all of them; the logo stays.
    Texts(Box<Company>),
    Logo(Option<SmallImage>),
}

#[derive(Debug, thiserror::Error)]
pub enum CompanyError {
    #[error(transparent)]
    Wrong(#[from] Invalid),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Hub {
    /// Empty where nobody has said anything.
    pub fn company(&self) -> Result<Company, StoreError> {
        Ok(Company::of_words(&self.engine.company()?).unwrap_or_default())
    }

    /// On the disk when this returns. Versions of reports have what was there when they were made.
    pub async fn change_company(&self, change: CompanyChange) -> Result<Company, CompanyError> {
        let _turn = self.company_turn.lock().await;
        let mut words = self.engine.company()?;
        let had = Company::of_words(&words).unwrap_or_default();
        let company = match change {
            CompanyChange::Texts(texts) => Company { logo: had.logo.clone(), ..*texts }.checked()?,
            CompanyChange::Logo(logo) => Company { logo, ..had.clone() },
        };
        // What a later version has said besides stays.
        words.retain(|name, _| !had.to_words().contains_key(name));
        words.extend(company.to_words());
        self.writer.set_company(words).await?;
        Ok(company)
    }
}
