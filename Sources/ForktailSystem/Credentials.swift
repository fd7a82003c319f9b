import CForktail
import Glibc

/// The user, the group and the supplementary groups that a process must have.
package struct Credentials: Sendable {
    /// The user that this process acts as: geteuid(2).
    package static var ownUser: UInt32 { geteuid() }

    /// The user's number.
    package let user: UInt32
    /// The group's number.
    package let group: UInt32
    private let groups: [gid_t]

    /// Looks up names or numbers: getpwnam(3), getgrnam(3).
    ///
    /// - Parameters:
    ///   - user: The setting `user`; nil keeps the one of this process.
    ///   - group: The setting `group`; nil means the user's own.
    /// - Throws: `UnknownName` with the name that does not exist.
    package init(user: String?, group: String?) throws(UnknownName) {
        let entry = try user.map { name throws(UnknownName) in try Self.user(name, of: "user") }
        self.user = entry?.number ?? getuid()
        if let group {
            self.group = try Self.groupNumber(group, of: "group")
        } else if let entry {
            guard let ownGroup = entry.group else {
                throw UnknownName(
                    description: "user \(entry.number) is in no user database, so that it has no "
                        + "group of its own: set `group`, too"
                )
            }
            self.group = ownGroup
        } else {
            self.group = getgid()
        }
        groups = Self.groups(of: entry?.name, with: self.group)
    }

    /// Returns the number of a user by its name or number: getpwnam(3).
    ///
    /// - Throws: `UnknownName` with the setting that has a name that does not exist.
    package static func userNumber(
        _ name: String,
        of setting: String
    ) throws(UnknownName) -> UInt32 {
        if let number = UInt32(name) { return number }
        return try user(name, of: setting).number
    }

    /// Returns the number of a group by its name or number: getgrnam(3).
    ///
    /// - Throws: `UnknownName` with the setting that has a name that does not exist.
    package static func groupNumber(
        _ name: String,
        of setting: String
    ) throws(UnknownName) -> UInt32 {
        if let number = UInt32(name) { return number }
        guard let entry = getgrnam(name)?.pointee else {
            throw UnknownName(description: "\(setting) \(name): no group has this name")
        }
        return entry.gr_gid
    }

    /// A user or a group that does not exist.
    package struct UnknownName: Error, CustomStringConvertible {
        package let description: String
    }

    /// Sets them for this process, permanently: setgroups(2), setresgid(2), setresuid(2), in the order
    /// in which each is still allowed.
    ///
    /// - Throws: What the system says; the process must end then.
    package func assume() throws(Errno) {
        try check { setgroups(groups.count, groups) }
        try check { forktail_set_group(group) }
        try check { forktail_set_user(user) }
        guard getuid() == user, geteuid() == user, getgid() == group, getegid() == group else {
            throw .notPermitted
        }
        // If setuid(0) still works, privileges were not dropped.
        if user != 0, setuid(0) == 0 { throw .notPermitted }
    }

    private static func user(
        _ name: String,
        of setting: String
    ) throws(UnknownName) -> (number: uid_t, group: gid_t?, name: String) {
        let found = UInt32(name).map { getpwuid($0) } ?? getpwnam(name)
        guard let entry = found?.pointee else {
            if let number = UInt32(name) { return (number, nil, name) }
            throw UnknownName(description: "\(setting) \(name): no user has this name")
        }
        return (entry.pw_uid, entry.pw_gid, String(cString: entry.pw_name))
    }

    /// The groups that the user database gives: getgrouplist(3).
    private static func groups(of user: String?, with group: gid_t) -> [gid_t] {
        guard let user else { return [group] }
        var count: CInt = 256
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(user, group, &groups, &count) >= 0 else { return [group] }
        return Array(groups.prefix(Int(count)))
    }
}
