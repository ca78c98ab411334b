//! stub
use crate::domain::site_clock::Quality;
use std::sync::Arc;
pub type SiteTime = Arc<dyn Fn() -> (u64, Quality) + Send + Sync>;
#[derive(Debug)]
pub enum Roots {
    System,
    Pem(Vec<u8>),
}
#[derive(Debug, thiserror::Error)]
#[error("stub")]
pub struct TlsError;
pub fn client_config(_: &Roots, _: SiteTime) -> Result<rustls::ClientConfig, TlsError> {
    Err(TlsError)
}
pub fn explain(_: &(dyn std::error::Error + 'static), _: &SiteTime) -> Option<String> {
    None
}
