//! HiBob over TLS: whose certificate is believed, and what is said of the others.
#![cfg(target_os = "linux")]

use super::unlimited;
use crate::tenant::{Tenant, as_service_user, said, tenant_with};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Output;
use std::sync::{Arc, Mutex};

/// A company's own authority, and a certificate that it signs.
struct Issued {
    authority: String,
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

/// For a host of this name, by an authority of that one. It has expired long ago where `expired`.
fn issued(name: &str, authority_name: &str, expired: bool) -> Issued {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.distinguished_name.push(DnType::CommonName, authority_name);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = authority.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(authority, key);
    let mut certificate = CertificateParams::new([name.to_owned()]).unwrap();
    if expired {
        certificate.not_after = date_time_ymd(2020, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let signed = certificate.signed_by(&key, &issuer).unwrap();
    Issued { authority: pem, certificate: signed.der().clone(), key: PrivateKeyDer::Pkcs8(key.serialize_der().into()) }
}

/// What a host heard: one entry a connection, with the protocol that was agreed on and what came over it.
type Heard = Arc<Mutex<Vec<(Option<String>, String)>>>;

/// Answers an empty list of fields to whoever believes its certificate. Gives its port.
fn host(issued: &Issued, protocol: &str) -> (u16, Heard) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let chain = vec![issued.certificate.clone()];
    let mut config = versions.with_no_client_auth().with_single_cert(chain, issued.key.clone_key()).unwrap();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let kept = Arc::clone(&heard);
    std::thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            kept.lock().unwrap().push((None, String::new()));
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), socket);
            let mut bytes = [0; 4096];
            let read = stream.read(&mut bytes).unwrap_or(0);
            let agreed = stream.conn.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
            if let Some(last) = kept.lock().unwrap().last_mut() {
                *last = (agreed, String::from_utf8_lossy(&bytes[..read]).into_owned());
            }
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]",
            );
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    (port, heard)
}

/// Fetches the fields from `https://localhost`, believing this authority.
fn fetch(tenant: &Tenant, port: u16, authority: &str) -> Output {
    let file = tenant.folder.path().join("authority.pem");
    std::fs::write(&file, authority).unwrap();
    let url = format!("https://localhost:{port}/v1");
    let mut command = tenant.stranger(&["fetch", "fields", "--base-url", &url, "--retries", "2", "--retry-wait", "1"]);
    as_service_user(&tenant.sandbox, command.env("SSL_CERT_FILE", file).env_remove("SSL_CERT_DIR"))
}

#[test]
fn a_host_whose_authority_this_machine_believes_is_called() {
    let (tenant, issued) = (tenant_with("", unlimited()), issued("localhost", "Example", false));
    let (port, heard) = host(&issued, "http/1.1");
    let output = fetch(&tenant, port, &issued.authority);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let heard = heard.lock().unwrap();
    assert_eq!((heard.len(), heard[0].0.as_deref()), (1, Some("http/1.1")));
    assert!(heard[0].1.starts_with("GET /v1/company/people/fields HTTP/1.1\r\nauthorization: Basic "), "{}", heard[0].1);
}

#[test]
fn a_host_that_speaks_http_2_is_spoken_to_so() {
    let (tenant, issued) = (tenant_with("", unlimited()), issued("localhost", "Example", false));
    let (port, heard) = host(&issued, "h2");
    fetch(&tenant, port, &issued.authority);
    let heard = heard.lock().unwrap();
    assert_eq!(heard[0].0.as_deref(), Some("h2"));
    assert!(heard[0].1.starts_with("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "{}", heard[0].1);
}

#[test]
fn a_certificate_that_is_not_to_be_believed_is_told_and_not_tried_again() {
    let tenant = tenant_with("", unlimited());
    let good = issued("localhost", "Example", false);
    let other = issued("localhost", "Another", false);
    let elsewhere = issued("elsewhere.example.test", "Example", false);
    let old = issued("localhost", "Example", true);
    for (issued, believed, why) in [
        (&good, &other, "comes from an authority that this machine does not trust"),
        (&elsewhere, &elsewhere, "is for a host of another name"),
        (&old, &old, "has expired, or this machine's clock is wrong"),
    ] {
        let (port, heard) = host(issued, "http/1.1");
        let output = fetch(&tenant, port, &believed.authority);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0), "{why}");
        let error = said(&output);
        let begin =
            format!("error: GET https://localhost:{port}/v1/company/people/fields: no connection: the host's certificate {why}");
        assert!(error.starts_with(&begin) && error.contains("SSL_CERT_FILE") && !error.contains("tried"), "{error}");
        // One handshake, and nothing after it.
        let heard: Vec<String> = heard.lock().unwrap().iter().map(|(_, text)| text.clone()).collect();
        assert_eq!(heard, [""], "{why}");
    }
}
