import Forktail
import Glibc

/// What a handler can do to harm its own worker, the other workers and the arbiter.
enum Hostility {
    static func run(_ kind: String) -> Response {
        switch kind {
        case "kill-siblings": killSiblings()
        case "garbage":
            for _ in 0..<200 { writeGarbage() }
        case "close": closeAll()
        case "shut-down":
            (3..<64).filter { !isConnection($0) }.forEach { shutdown($0, Int32(SHUT_RDWR)) }
        case "scoreboard":
            let end = time(nil) + 11
            while time(nil) < end { Crashing.fillSharedMemory() }
            Crashing.raise(SIGKILL)
        case "damage-handler":
            damageCrashHandler()
            Crashing.raise(SIGSEGV)
        case "crash-in-threads":
            for _ in 0..<8 { crashInThread() }
            Waiting.forever()
        case "free-twice": freeTwice()
        case "crash-under-locks":
            lockStandardError()
            Crashing.raise(SIGSEGV)
        case "deaf":
            for number in [SIGABRT, SIGTERM, SIGINT, SIGQUIT] { signal(number, SIG_IGN) }
            Waiting.forever()
        case "escape":
            escape()
            Crashing.raise(SIGSEGV)
        default: break
        }
        return Response(text: "\(getpid())\n")
    }

    /// Kills the other children of the arbiter.
    private static func killSiblings() {
        let parent = getppid()
        guard let file = fopen("/proc/\(parent)/task/\(parent)/children", "r") else { return }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var room = 0
        getline(&line, &room, file)
        let text = line.map { String(cString: $0) } ?? ""
        for process in text.split(separator: " ").compactMap({ pid_t($0) })
        where process != getpid() {
            kill(process, SIGKILL)
        }
    }

    /// Writes random bytes into everything that is open and no connection of a client.
    private static func writeGarbage() {
        let bytes = (0..<4096).map { _ in UInt8.random(in: .min ... .max) }
        for number in Int32(3)..<64 where !isConnection(number) {
            var status = stat()
            // Its own log would lose its lines; the heartbeats and the arbiter's channel are not files.
            guard fstat(number, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { continue }
            var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
            if poll(&entry, 1, 0) == 1 { _ = write(number, bytes, bytes.count) }
        }
    }

    private static func isConnection(_ number: Int32) -> Bool {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(number, $0, &size) }
        }
        return result == 0 && address.ss_family == sa_family_t(AF_INET)
    }

    /// Closes descriptors that are not the handler's, its client's connection too.
    private static func closeAll() {
        for number in Int32(3)..<256 { close(number) }
    }

    /// Takes away the memory in which the crash handler finds the connections, so that it crashes.
    private static func damageCrashHandler() {
        guard let maps = fopen("/proc/self/smaps", "r") else { return }
        var line: UnsafeMutablePointer<CChar>?
        var room = 0
        var bounds: [UInt] = []
        while getline(&line, &room, maps) > 0, let text = line.map({ String(cString: $0) }) {
            if text.contains(" rw-p ") {
                bounds = text.prefix { $0 != " " }.split(separator: "-")
                    .compactMap { UInt($0, radix: 16) }
            } else if text.contains("-p ") || text.contains("-s ") || text.contains("w-s ") {
                bounds = []
            } else if text.hasPrefix("VmFlags:"), text.contains(" nr "), bounds.count == 2 {
                // SAFETY: nothing but the crash handler uses private memory without a reserve.
                mprotect(
                    UnsafeMutableRawPointer(bitPattern: bounds[0]),
                    Int(bounds[1] - bounds[0]),
                    PROT_NONE
                )
            }
        }
    }

    private static func crashInThread() {
        var thread = pthread_t()
        pthread_create(&thread, nil, { _ in Crashing.raise(SIGSEGV) }, nil)
    }

    /// Makes malloc(3) end the process.
    private static func freeTwice() -> Never {
        let block = malloc(24)
        // SAFETY: none; the second call finds what the first has left, and aborts.
        free(block)
        free(block)
        Crashing.raise(SIGABRT)
    }

    /// Takes the lock of stdio's standard error, which the message of a trap needs.
    private static func lockStandardError() {
        let place = dlsym(nil, "stderr")?.assumingMemoryBound(to: UnsafeMutablePointer<FILE>.self)
        if let place { flockfile(place.pointee) }
    }

    private typealias Fork = @convention(c) () -> pid_t

    /// Leaves a process that has a session of its own, keeps all that is open, and writes garbage
    /// for a second.
    private static func escape() {
        // SAFETY: the symbol is a function of this type.
        let fork = unsafeBitCast(dlsym(nil, "fork"), to: Fork.self)
        // Before it has a session of its own it dies with the worker.
        guard fork() == 0 else { return Waiting.forFile("escaped") }
        setsid()
        Waiting.create("escaped", text: "\(getpid())")
        // Not a number of rounds: the rounds of a busy machine may take longer than the test waits.
        let end = ContinuousClock.now + .seconds(1)
        while ContinuousClock.now < end {
            writeGarbage()
            Crashing.fillSharedMemory()
            Waiting.sleep(milliseconds: 10)
        }
        _exit(0)
    }
}
