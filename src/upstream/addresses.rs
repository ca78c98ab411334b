//! stub
#[derive(Debug)]
pub struct Addresses;
impl Addresses {
    pub async fn changed(&mut self) {
        std::future::pending().await
    }
}
