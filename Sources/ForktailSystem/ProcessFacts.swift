import Glibc

/// What proc(5) tells of processes and of the network, for figures.
package enum ProcessFacts {
    /// The processor time that a process has used, in seconds; nil for one that is gone.
    package static func processorSeconds(of process: ProcessID) -> Double? {
        guard let fields = fields(of: process), fields.count > 13,
            let user = Double(fields[12]), let system = Double(fields[13])
        else { return nil }
        return (user + system) / Double(max(1, sysconf(CInt(_SC_CLK_TCK))))
    }

    /// Whether a process runs; one that only waits until its parent takes note of its end does not.
    package static func isRunning(_ process: ProcessID) -> Bool {
        guard kill(process.rawValue, 0) == 0 || errno == EPERM else { return false }
        return fields(of: process)?.dropFirst().first != "Z"
    }

    /// The fields of proc_pid_stat(5) from the third one on, after the bracket of the second.
    private static func fields(of process: ProcessID) -> [Substring]? {
        guard let bytes = try? FileSystem.contents(of: SystemString("/proc/\(process)/stat")) else {
            return nil
        }
        // The name may hold spaces and brackets.
        let text = String(decoding: bytes, as: UTF8.self)
        return text.lastIndex(of: ")").map { text[$0...].split(separator: " ") }
    }

    /// How many connections found a full listen queue, in the whole network namespace; nil where the
    /// kernel does not tell.
    package static func listenOverflows() -> UInt64? {
        guard let bytes = try? FileSystem.contents(of: "/proc/net/netstat") else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("TcpExt:") }.map { $0.split(separator: " ") }
        guard lines.count == 2, let place = lines[0].firstIndex(of: "ListenOverflows"),
            place < lines[1].count
        else { return nil }
        return UInt64(lines[1][place])
    }
}
