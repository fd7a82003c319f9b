import CForktail
import Glibc

/// Limits that a process puts on itself.
package enum Restrictions {
    /// How many files may be open: setrlimit(2) RLIMIT_NOFILE, hard and soft.
    package static func limitOpenFiles(to count: Int) throws(Errno) {
        try limit(CInt(RLIMIT_NOFILE.rawValue), to: count)
    }

    /// Allows at least this number of open files, as far as the hard limit allows.
    ///
    /// - Returns: How many may be open then: getrlimit(2), setrlimit(2) RLIMIT_NOFILE.
    package static func allowOpenFiles(_ count: Int) throws(Errno) -> Int {
        let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        var limits = rlimit()
        try check { getrlimit(resource, &limits) }
        guard limits.rlim_cur < rlim_t(count) else { return count }
        limits.rlim_cur = min(rlim_t(count), limits.rlim_max)
        try check { setrlimit(resource, &limits) }
        return Int(limits.rlim_cur)
    }

    /// How large a core file may be: setrlimit(2) RLIMIT_CORE, hard and soft.
    package static func limitCoreSize(to size: Int) throws(Errno) {
        try limit(CInt(RLIMIT_CORE.rawValue), to: size)
    }

    /// Makes a directory the root of the file system for this process: chroot(2), chdir(2).
    package static func changeRoot(to directory: String) throws(Errno) {
        try check { chroot(directory) }
        try FileSystem.changeDirectory("/")
    }

    /// Sets the mode bits that new files do not get: umask(2).
    package static func setFileMask(_ mask: UInt32) {
        umask(mask)
    }

    /// No program that this process executes gains anything: PR_SET_NO_NEW_PRIVS.
    package static func forbidNewPrivileges() throws(Errno) {
        try check { forktail_set_no_new_privileges() }
    }

    private static func limit(_ resource: CInt, to value: Int) throws(Errno) {
        var limits = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
        try check { setrlimit(__rlimit_resource_t(UInt32(resource)), &limits) }
    }
}
