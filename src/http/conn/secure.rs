//! TLS handshake: from a connection to HTTPS, in the time that a request's head has, and which HTTP is spoken then.
//!
//! Called by `accept`; calls rustls, `http1`, `http2`. Somebody who speaks plain HTTP here is told where they are.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::raw_answers::{self, RawAnswer};
use super::request::RequestContext;
use super::server::Server;
use super::{http1, http2};

/// The first byte of every handshake; no request begins with it.
const HANDSHAKE: u8 = 0x16;

enum Spoken {
    /// It has closed without a byte.
    Nothing,
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

pub async fn serve(
    server: Arc<Server>,
    stream: TcpStream,
    config: Arc<ServerConfig>,
    context: RequestContext,
) {
    let entered = tokio::select! {
        entered = tokio::time::timeout(server.limits.head_time, enter(stream, config)) => entered,
        () = context.slot.must_leave() => return,
        () = server.stopped() => return,
    };
    let failed = match entered {
        Ok(Ok(Spoken::Tls(stream))) => {
            return if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                http2::serve(server, *stream, context).await;
            } else {
                http1::serve(server, *stream, context).await;
            };
        }
        Ok(Ok(Spoken::Plain(mut stream))) => {
            return raw_answers::say(&mut stream, RawAnswer::Plain(context.door.local)).await;
        }
        Ok(Ok(Spoken::Nothing)) => return,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it took too long".to_owned(),
    };
    (server.served.on_handshake_failure)();
    tracing::debug!(address = %context.address, why = failed, "a TLS handshake failed");
}

async fn enter(stream: TcpStream, config: Arc<ServerConfig>) -> io::Result<Spoken> {
    let mut first = [0];
    if stream.peek(&mut first).await? == 0 {
        return Ok(Spoken::Nothing);
    }
    if first != [HANDSHAKE] {
        return Ok(Spoken::Plain(stream));
    }
    TlsAcceptor::from(config).accept(stream).await.map(|stream| Spoken::Tls(Box::new(stream)))
}
