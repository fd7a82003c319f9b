import Glibc

/// The process that orphans get as their parent: prctl(2) PR_SET_CHILD_SUBREAPER.
enum Subreaper {
    private typealias Call = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32

    /// Becomes it for all processes that the tests start.
    static func become() -> Bool {
        // prctl(2) has a variable number of arguments, which Swift can't pass.
        guard let symbol = dlsym(nil, "prctl") else { return false }
        // SAFETY: the call passes its arguments in the registers in which prctl(2) expects them.
        return unsafeBitCast(symbol, to: Call.self)(36, 1, 0, 0, 0) == 0
    }
}
