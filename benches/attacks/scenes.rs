//! Scenes: thirteen attacks, each on a hub of its own that was prepared for it.

use std::io::Read;
use std::process::Command;

use serde_json::{Value, json};

use crate::attackers::{Heard, ask, commented, made_up, make, noise, request_with, send, streams, trickle};
use crate::blocking::Blocking;
use crate::marks::{NOW, mark};
use crate::{BIG, MODULES, Scene};

const STATE: &str = "/api/v1/audits/big";

pub type Attack = (&'static str, fn(&Scene));
pub const ATTACKS: [Attack; 13] = [
    ("readers", readers),
    ("comments", comments),
    ("strangers", strangers),
    ("http2", http2),
    ("live", live),
    ("history", history),
    ("pages", pages),
    ("columns", columns),
    ("exports", exports),
    ("base", base),
    ("bodies", bodies),
    ("trickled", trickled),
    ("lists", lists),
];

fn comments(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    scene.play(&hub, |hub| {
        let mut heard = Heard::new();
        send(hub, BIG, (1..=MODULES).map(|n| commented(n, noise(n, 4_000))), &mut heard);
        heard.extend(ask(hub, &[STATE.to_owned()], 8, false));
        heard
    });
}

fn readers(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(n, noise(n, 20))), &mut Heard::new());
    scene.play(&hub, |hub| ask(hub, &[STATE.to_owned()], 8, false));
}

fn strangers(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(n, noise(n, 1_000))), &mut Heard::new());
    drop(hub);
    let hub = scene.hub(&["--access", "crew"], &[]);
    let program =
        std::env::var("FIELDHUB_BENCH_PROGRAM").unwrap_or(env!("CARGO_BIN_EXE_fieldhub").to_owned());
    let say = |args: &[&str]| {
        let said = Command::new(&program).args(args).arg("--data-dir").arg(&scene.dir).output().unwrap();
        assert!(said.status.success(), "{said:?}");
        String::from_utf8(said.stdout).unwrap()
    };
    say(&["audit", "open-v33", BIG]);
    let code: Value = serde_json::from_str(&say(&["crew", "code", "--json"])).unwrap();
    let who = json!({ "code": code["code"], "name": "Lea", "device_id": "dev_lea" }).to_string();
    let joined = Blocking::connect(&hub.hub.address).unwrap().call("POST", "/api/v1/join", &who).unwrap().1;
    let joined: Value = serde_json::from_str(&joined).unwrap();
    let updates = "/api/audit/big/updates?since=0".to_owned();
    let attack = |hub: &str| {
        let mut heard = ask(hub, std::slice::from_ref(&updates), 64, true);
        for (status, times) in ask(hub, &[updates], 64, false) {
            *heard.entry(status).or_default() += times;
        }
        heard
    };
    scene.play_beside(&hub, joined["token"].as_str().unwrap(), attack);
}

fn http2(scene: &Scene) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let tls = format!("127.0.0.1:{port}");
    let hub = scene.hub(&[], &[("FIELDHUB_TLS_MODE", "auto"), ("FIELDHUB_TLS_LISTEN", &tls)]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(n, noise(n, 100))), &mut Heard::new());
    let mut ca = request_with(&hub.hub.address, "/trust/fieldhub-ca.crt", "").unwrap();
    let mut answer = Vec::new();
    ca.read_to_end(&mut answer).unwrap();
    let body = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    scene.play(&hub, |_| streams(port, &answer[body..], STATE, 64));
}

fn live(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    let audits: Vec<String> = (0..16).map(|n| format!("a{n}")).collect();
    for audit in &audits {
        make(&hub.hub.address, audit, "20x20");
        send(&hub.hub.address, audit, (1..=400).map(|n| commented(n, noise(n, 4_000))), &mut Heard::new());
    }
    let path = format!("/api/v1/live?audit={}", audits.join("&audit="));
    scene.play(&hub, |hub| ask(hub, &[path], 16, true));
}

fn history(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(1, noise(n, 4_000))), &mut Heard::new());
    scene.play(&hub, |hub| ask(hub, &["/api/v1/audits/big/modules/M00001/history".to_owned()], 8, false));
}

fn pages(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(1, noise(n, 4_000))), &mut Heard::new());
    let ops = "/api/v1/audits/big/ops?limit=1000".to_owned();
    let peers = "/api/v1/peer/big/ops".to_owned();
    scene.play(&hub, |hub| ask(hub, &[ops, peers, "/api/v1/bundle".to_owned()], 48, true));
}

fn columns(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    let body = format!("module_id,string,position{}\n", ",".repeat(10_000_000));
    scene.play(&hub, |hub| {
        let mut heard = Heard::new();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..3)
                .map(|_| {
                    scope.spawn(|| {
                        let call = Blocking::connect(hub)
                            .and_then(|mut hub| hub.call("POST", "/api/v1/audits?name=x", &body));
                        call.map_or(0, |(status, _)| status)
                    })
                })
                .collect();
            for thread in threads {
                *heard.entry(thread.join().unwrap()).or_default() += 1;
            }
        });
        heard
    });
}

fn exports(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(n, noise(n, 500))), &mut Heard::new());
    let of = |format: &str| format!("/api/v1/audits/big/export?format={format}");
    scene.play(&hub, |hub| ask(hub, &[of("csv"), of("json")], 32, true));
}

fn base(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    let with_base = |n: usize| {
        let mut op = mark(&format!("M{n:05}"), "dead", "mallory", NOW);
        op["base"] = made_up(n).into();
        op
    };
    scene.play(&hub, |hub| {
        let mut heard = Heard::new();
        send(hub, BIG, (1..=MODULES).map(with_base), &mut heard);
        heard
    });
    drop(hub);
    let again = Scene { dir: scene.dir.clone(), name: "restarted" };
    let hub = again.hub(&[], &[]);
    again.play(&hub, |hub| ask(hub, &[STATE.to_owned()], 4, false));
}

/// Each as long as the hub takes it, or nearly.
fn long_bodies() -> Vec<String> {
    let body = |from: usize| {
        let ops: Vec<Value> =
            (from..from + 1_000).map(|n| commented(n + 1, noise(n, 4_000).replace('0', "é"))).collect();
        json!({ "ops": ops }).to_string()
    };
    (0..16).map(|n| body(n * 1_000)).collect()
}

/// The same bodies, of which nearly all comes and the end does not.
fn trickled(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    let bodies = long_bodies();
    scene.play(&hub, |hub| trickle(hub, "/api/v1/audits/big/ops", &bodies));
}

fn bodies(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    let bodies = long_bodies();
    scene.play(&hub, |hub| {
        let mut heard = Heard::new();
        std::thread::scope(|scope| {
            let call = |body| {
                Blocking::connect(hub).and_then(|mut hub| hub.call("POST", "/api/v1/audits/big/ops", body))
            };
            let threads: Vec<_> = bodies
                .iter()
                .map(|body| scope.spawn(move || call(body).map_or(0, |(status, _)| status)))
                .collect();
            for thread in threads {
                *heard.entry(thread.join().unwrap()).or_default() += 1;
            }
        });
        heard
    });
}

fn lists(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    for n in 0..2_000 {
        let token = format!("{}-{n}", "x".repeat(100));
        make(&hub.hub.address, &token, "1");
    }
    scene.play(&hub, |hub| ask(hub, &["/api/v1/audits".to_owned()], 64, true));
}
