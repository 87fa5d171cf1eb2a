//! A PostgreSQL server of one's own: Debian's binaries, a temporary folder, a socket in it and a port on loopback.

use assert_cmd::cargo::cargo_bin;
use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};
use tempfile::TempDir;

/// The user `loader` comes in over TCP, with this password.
pub const PASSWORD: &str = "an-invented-pass";

/// Stopped when the last test that uses it is done.
pub struct Server {
    folder: TempDir,
    pub port: u16,
    databases: AtomicU32,
}

static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());

impl Server {
    /// The server that is running, or a new one.
    pub fn shared() -> Arc<Server> {
        let mut shared = SHARED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Server::start());
            *shared = Arc::downgrade(&server);
            server
        })
    }

    fn start() -> Server {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let server = Server { folder, port, databases: AtomicU32::new(0) };
        if is_root() {
            done(Command::new("chown").arg("postgres").args([server.folder.path(), &data]));
        }
        done(
            server
                .program("initdb")
                .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
                .arg(&data),
        );
        let authority = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        server.give("data/server.crt", &authority.cert.pem());
        server.give("data/server.key", &authority.signing_key.serialize_pem());
        server.give("data/pg_hba.conf", "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\nfsync = off\nssl = on\nmax_connections = 60\n",
            server.folder.path().display()
        );
        server.give("data/postgresql.auto.conf", &settings);
        let log = server.folder.path().join("log");
        done(server.program("pg_ctl").args(["start", "-w", "-t", "120", "-D"]).arg(&data).arg("-l").arg(log));
        server.sql("postgres", &format!("CREATE ROLE loader LOGIN PASSWORD '{PASSWORD}'"));
        server
    }

    /// The certificate that the server shows, and that nobody trusts.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("data/server.crt")
    }

    /// A file of the server's own user.
    fn give(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        if is_root() {
            done(Command::new("chown").arg("postgres").arg(&path));
        }
    }

    /// A program of the server's, which refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(if is_root() { "runuser" } else { "env" });
        if is_root() {
            command.args(["-u", "postgres", "--"]);
        }
        command.arg(binaries().join(name)).current_dir(self.folder.path());
        command
    }

    /// Runs statements over the socket, and returns the rows.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let mut command = Command::new(binaries().join("psql"));
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-c", sql]);
        command.arg("-h").arg(self.folder.path()).arg("-p").arg(self.port.to_string());
        done(&mut command)
    }

    /// A new database, as a copy of another one.
    pub fn database(&self, template: &str) -> String {
        let name = format!("d{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        name
    }

    pub fn drop_database(&self, name: &str) {
        self.sql("postgres", &format!("DROP DATABASE {name} WITH (FORCE)"));
    }

    /// The address of a database over the socket.
    pub fn socket(&self, database: &str) -> String {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}:{}/{database}", self.port)
    }

    /// The address of a database over TCP, for `loader`; `localhost` is who the certificate is for.
    pub fn tcp(&self, database: &str, password: &str, parameters: &str) -> String {
        format!("postgres://loader:{password}@localhost:{}/{database}?hostaddr=127.0.0.1{parameters}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        let _ = self.program("pg_ctl").args(["stop", "-m", "immediate", "-D"]).arg(data).output();
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// Debian's folder of the newest version.
fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed where these tests are switched on");
    let folders = versions.map(|version| version.unwrap().path().join("bin")).filter(|bin| bin.join("initdb").exists());
    folders.max().expect("PostgreSQL is installed where these tests are switched on")
}

/// What a program printed that must not fail. Its output goes to files, which a server that it leaves behind can hold on to.
fn done(command: &mut Command) -> String {
    let (out, err) = (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
    command.stdout(out.reopen().unwrap()).stderr(err.reopen().unwrap());
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {}", std::fs::read_to_string(err.path()).unwrap());
    std::fs::read_to_string(out.path()).unwrap().trim_end().to_owned()
}

/// The built program in a folder, with the address of a database where jobs look for it.
pub fn bobmap(folder: &Path, url: &str, arguments: &[&str]) -> Output {
    command(folder, url, arguments).output().unwrap()
}

pub fn command(folder: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin!("bobmap"));
    command.current_dir(folder).args(arguments).env("NO_COLOR", "1").env("COLUMNS", "100").env("PEOPLE_DATABASE", url);
    command
}
