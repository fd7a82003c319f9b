extension Request {
    /// The parts that the client asks for of a representation of `length` bytes, RFC 9110
    /// section 14.2.
    ///
    /// Range is ignored, as that section allows or demands, with other methods than GET, where the
    /// unit is not `bytes`, and where it is malformed or asks for too much: for more than 64 parts,
    /// for parts that overlap more than twice, or for parts that are together longer than the whole. An
    /// empty representation is sent whole too, whatever is asked for.
    /// Look at `preconditions` first: they may require to ignore it too.
    public func ranges(ofLength length: UInt64) -> RequestedRanges {
        guard method == .get, let text = self[.range], let set = RangeSet(text) else {
            return .whole
        }
        return set.resolve(length: length)
    }
}
