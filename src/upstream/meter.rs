//! stub
#[derive(Debug)]
pub struct Meter;
impl Meter {
    pub fn new(_: Option<u64>, _: Vec<crate::domain::Hours>) -> Self {
        Self
    }
    pub fn budget(&self) -> Option<u64> {
        None
    }
    pub fn may_push(&self, _: u64) -> Result<(), u64> {
        Ok(())
    }
    pub fn may_spend(&mut self, _: u64) -> Result<Option<u64>, u64> {
        Ok(None)
    }
    pub fn is_limited(&self) -> bool {
        false
    }
    pub fn has_passed(&mut self, _: u64, _: u64, _: u64) -> (u64, u64) {
        (0, 0)
    }
}
