import Glibc

/// Why a system call failed.
struct SystemError: Error, CustomStringConvertible {
    let call: String
    let number: CInt

    var description: String { "\(call): \(String(cString: strerror(number)))" }

    /// Makes a call, again where a signal has cut it short, and throws where it returns -1.
    @discardableResult
    static func check(_ name: String, _ call: () -> Int) throws(SystemError) -> Int {
        while true {
            let result = call()
            if result >= 0 { return result }
            guard errno == EINTR else { throw SystemError(call: name, number: errno) }
        }
    }
}
