//! stub
use hyper::Uri;
use hyper::header::HeaderValue;
#[derive(Debug, Clone)]
pub struct Proxy {
    pub uri: Uri,
    pub authorization: Option<HeaderValue>,
}
#[derive(Debug)]
pub struct Proxies;
impl Proxies {
    pub fn from_env(_: impl IntoIterator<Item = (String, String)>) -> Self {
        Self
    }
    pub fn of(&self, _: &Uri) -> Option<Proxy> {
        None
    }
}
