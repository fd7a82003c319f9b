/// Why a worker can't boot, unless it is the application's own error.
struct BootError: Error, CustomStringConvertible {
    let description: String
}
