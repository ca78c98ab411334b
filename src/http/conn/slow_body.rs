//! Request timeout for slow bodies: a request body that has to keep coming.
//!
//! `request` wraps every body in this. A client may pause for the grace; each byte earns it time to
//! pause anew, never more than the grace. So large bodies may take as long as they need, and a
//! byte a second does not hold a handler for long. Time in which nobody asks for more is not the
//! client's.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub struct TooSlow;

/// Whether that is why a body ended. Libraries wrap the errors of bodies in their own.
pub fn is<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source()).any(|error| error.is::<E>())
}

#[derive(Debug)]
pub struct SlowBody<B> {
    body: B,
    /// Bytes a second.
    pace: u32,
    grace: Duration,
    /// How long the client may still pause.
    left: Duration,
    /// Since when it pauses, and the timer.
    pause: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<B> SlowBody<B> {
    pub fn new(body: B, pace: u32, grace: Duration) -> Self {
        Self { body, pace, grace, left: grace, pause: None }
    }
}

impl<B> Body for SlowBody<B>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Unpin,
{
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            if let Some((since, _)) = this.pause.take() {
                this.left = this.left.saturating_sub(since.elapsed());
            }
            if let Some(data) = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
                let earned = data.len() as f64 / f64::from(this.pace.max(1));
                this.left = (this.left + Duration::from_secs_f64(earned)).min(this.grace);
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let left = this.left;
        let (_, timer) = this.pause.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
        timer.as_mut().poll(cx).map(|()| Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream::unfold;
    use http_body_util::{BodyExt, StreamBody};

    use super::*;

    /// `(bytes, pause before them)` again and again; how long it went on, and how much came.
    async fn send(bytes: usize, pause: Duration, times: usize) -> (Duration, usize, Option<bool>) {
        let chunks = unfold(0, move |sent| async move {
            if sent == times {
                return None;
            }
            tokio::time::sleep(pause).await;
            Some((Ok::<_, Infallible>(Frame::data(Bytes::from(vec![0; bytes]))), sent + 1))
        });
        let mut body = SlowBody::new(StreamBody::new(Box::pin(chunks)), 1_024, Duration::from_secs(10));
        let (start, mut came) = (Instant::now(), 0);
        while let Some(frame) = body.frame().await {
            match frame {
                Ok(frame) => came += frame.data_ref().map_or(0, Bytes::len),
                Err(error) => return (start.elapsed(), came, Some(is::<TooSlow>(&*error))),
            }
        }
        (start.elapsed(), came, None)
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_a_second_ends_soon_after_the_grace() {
        let (took, came, slow) = send(1, Duration::from_secs(1), 10_000).await;
        assert_eq!(slow, Some(true));
        assert!((9..=11).contains(&took.as_secs()) && came <= 11, "{took:?} {came}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_pace_is_enough_for_as_long_as_it_takes() {
        let (took, came, slow) = send(2_048, Duration::from_secs(2), 1_000).await;
        assert_eq!((took.as_secs(), came, slow), (2_000, 2_048_000, None));
    }

    #[tokio::test(start_paused = true)]
    async fn much_at_once_earns_no_long_pause() {
        let (took, _, slow) = send(10 << 20, Duration::from_secs(9), 3).await;
        assert_eq!((took.as_secs(), slow), (27, None));
        let (took, came, slow) = send(10 << 20, Duration::from_secs(11), 3).await;
        assert_eq!((took.as_secs(), came, slow), (10, 0, Some(true)));
    }
}
