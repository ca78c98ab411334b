//! The program's HTTPS, seen by programs that others have written: openssl and curl. And with a certificate of one's
//! own, which is read again when it changes.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::program::{Serving, program, run};
use crate::common::wait::until;
use rcgen::{CertificateParams, KeyPair};
use rustix::process::Signal;

/// Whether it is there: with `CI` it has to be.
fn there_is(name: &str) -> bool {
    let found =
        Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    assert!(found || std::env::var_os("CI").is_none(), "{name} is missing: `make needed` installs it");
    if !found {
        println!("skipped: there is no {name} here; `make needed` installs it");
    }
    found
}

#[track_caller]
fn said(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {out}{err}");
    out.into_owned()
}

/// A hub with its own CA: the hub, `127.0.0.1:PORT` of HTTPS, and the file of its CA as /trust gives it.
fn serving(dir: &Path) -> (Serving, String, PathBuf) {
    let mut hub = Serving::start(&dir.join("data"), &["--tls", "auto", "--tls-listen", "127.0.0.1:0"]);
    let said_so = hub.read_to("Tablets trust it once they have installed");
    let secure = said_so.lines().find_map(|line| line.strip_prefix("HTTPS is at https://")).unwrap();
    assert!(said_so.contains(&format!("from http://{}/trust", hub.address)), "{said_so}");
    let ca = dir.join("ca.pem");
    said(
        Command::new("curl")
            .args(["-sSf", "-o"])
            .arg(&ca)
            .arg(format!("http://{}/trust/fieldhub-ca.pem", hub.address)),
    );
    (hub, secure.trim_end_matches('/').to_owned(), ca)
}

#[test]
fn openssl_finds_nothing_to_say_against_the_certificates() {
    if !there_is("openssl") || !there_is("curl") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (hub, secure, ca) = serving(dir.path());
    let leaf = dir.path().join("leaf.pem");
    let shown = said(Command::new("openssl").args(["s_client", "-connect", &secure, "-showcerts"]));
    let begin = shown.find("-----BEGIN").unwrap();
    let end = shown.find("-----END CERTIFICATE-----").unwrap() + "-----END CERTIFICATE-----\n".len();
    std::fs::write(&leaf, &shown[begin..end]).unwrap();
    for of in [
        ["-verify_ip", "127.0.0.1"],
        ["-verify_hostname", "fieldhub.local"],
        ["-verify_hostname", "localhost"],
    ] {
        let mut command = Command::new("openssl");
        command
            .args(["verify", "-x509_strict", "-purpose", "sslserver"])
            .args(of)
            .arg("-CAfile")
            .arg(&ca)
            .arg(&leaf);
        assert!(said(&mut command).contains("OK"));
    }
    let text = said(Command::new("openssl").args(["x509", "-noout", "-text", "-in"]).arg(&ca));
    for part in
        ["Name Constraints: critical", "IP:192.168.0.0/255.255.0.0", "DNS:local\n", "CA:TRUE, pathlen:0"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    // The fingerprint is the one that people compare.
    let print =
        said(Command::new("openssl").args(["x509", "-noout", "-fingerprint", "-sha256", "-in"]).arg(&ca));
    let print = print.trim().split_once('=').unwrap().1.to_owned();
    assert_eq!(hub.get("/api/v1/hub")["tls"]["ca_sha256"], print);
    let status = run(&dir.path().join("data"), &["status"]).good();
    assert!(status.contains(&print), "{status}");
}

#[test]
fn the_ca_can_sign_for_nobody_elses_name() {
    if !there_is("openssl") || !there_is("curl") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (_hub, _, ca) = serving(dir.path());
    // A thief of the hub's card has its key.
    let kept = std::fs::read_to_string(dir.path().join("data/https.ca")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(kept.split_once('\n').unwrap().1).unwrap();
    let key = dir.path().join("stolen.key");
    std::fs::write(&key, kept["key"].as_str().unwrap()).unwrap();
    for (name, good) in
        [("DNS:bank.example", false), ("IP:8.8.8.8", false), ("DNS:van.local", true), ("IP:10.0.0.9", true)]
    {
        let (request, leaf, with) = (dir.path().join("r"), dir.path().join("l"), dir.path().join("e"));
        std::fs::write(&with, format!("subjectAltName={name}\n")).unwrap();
        said(
            Command::new("openssl")
                .args(["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
                .args(["-nodes", "-subj", "/O=x", "-keyout", "/dev/null", "-out"])
                .arg(&request),
        );
        said(
            Command::new("openssl")
                .args(["x509", "-req", "-days", "30", "-in"])
                .arg(&request)
                .arg("-CA")
                .arg(&ca)
                .arg("-CAkey")
                .arg(&key)
                .arg("-extfile")
                .arg(&with)
                .arg("-out")
                .arg(&leaf),
        );
        let judged =
            Command::new("openssl").arg("verify").arg("-CAfile").arg(&ca).arg(&leaf).output().unwrap();
        assert_eq!(judged.status.success(), good, "{name}: {judged:?}");
        if !good {
            assert!(
                String::from_utf8_lossy(&judged.stderr).contains("permitted subtree violation"),
                "{judged:?}"
            );
        }
    }
}

#[test]
fn curl_speaks_every_version_with_the_hub() {
    if !there_is("curl") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (_hub, secure, ca) = serving(dir.path());
    for (version, spoken) in [("--http2", "2"), ("--http1.1", "1.1")] {
        for tls in [["--tlsv1.2", "--tls-max", "1.2"], ["--tlsv1.3", "--tls-max", "1.3"]] {
            let mut curl = Command::new("curl");
            curl.args(["-sSf", "-o", "/dev/null", "-w", "%{http_version}", version])
                .args(tls)
                .arg("--cacert")
                .arg(&ca);
            assert_eq!(said(curl.arg(format!("https://{secure}/healthz"))), spoken);
        }
    }
    let strange = Command::new("curl").args(["-sS", &format!("https://{secure}/healthz")]).output().unwrap();
    assert_eq!(strange.status.code(), Some(60), "without the CA there is no trust: {strange:?}");
}

/// A certificate of somebody's own, and its key, for localhost.
fn write_pair(dir: &Path, cert: &Path, key: &Path) -> String {
    let pair = KeyPair::generate().unwrap();
    let made = CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&pair).unwrap();
    let (new_cert, new_key) = (dir.join("new.pem"), dir.join("new.key"));
    std::fs::write(&new_cert, made.pem()).unwrap();
    std::fs::write(&new_key, pair.serialize_pem()).unwrap();
    std::fs::rename(new_cert, cert).unwrap();
    std::fs::rename(new_key, key).unwrap();
    made.pem()
}

/// What a handshake shows.
fn shown(secure: &str) -> Vec<u8> {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(std::sync::Arc::new(any::Any))
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    let mut tls = rustls::ClientConnection::new(std::sync::Arc::new(config), name).unwrap();
    let mut socket = TcpStream::connect(secure).unwrap();
    while tls.is_handshaking() {
        tls.complete_io(&mut socket).unwrap();
    }
    tls.peer_certificates().unwrap()[0].to_vec()
}

/// Looks at certificates without judging them.
mod any {
    use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use rustls::{DigitallySignedStruct, Error, SignatureScheme};

    #[derive(Debug)]
    pub struct Any;

    impl ServerCertVerifier for Any {
        fn verify_server_cert(
            &self,
            _: &CertificateDer<'_>,
            _: &[CertificateDer<'_>],
            _: &ServerName<'_>,
            _: &[u8],
            _: UnixTime,
        ) -> Result<ServerCertVerified, Error> {
            Ok(ServerCertVerified::assertion())
        }
        fn verify_tls12_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }
        fn verify_tls13_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }
        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
        }
    }
}

#[test]
fn a_certificate_of_ones_own_is_read_again_when_told() {
    let dir = tempfile::tempdir().unwrap();
    let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    let first = write_pair(dir.path(), &cert, &key);
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0"]);
    command
        .arg("--tls-cert")
        .arg(&cert)
        .arg("--tls-key")
        .arg(&key)
        .arg("--data-dir")
        .arg(dir.path().join("data"));
    let mut hub = Serving::spawn(command);
    let line = hub.read_to("HTTPS is at");
    let secure = line
        .lines()
        .last()
        .unwrap()
        .strip_prefix("HTTPS is at https://")
        .unwrap()
        .trim_end_matches('/')
        .to_owned();
    let der = |pem: &str| {
        use rustls::pki_types::pem::PemObject;
        rustls::pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
    };
    assert_eq!(shown(&secure), der(&first));
    let info = hub.get("/api/v1/hub");
    assert_eq!(
        (&info["tls"]["own_ca"], &info["tls"]["ca_sha256"]),
        (&false.into(), &serde_json::Value::Null)
    );
    let second = write_pair(dir.path(), &cert, &key);
    hub.signal(Signal::HUP);
    let deadline = Instant::now() + Duration::from_secs(20);
    while shown(&secure) != der(&second) {
        assert!(Instant::now() < deadline, "the new certificate is not shown");
    }
}

#[test]
fn a_pair_that_does_not_fit_is_said_and_taken_once_it_does() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| dir.path().join(name);
    write_pair(dir.path(), &file("a.pem"), &file("a.key"));
    write_pair(dir.path(), &file("b.pem"), &file("b.key"));
    let text = |path: PathBuf| path.to_str().unwrap().to_owned();
    let (cert, other) = (text(file("a.pem")), text(file("b.key")));
    let data = file("data");
    let args = ["--tls-cert", &cert, "--tls-key", &other, "--tls-listen", "127.0.0.1:0"];
    let hub = Serving::start(&data, &args);
    let info = hub.get("/api/v1/hub");
    assert!(info["tls"].is_null(), "nobody is sent where there is no certificate: {info}");
    let said = info["notices"].to_string();
    assert_eq!(info["notice_codes"], serde_json::json!(["https"]));
    assert!(said.contains("There is no HTTPS: ") && said.contains("b.key: this is not the key of"), "{said}");
    std::fs::copy(file("a.key"), &other).unwrap();
    hub.signal(Signal::HUP);
    until("the pair that fits is taken", || !hub.get("/api/v1/hub")["tls"].is_null());
    assert_eq!(hub.get("/api/v1/hub")["notices"], serde_json::json!([]));
    let both = run(&data, &["serve", "--tls", "auto", "--tls-cert", &cert, "--tls-key", &other]).bad(2);
    assert!(both.contains("tls.mode: "), "{both}");
}
