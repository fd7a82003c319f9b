// A thread for each connection of the listener that forktail passes as descriptor 3; nothing is
// done at a stop signal, so that it ends the requests in the process.
use std::env;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::FromRawFd;
use std::process;
use std::thread;
use std::time::Duration;

extern "C" {
    fn raise(signal: i32) -> i32;
}

fn serve(mut connection: TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 65536];
    let count = connection.read(&mut buffer)?;
    let head = String::from_utf8_lossy(&buffer[..count]);
    match head.split(' ').nth(1) {
        Some("/slow") => thread::sleep(Duration::from_secs(2)),
        Some("/hang") => loop {
            thread::park()
        },
        // SAFETY: raise(3) takes no pointer.
        Some("/crash") => unsafe {
            raise(9);
        },
        _ => {}
    }
    let slot = env::var("FORKTAIL_SLOT").unwrap_or_default();
    let generation = env::var("FORKTAIL_GENERATION").unwrap_or_default();
    let body = format!("{} {} {}\n", slot, process::id(), generation);
    write!(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        body.len(),
        body
    )
}

fn main() {
    // SAFETY: descriptor 3 is the listener, and nothing else owns it.
    let listener = unsafe { TcpListener::from_raw_fd(3) };
    for connection in listener.incoming().flatten() {
        thread::spawn(|| serve(connection));
    }
}
