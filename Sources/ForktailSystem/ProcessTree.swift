import Glibc

/// Processes by their parents: proc(5).
package enum ProcessTree {
    /// The children of a process, those of all its threads.
    package static func children(of process: ProcessID) -> [ProcessID] {
        names(in: "/proc/\(process)/task").flatMap { thread in
            let path = "/proc/\(process)/task/\(thread)/children"
            // A thread that has ended has no file any more, nor children.
            guard let text = try? FileSystem.contents(of: SystemString(path)) else {
                return [ProcessID]()
            }
            return String(decoding: text, as: UTF8.self).split(separator: " ")
                .compactMap { CInt($0).map(ProcessID.init(rawValue:)) }
        }
    }

    /// A process and all its descendants.
    package static func all(from process: ProcessID) -> [ProcessID] {
        var found = [process]
        var next = 0
        while next < found.count, found.count < limit {
            found += children(of: found[next]).filter { !found.contains($0) }
            next += 1
        }
        return found
    }

    /// More processes than a worker has, so that one that forks without end holds up nothing.
    private static let limit = 1000

    /// The entries of a directory of /proc, or the first of them; none where it can't be read.
    static func names(in directory: String, limit: Int = .max) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < limit, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// The value of a variable in the environment of a process, as it was at its exec(3).
    package static func value(of variable: String, in process: ProcessID) -> String? {
        guard let bytes = try? FileSystem.contents(of: SystemString("/proc/\(process)/environ"))
        else {
            return nil
        }
        let prefix = Array("\(variable)=".utf8)
        return bytes.split(separator: 0).first { $0.starts(with: prefix) }
            .map { String(decoding: $0.dropFirst(prefix.count), as: UTF8.self) }
    }
}
