//! Route table: every route once, for the router, and for the document that describes it.
//!
//! Called by `http`. What the document is made of is large, and nothing that a running hub needs: the program brings the
//! finished one along (docs/openapi.json), and `tests/it/openapi.rs` holds it to what the handlers say of themselves.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::Response;
use axum::routing::MethodRouter;
use tokio::sync::watch;
use utoipa::Path;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::{PathItemExt, paste};

use super::{
    admin, around, assets, audits, backups, bundle, clock, closing, company, crew, export, health, history,
    join, layout, live, live_many, log_pages, measurements, notes, openapi, ops, peer, peer_photos,
    photo_blobs, photo_proposal, photo_variants, photos, poster, presence, preview, reports, serials, setup,
    tablet, trust, upstream, v33,
};
use crate::domain::page;
use crate::http::app::App;
use crate::http::conn::listener::Listeners;
use crate::http::error::ApiError;
use crate::http::guard::path::V33;
use crate::http::limits::Limits;
use crate::hub::Hub;

/// A code and a name: strangers need no more.
const JOIN_BODY: usize = 4 << 10;

/// Handlers under the addresses and methods that they say of themselves; those of one address stand in one line. With
/// `$described` also what else they say: a constant, so that a program that never asks for it does not have it.
macro_rules! routes {
    ($described:ident: $($($module:ident::$handler:ident),+;)+) => {{
        let mut router = Router::<App>::new();
        let mut document = OpenApiRouter::<App>::new();
        $(
            $(paste! {
                let path = $module::[<__path_ $handler>]::path();
                for method in $module::[<__path_ $handler>]::methods() {
                    let only = MethodRouter::new().on(method.to_method_filter(), $module::$handler);
                    router = router.route(&path, only);
                }
            })+
            if $described {
                document = document.routes(utoipa_axum::routes!($($module::$handler),+));
            }
        )+
        (router, document.into_openapi())
    }};
}

fn parts<const DESCRIBED: bool>(limits: &Limits) -> (Router<App>, [Document; 6]) {
    let (v33, v33_document) = routes! { DESCRIBED:
        v33::mark;
        v33::updates;
        v33::heartbeat;
        v33::technicians;
    };
    let (native, native_document) = routes! { DESCRIBED:
        admin::hub;
        audits::list, audits::create;
        preview::preview;
        preview::share;
        audits::show, audits::change, audits::remove;
        export::export;
        layout::show, layout::change;
        layout::plan;
        measurements::import;
        serials::import;
        log_pages::since, ops::apply;
        history::history;
        notes::since;
        reports::list, reports::make;
        closing::show;
        reports::show;
        company::show, company::change;
        company::logo, company::put_logo, company::remove_logo;
        photos::list;
        photos::of_hub;
        photos::verify;
        photo_proposal::propose;
        photos::remove_orphaned;
        photo_variants::make;
        live::live;
        live_many::live_many;
        presence::here;
        join::me, join::rename;
        join::renew;
        tablet::told;
        crew::list;
        crew::set;
        crew::code, crew::new_code;
        crew::lead_code, crew::new_lead_code;
        crew::viewer_code, crew::new_viewer_code;
        crew::admit_hub;
        crew::revoke_all;
        crew::rotate_key;
        crew::open_v33;
        poster::poster;
        setup::look;
        setup::try_upstream;
        upstream::list;
        upstream::sync;
        upstream::parked;
        upstream::retry;
        upstream::drop;
        admin::status;
        clock::show, clock::set;
        admin::new_identity;
        admin::backup;
        backups::list, backups::make;
        backups::told;
        health::healthz;
        health::metrics;
        trust::page;
        trust::der;
        trust::pem;
        trust::profile;
        trust::check;
        openapi::finished;
    };
    let (joining, joining_document) = routes! { DESCRIBED:
        join::join;
    };
    let (steps, steps_document) = routes! { DESCRIBED:
        photo_blobs::offset, photo_blobs::append, photo_blobs::picture;
    };
    let (peer, peer_document) = routes! { DESCRIBED:
        peer::state;
        peer::give, peer::take;
        peer::presence;
        peer_photos::lacking;
        bundle::remember;
    };
    // A database, and a bundle, is as large as it is.
    let (whole, whole_document) = routes! { DESCRIBED:
        admin::restore;
        bundle::export, bundle::import;
    };

    // The fallback must be inside the CORS layer: preflights are methods that the routes do not know.
    let wrong_method = || async { ApiError::method_not_allowed() };
    let router = Router::new()
        .merge(
            v33.method_not_allowed_fallback(wrong_method)
                .layer(DefaultBodyLimit::max(limits.body_v33))
                .layer(v33::cors()),
        )
        .merge(native.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::max(limits.body)))
        .merge(joining.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::max(JOIN_BODY)))
        .merge(
            steps.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::max(photo_blobs::MOST)),
        )
        .merge(peer.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::max(page::MAX_BYTES)))
        .merge(whole.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::disable()));
    (router, [v33_document, native_document, joining_document, steps_document, peer_document, whole_document])
}

/// The whole surface over a hub.
pub fn router(hub: Arc<Hub>) -> Router {
    // Nobody stops it: for commands in process, which have no live streams.
    let (_, stopping) = watch::channel(false);
    router_until(hub, &Limits::default(), stopping, Listeners::default())
}

pub fn router_until(
    hub: Arc<Hub>,
    limits: &Limits,
    stopping: watch::Receiver<bool>,
    listeners: Listeners,
) -> Router {
    let app = App::new(hub, limits, stopping, listeners);
    parts::<false>(limits)
        .0
        .fallback(elsewhere)
        .layer(axum::middleware::from_fn_with_state(app.clone(), around::every_handler))
        .with_state(app)
}

/// What no route has: an address of v3.3 that is none, or a file of the page.
async fn elsewhere(State(app): State<App>, request: Request) -> Response {
    if request.uri().path().starts_with(V33) {
        return v33::unknown(request).await;
    }
    assets::serve(&app.listeners, &request)
}

/// The machine-readable API, as the handlers describe it.
pub fn described() -> Document {
    openapi::put_together(parts::<true>(&Limits::default()).1)
}
