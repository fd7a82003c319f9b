import CForktail
import Glibc

/// Finds out, from outside, whether a program waits at a listener: proc(5).
///
/// It is right as soon as a process has registered the listener with epoll(7), or one of its threads
/// is in accept(2), poll(2) or select(2) with it. It needs the rights of ptrace(2), which a parent
/// with the same user or root has.
package struct ListenerProbe: Sendable {
    /// The inodes of the listeners.
    private let inodes: Set<UInt64>

    /// Makes a probe for listeners with these descriptors in this process.
    package init(_ listeners: [CInt]) {
        inodes = Set(
            listeners.compactMap { number in
                var status = stat()
                return fstat(number, &status) == 0 ? UInt64(status.st_ino) : nil
            }
        )
    }

    /// Whether any of the processes waits at a listener.
    ///
    /// A program can have any number of processes and descriptors, and a look takes some microseconds
    /// for each: one call looks at a few thousand, at other ones each time.
    package func isAwaited(by processes: [ProcessID]) -> Bool {
        var looks = 0
        for process in processes.shuffled() {
            let names = ProcessTree.names(in: "/proc/\(process)/fd", limit: Self.mostDescriptors)
            if isAwaited(by: process, names) { return true }
            looks += names.count
            guard looks < Self.mostLooks else { return false }
        }
        return false
    }

    /// Descriptors or threads of one process, the lowest first: listeners are opened early.
    private static let mostDescriptors = 1024
    private static let mostLooks = 4096

    /// Whether a process has a listener open.
    package func isHeld(by process: ProcessID) -> Bool {
        ProcessTree.names(in: "/proc/\(process)/fd").contains { name in
            Self.inode(of: Self.link(process, name)).map(inodes.contains) == true
        }
    }

    private func isAwaited(by process: ProcessID, _ names: [String]) -> Bool {
        var own: Set<CInt> = []
        for name in names {
            let link = Self.link(process, name)
            if let inode = Self.inode(of: link), inodes.contains(inode), let number = CInt(name) {
                own.insert(number)
            } else if link == "anon_inode:[eventpoll]", isRegistered(process, name) {
                return true
            }
        }
        guard !own.isEmpty else { return false }
        let threads = ProcessTree.names(in: "/proc/\(process)/task", limit: Self.mostDescriptors)
        return threads.contains { waits(process, $0, at: own) }
    }

    /// What an entry of /proc/PID/fd points to.
    private static func link(_ process: ProcessID, _ name: String) -> String {
        var target = [UInt8](repeating: 0, count: 64)
        let count = target.withUnsafeMutableBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { buffer in
                buffer.baseAddress.map {
                    readlink("/proc/\(process)/fd/\(name)", $0, buffer.count)
                } ?? -1
            }
        }
        return String(decoding: target.prefix(max(0, count)), as: UTF8.self)
    }

    /// The inode of `socket:[12345]`.
    private static func inode(of link: String) -> UInt64? {
        guard link.hasPrefix("socket:["), link.hasSuffix("]") else { return nil }
        return UInt64(link.dropFirst(8).dropLast())
    }

    /// Whether an epoll descriptor watches a listener: `tfd: 3 events: 19 data: … ino:1a2b sdev:8`.
    private func isRegistered(_ process: ProcessID, _ name: String) -> Bool {
        guard
            let text = try? FileSystem.contents(of: SystemString("/proc/\(process)/fdinfo/\(name)"))
        else {
            return false
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").contains { line in
            guard line.hasPrefix("tfd:"),
                let field = line.split(separator: " ").first(where: { $0.hasPrefix("ino:") })
            else { return false }
            return UInt64(field.dropFirst(4), radix: 16).map(inodes.contains) == true
        }
    }

    /// Whether a thread is in a call that waits for one of the descriptors.
    private func waits(_ process: ProcessID, _ thread: String, at own: Set<CInt>) -> Bool {
        let path = "/proc/\(process)/task/\(thread)/syscall"
        guard let text = try? FileSystem.contents(of: SystemString(path)) else { return false }
        let words = String(decoding: text, as: UTF8.self).split(separator: " ")
        guard words.count > 3, let number = Int(words[0]) else { return false }
        let arguments = words[1...2].map { UInt64($0.dropFirst(2), radix: 16) ?? 0 }
        switch forktail_waiting_call(number) {
        case CInt(FORKTAIL_CALL_ACCEPT):
            return own.contains(CInt(truncatingIfNeeded: arguments[0]))
        case CInt(FORKTAIL_CALL_POLL):
            let size = Int(clamping: min(arguments[1], Self.mostPolled)) * 8
            let entries = Self.memory(of: process, at: arguments[0], count: size)
            return stride(from: 0, to: entries.count - 7, by: 8).contains { place in
                own.contains(Self.number(entries[place..<place + 4]))
            }
        case CInt(FORKTAIL_CALL_SELECT):
            let size = Int(clamping: min(arguments[0], Self.mostPolled) + 7) / 8
            let set = Self.memory(of: process, at: arguments[1], count: size)
            return own.contains { number in
                let byte = Int(number) / 8
                return byte < set.count && set[byte] >> (number % 8) & 1 == 1
            }
        default:
            return false
        }
    }

    /// More descriptors than a program waits for that has a listener among the first of them.
    private static let mostPolled: UInt64 = 4096

    private static func number(_ bytes: ArraySlice<UInt8>) -> CInt {
        CInt(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }

    private static func memory(of process: ProcessID, at address: UInt64, count: Int) -> [UInt8] {
        guard count > 0,
            let file = try? FileSystem.openForReading(SystemString("/proc/\(process)/mem"))
        else {
            return []
        }
        return (try? file.read(upTo: count, at: address)) ?? []
    }
}
