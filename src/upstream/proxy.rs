//! stub, the other branch has it
use hyper::Uri;
use hyper::header::HeaderValue;
#[derive(Debug, Clone)]
pub struct Proxy {
    pub uri: Uri,
    pub authorization: Option<HeaderValue>,
}
