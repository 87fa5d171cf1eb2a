//! A server on loopback that answers whatever a test wants: good answers, bad ones, and connections that break off.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// What came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Counted from 0.
    pub number: usize,
    pub method: String,
    /// With its query.
    pub path: String,
    /// As sent, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub at: SystemTime,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What goes back.
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// The bytes of the body that are sent before the connection is closed.
    torn: Option<usize>,
    /// Closed without an answer.
    reset: bool,
    delay: Duration,
}

impl Reply {
    pub fn new(status: u16, content: &str, body: impl Into<Vec<u8>>) -> Reply {
        let headers = vec![("content-type".to_owned(), content.to_owned())];
        Reply { status, headers, body: body.into(), torn: None, reset: false, delay: Duration::ZERO }
    }

    pub fn json(body: impl ToString) -> Reply {
        Reply::new(200, "application/json;charset=utf-8", body.to_string())
    }

    pub fn status(status: u16) -> Reply {
        Reply::new(status, "application/json", "")
    }

    pub fn reset() -> Reply {
        Reply { reset: true, ..Reply::status(200) }
    }

    pub fn torn(self, after: usize) -> Reply {
        Reply { torn: Some(after), ..self }
    }

    pub fn slow(self, delay: Duration) -> Reply {
        Reply { delay, ..self }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Reply {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }
}

/// Listens until the test ends.
pub struct Server {
    port: u16,
    log: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (answer, kept) = (Arc::new(answer), Arc::clone(&log));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, kept) = (Arc::clone(&answer), Arc::clone(&kept));
                std::thread::spawn(move || _ = serve(stream.unwrap(), &*answer, &kept));
            }
        });
        Server { port, log }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    pub fn log(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.log.lock().unwrap().len()
    }

    /// `text` without the port, which differs from run to run.
    pub fn without_port(&self, text: &str) -> String {
        text.replace(&format!(":{}", self.port), ":PORT")
    }
}

fn serve(
    mut stream: TcpStream,
    answer: &(dyn Fn(&Asked) -> Reply + Send + Sync),
    log: &Mutex<Vec<Asked>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Ok(()) };
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let asked = {
        let mut log = log.lock().unwrap();
        let body = String::from_utf8(body).unwrap();
        let asked = Asked { number: log.len(), method, path, headers, body, at: SystemTime::now() };
        log.push(asked.clone());
        asked
    };
    let reply = answer(&asked);
    std::thread::sleep(reply.delay);
    if !reply.reset {
        let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\ncontent-length: {}\r\n", reply.status, reply.body.len());
        for (name, value) in &reply.headers {
            head += &format!("{name}: {value}\r\n");
        }
        stream.write_all(format!("{head}\r\n").as_bytes())?;
        stream.write_all(&reply.body[..reply.torn.unwrap_or(reply.body.len())])?;
    }
    stream.shutdown(Shutdown::Both)
}

impl Server {
    /// A call for ids, as the connector makes it.
    pub fn asked_for_ids(&self) -> Asked {
        super::drain(super::people(&super::connect(self)));
        self.log().remove(0)
    }
}
