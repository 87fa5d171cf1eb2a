//! Accounts of ActivTrak's HR Data Connector on loopback: one for each key, with the files that it has taken. A file that does not
//! arrive whole is none.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

type Files = Arc<Mutex<HashMap<String, Vec<String>>>>;

/// Listens until the tests end.
pub struct Accounts {
    port: u16,
    files: Files,
}

impl Accounts {
    pub fn start() -> Arc<Accounts> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let accounts = Accounts { port: listener.local_addr().unwrap().port(), files: Files::default() };
        let files = Arc::clone(&accounts.files);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let files = Arc::clone(&files);
                // A client that is killed breaks off.
                std::thread::spawn(move || _ = serve(stream.unwrap(), &files));
            }
        });
        Arc::new(accounts)
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A new account that has taken what another one has.
    pub fn copy(&self, of: &str) -> String {
        let mut files = self.files.lock().unwrap();
        let key = format!("key-{}", files.len());
        let taken = files.get(of).cloned().unwrap_or_default();
        files.insert(key.clone(), taken);
        key
    }

    /// The files that an account has taken.
    pub fn files(&self, key: &str) -> Vec<String> {
        self.files.lock().unwrap()[key].clone()
    }
}

fn serve(mut stream: TcpStream, files: &Files) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut key, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some(("x-api-key", value)) => key = value.to_owned(),
            Some(("content-length", value)) => length = value.parse().unwrap_or(0),
            None if line.trim().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body);
    let file = body.split_once("\r\n\r\n").and_then(|(_, rest)| rest.rsplit_once("\r\n--")).map(|(file, _)| file.to_owned());
    if let (Some(file), Some(taken)) = (file, files.lock().unwrap().get_mut(&key)) {
        taken.push(file);
    }
    let answer =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 16\r\nconnection: close\r\n\r\n{\"success\":true}";
    stream.write_all(answer.as_bytes())
}
