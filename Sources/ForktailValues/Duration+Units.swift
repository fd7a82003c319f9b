extension Duration {
    /// The length in whole nanoseconds; 292 years at most.
    @inlinable package var nanoseconds: Int64 {
        // A division of 128 bits is a call. A billion is 512 times 1,953,125, and without the
        // factor of 512 every length of up to 2.6 hours fits 64 bits.
        if attoseconds >= 0, let quick = Int64(exactly: attoseconds >> 9) {
            return quick / 1_953_125
        }
        return Int64(truncatingIfNeeded: attoseconds / 1_000_000_000)
    }

    /// The length in whole milliseconds, rounded up, so that a wait never ends too early.
    @inlinable package var millisecondsRoundedUp: Int64 {
        let whole = nanoseconds / 1_000_000
        return nanoseconds % 1_000_000 > 0 ? whole + 1 : whole
    }
}
