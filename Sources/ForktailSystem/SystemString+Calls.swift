import Glibc

extension SystemString {
    /// Copies the bytes that a C string has.
    init(cString: UnsafePointer<CChar>) {
        let count = strlen(cString)
        self.init(
            bytes: UnsafeBufferPointer(start: cString, count: count).lazy.map(
                UInt8.init(bitPattern:)
            )
        )
    }

    /// Calls with the bytes and a NUL.
    func withCString<Result, Failure: Error>(
        _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let terminated = bytes.map(CChar.init(bitPattern:)) + [0]
        return try terminated.withUnsafeBufferPointer { buffer throws(Failure) in
            guard let start = buffer.baseAddress else { preconditionFailure("no bytes, no NUL") }
            return try body(start)
        }
    }
}
