import Forktail
import Glibc

/// The ways in which a handler takes its worker down.
enum Crashing {
    /// Dies of a signal.
    static func raise(_ signal: Int32) -> Never {
        Glibc.raise(signal)
        Waiting.forever()
    }

    /// Calls itself until the stack is used up.
    static func recurse(_ depth: Int) -> Int {
        depth < 0 ? 0 : recurse(depth &+ 1) &+ depth
    }

    /// Crashes when a part of the answer is on its way.
    static func stream() -> Response {
        var isFirst = true
        return Response(contentType: "text/plain") {
            guard isFirst else { raise(SIGSEGV) }
            isFirst = false
            return Array("the beginning\n".utf8)
        }
    }
}
