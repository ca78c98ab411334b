//! HTTP client over the Unix socket: how commands speak to the running hub, or to a hub opened in this process.
//! Either way the same router answers, so that a command cannot tell the difference.
//!
//! Called by every command; calls hyper, or `hub` and `http`.

use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Method, Request, header};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::UnixStream;
use tower::ServiceExt;

use super::machine::fingerprint;
use super::serve::supervisor;
use super::serve::surroundings::HubSite;
use super::{WrongUse, bounds, owner, print};
use crate::config::Config;
use crate::http::{self, Peer};
use crate::hub::{Hub, HubConfig, HubError, SystemClock};

/// The socket in the data directory.
pub const SOCKET: &str = "fieldhub.sock";
/// How long a command waits while another one, or a hub that starts or stops, has the data.
const PATIENCE: Duration = Duration::from_secs(3);

pub const NOT_EXPECTED: &str = "the hub's answer is not what this version expects";

/// A hub answers in milliseconds, and on a card that is worn out in a second.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

pub type ClientBody = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

pub fn no_body() -> ClientBody {
    full(Bytes::new())
}

pub fn full(bytes: impl Into<Bytes>) -> ClientBody {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// An answer of the API; its body may be read as it comes.
pub struct HubResponse {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: ClientBody,
}

impl HubResponse {
    /// The answer, if it is a good one; else an error that says what the hub says.
    pub async fn checked(self) -> anyhow::Result<Self> {
        if self.status < 400 {
            return Ok(self);
        }
        let status = self.status;
        let text = self.bytes().await?;
        let said = serde_json::from_slice::<Value>(&text).ok();
        let said = said.as_ref().and_then(|answer| answer["error"].as_str());
        Err(anyhow!("{}", said.map_or_else(|| format!("the hub answered {status}"), str::to_owned)))
    }

    pub async fn bytes(self) -> anyhow::Result<Bytes> {
        let collected = self.body.collect().await.map_err(|e| anyhow!("the hub's answer broke off: {e}"))?;
        Ok(collected.to_bytes())
    }

    pub async fn json(self) -> anyhow::Result<Value> {
        self.read().await
    }

    pub async fn read<T: DeserializeOwned>(self) -> anyhow::Result<T> {
        let bytes = self.checked().await?.bytes().await?;
        serde_json::from_slice(&bytes).context(NOT_EXPECTED)
    }
}

/// The hub, wherever it runs.
pub struct HubClient(Transport);

enum Transport {
    Socket(PathBuf),
    InProcess(Arc<Hub>, http::Router),
}

impl HubClient {
    /// `makes` is for commands that may begin a new data directory; to others a directory that is
    /// not there is a mistake in writing.
    pub async fn open(config: &Config, makes: bool) -> anyhow::Result<Self> {
        let dir = &config.data_dir;
        if !makes && !dir.exists() {
            let dir = dir.display();
            return Err(anyhow!("there is no data directory {dir}; give the hub's with --data-dir"));
        }
        let socket = dir.join(SOCKET);
        let deadline = Instant::now() + PATIENCE;
        let owner = owner::other(dir);
        loop {
            match (UnixStream::connect(&socket).await, &owner) {
                (Ok(_), _) => return Ok(Self(Transport::Socket(socket))),
                (Err(error), Some(owner)) if error.kind() == io::ErrorKind::PermissionDenied => {
                    return Err(owner::not_allowed(dir, owner));
                }
                (Err(_), Some(owner)) if Instant::now() >= deadline => {
                    return Err(owner::not_running(dir, owner));
                }
                (Err(_), Some(_)) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
                (Err(_), None) => {}
            }
            match open_hub(config) {
                Ok(hub) => {
                    // Where it will be found, for those who ask for a link to join with.
                    let (around, problem) = HubSite::of_config(config).look();
                    hub.say_surroundings(around);
                    if let Err(problem) = problem {
                        print::aside(&format!("warning: {problem:#}: codes and posters leave the Wi-Fi out"));
                    }
                    return Ok(Self::in_process(hub));
                }
                Err(HubError::InUse { .. }) if Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(HubError::InUse { path, holder }) => {
                    return Err(anyhow!(
                        "{} is in use by {holder}, which does not answer on its socket: wait until it has \
                         started, or stop it",
                        path.display()
                    ));
                }
                Err(other) => return Err(other.into()),
            }
        }
    }

    /// Whatever answers on that socket.
    pub fn at(socket: &Path) -> Self {
        Self(Transport::Socket(socket.to_owned()))
    }

    /// A hub that runs, for what only such a one has.
    pub async fn of_running(config: &Config) -> anyhow::Result<Self> {
        let socket = config.data_dir.join(SOCKET);
        let dir = &config.data_dir;
        match (UnixStream::connect(&socket).await, owner::other(dir)) {
            (Ok(_), _) => Ok(Self(Transport::Socket(socket))),
            (Err(error), Some(owner)) if error.kind() == io::ErrorKind::PermissionDenied => {
                Err(owner::not_allowed(dir, &owner))
            }
            (Err(_), Some(owner)) => Err(owner::not_running(dir, &owner)),
            (Err(_), None) => Err(anyhow!("no hub runs on {}; `fieldhub serve` starts it", dir.display())),
        }
    }

    pub fn in_process(hub: Arc<Hub>) -> Self {
        let router = http::router(Arc::clone(&hub));
        Self(Transport::InProcess(hub, router))
    }

    pub async fn request(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: ClientBody,
    ) -> anyhow::Result<HubResponse> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "fieldhub");
        if !content_type.is_empty() {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        self.send(request.body(body)?).await
    }

    /// The next bytes of a picture (resumable upload): from which on, and whether they are the last ones.
    pub async fn append(
        &self,
        path: &str,
        from: u64,
        last: bool,
        bytes: Vec<u8>,
    ) -> anyhow::Result<HubResponse> {
        let request = Request::builder().method(Method::PATCH).uri(path).header(header::HOST, "fieldhub");
        let request = request
            .header(header::CONTENT_TYPE, "application/partial-upload")
            .header("upload-offset", from)
            .header("upload-complete", if last { "?1" } else { "?0" });
        self.send(request.body(full(bytes))?).await
    }

    async fn send(&self, mut request: Request<ClientBody>) -> anyhow::Result<HubResponse> {
        match &self.0 {
            Transport::Socket(socket) => {
                over_socket(socket, request).await.context("the hub stopped answering; see its log")
            }
            Transport::InProcess(_, router) => {
                request.extensions_mut().insert(Peer::Administrator);
                let (head, body) = router.clone().oneshot(request).await?.into_parts();
                let body = body.map_err(Into::into).boxed_unsync();
                Ok(HubResponse { status: head.status.as_u16(), headers: head.headers, body })
            }
        }
    }

    pub async fn get(&self, path: &str) -> anyhow::Result<HubResponse> {
        self.request(Method::GET, path, "", no_body()).await
    }

    /// JSON from a hub that may hang: an error then, soon.
    pub async fn ask<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let answer = async { self.get(path).await?.read().await };
        let answer = tokio::time::timeout(ANSWERS_WITHIN, answer).await;
        answer.unwrap_or_else(|_| Err(anyhow!("the hub does not answer: it hangs or is very busy")))
    }

    /// Or an error, where this process cannot read what is kept about the crew: a code of a crew in memory is gone with it.
    pub async fn with_its_crew(self) -> anyhow::Result<Self> {
        let notice = match &self.0 {
            Transport::InProcess(hub, _) => {
                hub.crew().filter(|crew| crew.is_in_memory()).and_then(|crew| crew.notice())
            }
            Transport::Socket(_) => None,
        };
        let Some(notice) = notice else { return Ok(self) };
        self.close().await;
        Err(anyhow!("{notice}"))
    }

    /// Whether a hub runs, rather than only its data being opened here.
    pub fn running(&self) -> bool {
        matches!(self.0, Transport::Socket(_))
    }

    pub async fn close(self) {
        if let Transport::InProcess(hub, _) = self.0 {
            hub.close().await;
        }
    }
}

async fn over_socket(socket: &Path, request: Request<ClientBody>) -> anyhow::Result<HubResponse> {
    let stream = TokioIo::new(UnixStream::connect(socket).await?);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
    // Ends with the answer; what fails there fails the request as well.
    tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await?.into_parts();
    let body = body.map_err(Into::into).boxed_unsync();
    Ok(HubResponse { status: head.status.as_u16(), headers: head.headers, body })
}

/// Open the hub in this process: what `serve` runs, and what commands use when nothing runs.
pub fn open_hub(config: &Config) -> Result<Arc<Hub>, HubError> {
    // Its place is one of the facts about the machine. What stands in the way the hub says itself.
    let _ = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.data_dir);
    let hub = HubConfig {
        data_dir: config.data_dir.clone(),
        name: config.name.clone(),
        updates_overlap: config.updates_overlap,
        snapshot_every: config.snapshot_every,
        min_free_bytes: config.min_free_bytes,
        access: config.access,
        session: config.session,
        signing_key: config.signing_key.clone(),
        machine: fingerprint::of(Path::new("/"), &config.data_dir),
        bounds: bounds::of(&config.limits),
        photos: bounds::of_photos(config),
        opening: supervisor::working,
    };
    Hub::open(hub, Arc::new(SystemClock::new()))
}

/// A socket's path has a fixed room in the kernel.
pub fn check_socket_path(socket: &Path) -> anyhow::Result<()> {
    const ROOM: usize = 107;
    if socket.as_os_str().len() <= ROOM {
        return Ok(());
    }
    let path = socket.display();
    Err(WrongUse(format!(
        "{path}: the path of a socket has at most {ROOM} bytes; choose a shorter --data-dir"
    ))
    .into())
}

/// Remove what a hub that was killed has left.
pub fn remove_stale(socket: &Path) -> io::Result<()> {
    match std::fs::remove_file(socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
