import Glibc

/// The memory of a process, by whether a core file gets it: the flag `dd` of proc_pid_smaps(5).
struct WorkerMemory {
    private(set) var dumped: [Area] = []
    private(set) var kept: [Area] = []

    /// A mapping and its bytes.
    struct Area {
        private let bytes: [UInt8]

        init?(_ memory: Int32, _ range: Range<UInt>) {
            var bytes = [UInt8](repeating: 0, count: Int(range.upperBound - range.lowerBound))
            let count = bytes.withUnsafeMutableBytes {
                pread(memory, $0.baseAddress, $0.count, off_t(range.lowerBound))
            }
            guard count == bytes.count else { return nil }
            self.bytes = bytes
        }

        func contains(_ needle: [UInt8]) -> Bool {
            bytes.withUnsafeBytes { bytes in
                guard var place = bytes.baseAddress else { return false }
                let end = place + bytes.count
                while end - place >= needle.count,
                    let found = memchr(place, Int32(needle[0]), end - place - needle.count + 1)
                {
                    if memcmp(found, needle, needle.count) == 0 { return true }
                    place = UnsafeRawPointer(found) + 1
                }
                return false
            }
        }
    }

    init(of process: pid_t) throws {
        let memory = open("/proc/\(process)/mem", O_RDONLY | O_CLOEXEC)
        guard memory >= 0 else { throw TestFailure("/proc/\(process)/mem: errno \(errno)") }
        defer { close(memory) }
        var range: Range<UInt>?
        for line in ProcessTable.text(of: "/proc/\(process)/smaps").split(separator: "\n") {
            let words = line.split(separator: " ")
            if let found = Self.range(words[0]) {
                range = words[1].hasPrefix("r") ? found : nil
            } else if words[0] == "VmFlags:", let range, let area = Area(memory, range) {
                if words.contains("dd") { kept.append(area) } else { dumped.append(area) }
            }
        }
    }

    private static func range(_ word: Substring) -> Range<UInt>? {
        let parts = word.split(separator: "-")
        guard parts.count == 2, let start = UInt(parts[0], radix: 16),
            let end = UInt(parts[1], radix: 16), start < end
        else { return nil }
        return start..<end
    }
}
