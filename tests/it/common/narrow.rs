//! A link that lets so many bytes through and no more, that is cut at any moment, and that counts: a proxy before a hub. Used by the
//! tests of pictures between hubs, which so depend on no machine's speed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

/// More than any test sends.
const ALL: usize = 1 << 40;
const PIECE: usize = 4 << 10;

pub struct NarrowLink {
    pub address: SocketAddr,
    inner: Arc<Passing>,
}

struct Passing {
    to: SocketAddr,
    /// Bytes that may still go up.
    left: Semaphore,
    up: AtomicU64,
    cuts: watch::Sender<u64>,
    down: AtomicBool,
}

impl NarrowLink {
    /// It lets through what is allowed.
    pub async fn to(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Passing {
            to,
            left: Semaphore::new(0),
            up: AtomicU64::new(0),
            cuts: watch::channel(0).0,
            down: AtomicBool::new(false),
        });
        let passing = Arc::clone(&inner);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !passing.down.load(Ordering::SeqCst) {
                    tokio::spawn(Arc::clone(&passing).pass(client));
                }
            }
        });
        Self { address, inner }
    }

    pub fn allow(&self, bytes: usize) {
        self.inner.left.add_permits(bytes);
    }

    pub fn allow_all(&self) {
        self.allow(ALL);
    }

    /// What was allowed has gone up.
    pub fn is_used_up(&self) -> bool {
        self.inner.left.available_permits() < PIECE
    }

    /// Bytes that went up in all.
    pub fn up(&self) -> u64 {
        self.inner.up.load(Ordering::SeqCst)
    }

    /// All connections end, and none is taken until it is mended.
    pub fn cut(&self) {
        self.inner.down.store(true, Ordering::SeqCst);
        self.inner.cuts.send_modify(|cuts| *cuts += 1);
    }

    pub fn mend(&self) {
        self.inner.down.store(false, Ordering::SeqCst);
    }
}

impl Passing {
    async fn pass(self: Arc<Self>, client: TcpStream) {
        let mut cuts = self.cuts.subscribe();
        let Ok(hub) = TcpStream::connect(self.to).await else { return };
        let ((mut from_client, mut to_client), (mut from_hub, mut to_hub)) =
            (client.into_split(), hub.into_split());
        let upwards = async {
            let mut piece = vec![0; PIECE];
            while let Ok(read @ 1..) = from_client.read(&mut piece).await {
                let Ok(permits) = self.left.acquire_many(u32::try_from(read).unwrap()).await else { break };
                permits.forget();
                self.up.fetch_add(read as u64, Ordering::SeqCst);
                if to_hub.write_all(&piece[..read]).await.is_err() {
                    break;
                }
            }
        };
        let downwards = async { tokio::io::copy(&mut from_hub, &mut to_client).await };
        tokio::select! {
            () = upwards => {}
            _ = downwards => {}
            _ = cuts.changed() => {}
        }
    }
}
