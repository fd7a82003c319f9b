import Glibc

/// What /proc says about processes: proc(5).
enum ProcessTable {
    /// One line of /proc/PID/stat.
    struct Entry {
        let process: pid_t
        let state: Character
        let parent: pid_t
        /// User and system time.
        let ticks: Int
    }

    static var processes: [pid_t] {
        TemporaryDirectory.names(in: "/proc").compactMap { pid_t($0) }
    }

    static func entry(_ process: pid_t) -> Entry? {
        let line = text(of: "/proc/\(process)/stat")
        // The name may hold anything, a closing parenthesis too.
        guard let end = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let state = fields[0].first, let parent = pid_t(fields[1]),
            let user = Int(fields[11]), let system = Int(fields[12])
        else { return nil }
        return Entry(process: process, state: state, parent: parent, ticks: user + system)
    }

    /// All children of a process, those that wait to be reaped too.
    ///
    /// To look at every process of the machine for them would be most of the work of the tests. The
    /// kernel's list may miss one while another ends, so that it counts once it says the same twice.
    static func children(of parent: pid_t) -> [Entry] {
        var list = childList(of: parent)
        while true {
            let next = childList(of: parent)
            if next == list { return list.compactMap(entry).filter { $0.parent == parent } }
            list = next
        }
    }

    private static func childList(of parent: pid_t) -> [pid_t] {
        TemporaryDirectory.names(in: "/proc/\(parent)/task").flatMap { thread in
            text(of: "/proc/\(parent)/task/\(thread)/children").split(separator: " ")
                .compactMap { pid_t($0) }
        }
    }

    /// The living processes that work in a directory or below it.
    static func processes(workingIn directory: String) -> [pid_t] {
        processes.filter { process in
            guard let path = link("/proc/\(process)/cwd") else { return false }
            return path == directory || path.hasPrefix("\(directory)/")
        }
    }

    /// Whether it runs: neither gone nor waiting to be reaped.
    static func isAlive(_ process: pid_t) -> Bool {
        guard let state = entry(process)?.state else { return false }
        return state != "Z" && state != "X"
    }

    /// How many threads a process has.
    static func threads(of process: pid_t) -> Int {
        TemporaryDirectory.names(in: "/proc/\(process)/task").count
    }

    /// The process's title.
    static func title(of process: pid_t) -> String {
        let text = text(of: "/proc/\(process)/cmdline")
        return String(text.prefix { $0 != "\0" })
    }

    /// What each open descriptor stands for.
    static func descriptors(of process: pid_t) -> [Int: String] {
        var descriptors: [Int: String] = [:]
        for name in TemporaryDirectory.names(in: "/proc/\(process)/fd") {
            guard let number = Int(name) else { continue }
            descriptors[number] = link("/proc/\(process)/fd/\(name)")
        }
        return descriptors
    }

    /// The ports of the peers of a process's TCP connections.
    ///
    /// The kernel's table changes while it is read, and a line can be missed; so it is read twice.
    static func remotePorts(of process: pid_t) -> Set<UInt16> {
        let held = Set(descriptors(of: process).values)
        return remotePorts(ofSockets: held).union(remotePorts(ofSockets: held))
    }

    private static func remotePorts(ofSockets held: Set<String>) -> Set<UInt16> {
        let lines = bytes(of: "/proc/net/tcp").split(separator: UInt8(ascii: "\n")).dropFirst()
        let ports = lines.compactMap { line -> UInt16? in
            let fields = line.split(separator: UInt8(ascii: " "))
                .map { String(decoding: $0, as: UTF8.self) }
            guard fields.count > 9, held.contains("socket:[\(fields[9])]") else { return nil }
            return fields[2].split(separator: ":").last.flatMap { UInt16($0, radix: 16) }
        }
        return Set(ports)
    }

    static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        guard count >= 0 else { return nil }
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The contents of a file; empty where it can't be read.
    static func text(of path: String) -> String { String(decoding: bytes(of: path), as: UTF8.self) }

    static func bytes(of path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBufferPointer { room in
                room.baseAddress.map { read(file, $0, room.count) } ?? 0
            }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
        }
    }
}
