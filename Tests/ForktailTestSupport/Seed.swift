/// Where the random numbers of a test run start: `FORKTAIL_SEED`, so that a run can be repeated.
package enum Seed {
    /// What the variable says; nil where it says no number.
    package static let given = ProcessEnvironment.value(of: "FORKTAIL_SEED").flatMap { UInt64($0) }

    /// The one of this run: the given one, else the system's choice.
    package static let current = given ?? .random(in: 0...UInt64.max)

    /// What a failure says, so that the run can be repeated.
    package static var note: String { "FORKTAIL_SEED=\(current)" }

    /// Returns the seeds to run: the given one alone, else `count` from 1 on.
    package static func counted(_ count: UInt64) -> [UInt64] {
        given.map { [$0] } ?? Array(1...count)
    }

    /// Returns the seeds to run: the given one alone, else `count` random ones.
    package static func chosen(_ count: Int) -> [UInt64] {
        given.map { [$0] } ?? (0..<count).map { _ in .random(in: 0...UInt64.max) }
    }
}
