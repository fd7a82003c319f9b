import Forktail
import Glibc

/// The ways in which a handler takes its worker down.
enum Crashing {
    /// Dies of a signal.
    static func raise(_ signal: Int32) -> Never {
        Glibc.raise(signal)
        Waiting.forever()
    }

    /// Calls itself until the stack is used up.
    static func recurse(_ depth: Int) -> Int {
        depth < 0 ? 0 : recurse(depth &+ 1) &+ depth
    }

    /// Fills all memory that it shares with the arbiter with garbage, and dies.
    static func scribble() -> Never {
        fillSharedMemory()
        kill(getpid(), SIGKILL)
        Waiting.forever()
    }

    static func fillSharedMemory() {
        guard let maps = fopen("/proc/self/maps", "r") else { return }
        defer { fclose(maps) }
        let random = open("/dev/urandom", O_RDONLY)
        var line: UnsafeMutablePointer<CChar>?
        var room = 0
        while getline(&line, &room, maps) > 0, let text = line.map({ String(cString: $0) }) {
            let bounds = text.prefix { $0 != " " }.split(separator: "-")
            guard text.contains(" rw-s "), let start = UInt(bounds[0], radix: 16),
                let end = UInt(bounds[1], radix: 16)
            else { continue }
            // SAFETY: the kernel has just named this range as writable.
            _ = read(random, UnsafeMutableRawPointer(bitPattern: start), Int(end - start))
        }
        close(random)
    }

    /// Crashes when a part of the answer is on its way.
    static func stream() -> Response {
        var isFirst = true
        return Response(contentType: "text/plain") {
            guard isFirst else { raise(SIGSEGV) }
            isFirst = false
            return Array("the beginning\n".utf8)
        }
    }
}
