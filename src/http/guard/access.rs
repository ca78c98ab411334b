//! Access control: makes a caller of each request, and lets in who may do what a handler asks.
//!
//! The accept loop (or a command in process) says where a request came from, the hub's crew whose
//! token it carries. A handler names what it asks of its caller by what it takes: [`Reads`],
//! [`Marks`], [`Leads`], [`Keeps`], [`Administers`]. `tests/it/roles.rs` holds the whole table.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};

use super::caller::{Caller, Need};
use super::costs::{self, Cost};
use super::origin;
use super::path::AuditPath;
use crate::http::app::App;
use crate::http::conn::answer_memory::AnswerAccount;
use crate::http::conn::connections::{PlaceProof, Slot};
use crate::http::conn::door::Peer;
use crate::http::error::ApiError;
use crate::hub::Hub;
use crate::hub::crew::{Crew, Session};

impl FromRequestParts<App> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get().copied();
        Ok(match (peer, app.hub.crew()) {
            (Some(Peer::Administrator), _) => Caller::Admin,
            (Some(Peer::Network(address)), None) => {
                belongs(parts);
                Caller::Open { address }
            }
            (Some(Peer::Network(address)), Some(crew)) => match bearer(parts, &crew.cookie_name()) {
                None => Caller::Stranger { address, why: None },
                Some(token) => match app.hub.session(crew, token) {
                    Ok(session) => {
                        let session = Arc::new(session);
                        prove(parts, &session, &app.hub);
                        belongs(parts);
                        Caller::Member(session)
                    }
                    Err(why) => Caller::Stranger { address, why: Some(why) },
                },
            },
            // Nobody said where it came from: the least of rights.
            (None, _) => Caller::Stranger { address: Ipv4Addr::UNSPECIFIED.into(), why: None },
        })
    }
}

/// The token of a request: its `Authorization`, or else its cookie.
pub fn bearer<'p>(parts: &'p Parts, cookie: &str) -> Option<&'p str> {
    if let Some(token) = authorization(&parts.headers) {
        return Some(token);
    }
    let reads = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    // Browsers add cookies to requests that other pages make. To write, the page must be ours.
    let names_ours =
        parts.headers.contains_key(header::ORIGIN) && origin::is_own(&parts.headers, parts.uri.authority());
    if !reads && !names_ours {
        return None;
    }
    let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    // That of TLS comes over TLS alone, and who came in there stays who they are.
    let over_tls = over_tls(cookie);
    let mut plain = None;
    for (name, token) in pairs {
        if name == over_tls {
            return Some(token);
        }
        if name == cookie {
            plain = plain.or(Some(token));
        }
    }
    plain
}

/// The cookie's name over TLS. Browsers let nobody set one of this name who did not come over TLS from this very host.
pub fn over_tls(cookie: &str) -> String {
    format!("__Host-{cookie}")
}

/// What is after `Bearer`; empty when there is an `Authorization` of another kind.
pub fn authorization(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    Some(if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" })
}

/// The caller is one of those whom this hub is for: strangers leave room for them.
fn belongs(parts: &Parts) {
    if let Some(account) = parts.extensions.get::<AnswerAccount>() {
        account.belongs();
    }
}

/// The request's connection belongs to somebody who may be here, for as long as the session is good.
fn prove(parts: &Parts, session: &Arc<Session>, hub: &Arc<Hub>) {
    let Some(place) = parts.extensions.get::<Arc<Slot>>() else { return };
    let key = session.claims.jti.as_u128();
    place.prove(key, || {
        let (session, hub) = (Arc::clone(session), Arc::downgrade(hub));
        PlaceProof {
            key,
            who: Some(session.member.technician.as_str().into()),
            vouches: true,
            still: Box::new(move || {
                let Some(hub) = hub.upgrade() else { return false };
                hub.crew().is_some_and(|crew| crew.recheck(&session, hub.moment()).is_ok())
            }),
        }
    });
}

/// What the route costs whoever is let in.
fn pay(parts: &Parts, app: &App, caller: &Caller) -> Result<(), ApiError> {
    match costs::of(parts) {
        Some(Cost::One(kind)) => app.rates.take(kind, caller, parts.extensions.get().copied(), 1),
        Some(Cost::Counted(_) | Cost::Command) | None => Ok(()),
    }
}

/// Whom a request was let in for, and to what. Its body may take hours to come, and is worth nothing from
/// somebody who was sent away meanwhile: `body` asks again when it is there.
#[derive(Debug, Clone)]
pub struct LetIn {
    caller: Caller,
    need: Need,
}

impl LetIn {
    fn note(parts: &mut Parts, caller: &Caller, need: Need) {
        parts.extensions.insert(LetIn { caller: caller.clone(), need });
    }

    pub fn still(&self, hub: &Hub) -> Result<(), ApiError> {
        self.caller.still_may(self.need, hub)
    }
}

/// Reads audits.
#[derive(Debug)]
pub struct Reads(pub Caller);
/// Marks modules.
#[derive(Debug)]
pub struct Marks(pub Caller);
/// Makes, changes, exports and removes audits.
#[derive(Debug)]
pub struct Leads(pub Caller);
/// Looks after the hub and its crew.
#[derive(Debug)]
pub struct Keeps(pub Caller);
/// The `fieldhub` command.
#[derive(Debug)]
pub struct Administers;

macro_rules! callers {
    ($($name:ident: $need:ident, $make:expr);*) => {$(
        impl FromRequestParts<App> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
                let Ok(caller) = Caller::from_request_parts(parts, app).await;
                caller.may(Need::$need)?;
                pay(parts, app, &caller)?;
                LetIn::note(parts, &caller, Need::$need);
                Ok($make(caller))
            }
        }
    )*};
}

callers!(
    Reads: Read, Reads;
    Marks: Mark, Marks;
    Leads: Lead, Leads;
    Keeps: Keep, Keeps;
    Administers: Administer, |_| Administers
);

/// Reads over v3.3: also a stranger, on an audit that was opened to v3.3 clients.
#[derive(Debug)]
pub struct ReadsV33(pub Caller);
/// Marks over v3.3, alike.
#[derive(Debug)]
pub struct MarksV33(pub Caller);

impl FromRequestParts<App> for ReadsV33 {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        over_v33(parts, app, Need::Read).await.map(Self)
    }
}

impl FromRequestParts<App> for MarksV33 {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        over_v33(parts, app, Need::Mark).await.map(Self)
    }
}

async fn over_v33(parts: &mut Parts, app: &App, need: Need) -> Result<Caller, ApiError> {
    let Ok(caller) = Caller::from_request_parts(parts, app).await;
    let Err(refused) = caller.may(need) else {
        pay(parts, app, &caller)?;
        LetIn::note(parts, &caller, need);
        return Ok(caller);
    };
    // A token that is no longer good is refused aloud: its tablet would go on under another name.
    if let (Caller::Stranger { why: None, .. }, Some(crew)) = (&caller, app.hub.crew()) {
        // A token out of form opens nothing, and need not be told from one that is not open.
        if let Ok(AuditPath(token)) = AuditPath::from_request_parts(parts, app).await
            && crew.is_open_v33(&token)
        {
            pay(parts, app, &caller)?;
            if let Some(place) = parts.extensions.get::<Arc<Slot>>() {
                place.prove(0, PlaceProof::of_stranger);
            }
            return Ok(caller);
        }
    }
    Err(refused)
}

/// The crew, or why there is none.
pub fn crew(app: &App) -> Result<&Arc<Crew>, ApiError> {
    app.hub.crew().ok_or_else(ApiError::open_hub)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn an_authorization_wins_over_a_cookie_and_another_scheme_is_no_token() {
        let of = |method: Method, pairs: &[(&'static str, &'static str)]| {
            let mut request = axum::http::Request::new(());
            *request.method_mut() = method;
            *request.headers_mut() = headers(pairs);
            bearer(&request.into_parts().0, "fieldhub-1").map(str::to_owned)
        };
        let token = |text: &str| Some(text.to_owned());
        assert_eq!(of(Method::GET, &[]), None);
        assert_eq!(of(Method::GET, &[("authorization", "bearer a.b.c")]), token("a.b.c"));
        assert_eq!(of(Method::GET, &[("authorization", "Basic xyz"), ("cookie", "fieldhub-1=c")]), token(""));
        assert_eq!(of(Method::GET, &[("cookie", "x=1; fieldhub-1=c; fieldhub-2=d")]), token("c"));
        let both = [("cookie", "fieldhub-1=c; __Host-fieldhub-1=t; fieldhub-1=d; __Host-fieldhub-2=u")];
        assert_eq!(of(Method::GET, &both), token("t"));
        assert_eq!(of(Method::GET, &[("cookie", "fieldhub-1=c; fieldhub-1=d")]), token("c"));
        assert_eq!(of(Method::POST, &[("cookie", "fieldhub-1=c")]), None, "a write with no origin");
        let ours = [("cookie", "fieldhub-1=c"), ("host", "hub.lan:80"), ("origin", "http://hub.lan:80")];
        assert_eq!(of(Method::POST, &ours), token("c"));
        let theirs = [("cookie", "fieldhub-1=c"), ("host", "hub.lan:80"), ("origin", "http://hub.lan:81")];
        assert_eq!(of(Method::POST, &theirs), None);
    }
}
