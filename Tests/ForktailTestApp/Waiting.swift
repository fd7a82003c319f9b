import Glibc

/// Waits that no signal cuts short: what a handler does that is busy.
enum Waiting {
    static func sleep(milliseconds: Int) {
        var rest = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        while withUnsafeMutablePointer(to: &rest, { nanosleep($0, $0) }) != 0 {}
    }

    static func forever(after unused: Int = 0) -> Never {
        while true { sleep(milliseconds: 1000 + unused % 2) }
    }

    static func spin() -> Never {
        while true {}
    }

    static func forFile(_ path: String) {
        while access(path, F_OK) != 0 { sleep(milliseconds: 2) }
    }

    static func create(_ path: String, text: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        _ = write(descriptor, text, text.utf8.count)
        close(descriptor)
    }
}
