import ForktailConfiguration
import ForktailSystem

/// Gives up what a worker doesn't need, in the order in which each step is still allowed.
///
/// A step that fails is the end of the worker: it must not serve with more rights than the settings allow.
enum Privileges {
    static func drop(
        _ configuration: Configuration,
        _ credentials: Credentials?,
        arbiter: ProcessID
    ) throws {
        try step(
            "limit_open_files",
            configuration.limitOpenFiles,
            needs: "root or CAP_SYS_RESOURCE above the hard limit, ulimit -Hn"
        ) { count throws(Errno) in
            if count > 0 { try Restrictions.limitOpenFiles(to: count) }
        }
        try step("limit_core", configuration.limitCore, Restrictions.limitCoreSize)
        try step(
            "chroot",
            configuration.chroot,
            needs: "root or CAP_SYS_CHROOT",
            Restrictions.changeRoot
        )
        configuration.umask.map(Restrictions.setFileMask)
        try step("user, group", credentials, needs: "an arbiter that is started as root") {
            credentials throws(Errno) in
            try credentials.assume()
            // The kernel has forgotten it with the user.
            try Process.setParentDeathSignal(.terminate)
        }
        if configuration.noNewPrivs {
            try step("no_new_privs", ()) { _ throws(Errno) in try Restrictions.forbidNewPrivileges()
            }
        }
        // The arbiter may have ended before the death signal was set.
        guard Process.parentID == arbiter else { Process.leave(.success) }
    }

    /// `needs` is what the step needs, for the message where it isn't permitted.
    private static func step<Value>(
        _ setting: String,
        _ value: Value?,
        needs: String? = nil,
        _ body: (Value) throws(Errno) -> Void
    ) throws {
        guard let value else { return }
        do throws(Errno) {
            try body(value)
        } catch {
            let advice = error == .notPermitted ? needs.map { " (it needs \($0))" } : nil
            throw BootError(description: "\(setting): \(error)\(advice ?? "")")
        }
    }
}
