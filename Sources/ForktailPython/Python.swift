import CForktail

/// A reference to an object of Python's that is owned; it is made and dropped with the GIL.
struct PythonObject: ~Copyable {
    let pointer: UnsafeMutableRawPointer

    /// Takes over a new reference; nil where an exception is raised.
    init?(taking pointer: UnsafeMutableRawPointer?) {
        guard let pointer else { return nil }
        self.pointer = pointer
    }

    deinit { forktail_py_drop(pointer) }

    /// Gives up the reference without dropping it.
    consuming func release() -> UnsafeMutableRawPointer {
        let pointer = pointer
        discard self
        return pointer
    }
}

/// Values of Swift as new objects, and back.
enum Python {
    /// Runs code with the GIL, in a thread that need not be Python's.
    static func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
        forktail_py_enter()
        defer { forktail_py_leave() }
        return try body()
    }

    /// Runs code without the GIL, in a call of Python's.
    static func withoutLock<Result>(_ body: () -> Result) -> Result {
        let thread = forktail_py_release()
        defer { forktail_py_retake(thread) }
        return body()
    }

    static func text(_ text: String) -> UnsafeMutableRawPointer? {
        text.utf8.span.withUnsafeBufferPointer { forktail_py_text($0.baseAddress, $0.count) }
    }

    static func bytes(_ bytes: [UInt8]) -> UnsafeMutableRawPointer? {
        bytes.withUnsafeBufferPointer { forktail_py_bytes($0.baseAddress, $0.count) }
    }

    /// The text of a str; nil where it is none.
    static func text(of object: UnsafeMutableRawPointer?) -> String? {
        var count = 0
        guard let object, let bytes = forktail_py_text_of(object, &count) else { return nil }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// Lends the bytes of an object; nil where it has none.
    static func withBytes<Result>(
        of object: UnsafeMutableRawPointer?,
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result? {
        var count = 0
        guard let object, let bytes = forktail_py_bytes_of(object, &count) else { return nil }
        return body(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// Takes the exception that is raised, as text.
    static func takeError() -> String {
        guard let text = forktail_py_take_error() else { return "no memory" }
        defer { text.deallocate() }
        return String(cString: text)
    }
}

/// Why Python could not do what was asked.
struct PythonError: Error, CustomStringConvertible {
    let description: String
}
