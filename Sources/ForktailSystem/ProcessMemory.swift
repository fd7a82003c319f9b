import CForktail

/// How much memory a process occupies.
package enum ProcessMemory {
    /// The proportional set size in bytes, proc_pid_smaps(5), or where the kernel does not tell it
    /// the resident set size; nil for a process that is gone.
    package static func proportionalSetSize(of process: ProcessID) -> Int? {
        value(of: "Pss:", in: "/proc/\(process)/smaps_rollup")
            ?? value(of: "VmRSS:", in: "/proc/\(process)/status")
    }

    /// Gives back to the system what was freed and is kept for later: malloc_trim(3).
    package static func release() {
        forktail_release_memory()
    }

    /// Unmaps the code that a start or a reload has used: madvise(2) with MADV_DONTNEED.
    ///
    /// What is used again comes back from the system's cache.
    package static func releaseCode() {
        forktail_release_code()
    }

    /// The number of a line such as `Pss:      1234 kB`, in bytes.
    private static func value(of key: String, in path: String) -> Int? {
        guard let contents = try? FileSystem.contents(of: SystemString(path)) else { return nil }
        for line in String(decoding: contents, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            if words.first == key[...], words.count > 1 { return Int(words[1]).map { $0 * 1024 } }
        }
        return nil
    }
}
