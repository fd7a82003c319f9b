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

    /// What each open descriptor stands for, without the list of mappings that each process of
    /// forktail's reads once, right after it has begun to serve.
    static func descriptors(of process: pid_t) -> [Int: String] {
        var descriptors: [Int: String] = [:]
        for name in TemporaryDirectory.names(in: "/proc/\(process)/fd") {
            guard let number = Int(name) else { continue }
            descriptors[number] = link("/proc/\(process)/fd/\(name)")
        }
        return descriptors.filter { !$0.value.hasSuffix("/smaps") }
    }

    /// The ports of the peers of the TCP connections of some processes.
    ///
    /// The kernel's table changes while it is read, and a line can be missed; so it is read twice.
    static func remotePorts(of processes: pid_t...) -> Set<UInt16> {
        remotePorts(of: processes)
    }

    static func remotePorts(of processes: [pid_t]) -> Set<UInt16> {
        let held = Set(processes.flatMap { descriptors(of: $0).values })
        return remotePorts(ofSockets: held).union(remotePorts(ofSockets: held))
    }

    private static func remotePorts(ofSockets held: Set<String>) -> Set<UInt16> {
        let ports = sockets.compactMap { fields -> UInt16? in
            guard held.contains("socket:[\(fields[9])]") else { return nil }
            return fields[2].split(separator: ":").last.flatMap { UInt16($0, radix: 16) }
        }
        return Set(ports)
    }

    /// The socket of the connection between two ports, once a process has accepted it.
    static func acceptedSocket(at port: UInt16, from remotePort: UInt16) -> String? {
        let row = sockets.first { fields in
            fields[1].hasSuffix(ending(port)) && fields[2].hasSuffix(ending(remotePort))
                && fields[9] != "0"
        }
        return row.map { "socket:[\($0[9])]" }
    }

    /// Whether a process has accepted the connection between two ports and has read all that was sent
    /// from the other end, which has not ended its side: it is in no queue of the kernel.
    static func hasRead(at port: UInt16, from remotePort: UInt16) -> Bool {
        let rows = sockets
        func row(_ local: UInt16, _ remote: UInt16) -> [Substring]? {
            rows.first { $0[1].hasSuffix(ending(local)) && $0[2].hasSuffix(ending(remote)) }
        }
        guard let writer = row(remotePort, port) else { return false }
        // CLOSE_WAIT: the reader has answered and ended its side already.
        if writer[3] == "08" { return true }
        guard let reader = row(port, remotePort), reader[9] != "0" else { return false }
        // Each has the bytes that wait to be acknowledged and those that wait to be read.
        return writer[4].hasPrefix("00000000:") && reader[4].hasSuffix(":00000000")
    }

    /// How an address of the table ends that has a port.
    private static func ending(_ port: UInt16) -> String {
        let digits = String(port, radix: 16, uppercase: true)
        return ":" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// A process and all that descend from it.
    static func tree(of process: pid_t) -> [pid_t] {
        [process] + children(of: process).flatMap { tree(of: $0.process) }
    }

    /// The listening TCP sockets of a process, by the names that its descriptors have.
    static func listeners(of process: pid_t) -> Set<String> {
        listeners.intersection(descriptors(of: process).values)
    }

    /// All listening TCP sockets of the machine.
    static var listeners: Set<String> {
        Set(sockets.compactMap { $0[3] == "0A" ? "socket:[\($0[9])]" : nil })
    }

    /// The fields of each line of the kernel's table of TCP sockets that a process can hold.
    ///
    /// Under load nearly all of its lines are connections in TIME_WAIT, of which some ten thousand
    /// would take seconds to split.
    private static var sockets: [[Substring]] {
        bytes(of: "/proc/net/tcp").withUnsafeBytes { table in
            var rows: [[Substring]] = []
            var start = 0
            while start < table.count, let base = table.baseAddress {
                func find(_ byte: Int32) -> Int {
                    // SAFETY: the bytes from `start` to the end of the table.
                    guard let found = memchr(base + start, byte, table.count - start) else {
                        return table.count
                    }
                    return UnsafeRawPointer(found) - base
                }
                let end = find(0x0A)
                let colon = find(0x3A)
                // Behind the colon are two addresses of 14 bytes each, and then the state.
                let state = colon + 30
                if state + 1 < end, table[state] != 0x30 || table[state + 1] != 0x36 {
                    let line = String(decoding: table[start..<end], as: UTF8.self)
                    let fields = line.split(separator: " ")
                    if fields.count > 9 { rows.append(fields) }
                }
                start = end + 1
            }
            return rows
        }
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
