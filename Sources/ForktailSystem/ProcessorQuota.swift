/// How many processors this process may use.
package enum ProcessorQuota {
    /// What the affinity mask and the control group's quota leave, at least one.
    ///
    /// The quota is that of the process's own group and of all groups above it, `cpu.max` of
    /// cgroup v2 or `cpu.cfs_quota_us` of v1, rounded up: cgroups(7).
    package static func availableProcessors() -> Int {
        let affine = Process.processorCount
        let quotas = ControlGroup.memberships.flatMap { membership in
            membership.folders.compactMap { folder in
                membership.isVersion2 ? quotaOfVersion2(folder) : quotaOfVersion1(folder)
            }
        }
        guard let quota = quotas.min() else { return affine }
        return max(1, min(affine, Int(quota.rounded(.up))))
    }

    /// Reads `50000 100000` or `max 100000`.
    private static func quotaOfVersion2(_ folder: String) -> Double? {
        guard let text = ControlGroup.read("cpu.max", in: folder) else { return nil }
        let parts = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
        return parts.count == 2 ? share(parts[0], parts[1]) : nil
    }

    private static func quotaOfVersion1(_ folder: String) -> Double? {
        share(number("cpu.cfs_quota_us", folder), number("cpu.cfs_period_us", folder))
    }

    private static func number(_ name: String, _ folder: String) -> Double? {
        let text = ControlGroup.read(name, in: folder)
        return text?.split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) }
    }

    private static func share(_ quota: Double?, _ period: Double?) -> Double? {
        guard let quota, let period, quota > 0, period > 0 else { return nil }
        return quota / period
    }
}
