import Forktail
import Glibc

/// What the environment tells a worker to do while it boots.
///
/// `BOOT_SLOT` limits it to one slot. `BOOT_WAIT_FOR` names a file to wait for, `BOOT_FAIL_IF` a
/// file whose presence makes the boot fail; `BOOT_FAIL` makes it fail anyway, with its value as the
/// reason; `BOOT_CRASH` traps; `BOOT_THREAD` starts a thread that stays (`stays`) or ends.
enum Boot {
    static func run() throws {
        if let slot = value(of: "BOOT_SLOT"), slot != "\(WorkerContext.current?.slot ?? -1)" {
            return
        }
        if let path = value(of: "BOOT_WAIT_FOR") { Waiting.forFile(path) }
        if let path = value(of: "BOOT_FAIL_IF"), access(path, F_OK) == 0 {
            throw Failure(description: "told not to boot by \(path)")
        }
        if let reason = value(of: "BOOT_FAIL") { throw Failure(description: reason) }
        if let kind = value(of: "BOOT_THREAD") { startThread(stays: kind == "stays") }
        if value(of: "BOOT_CRASH") != nil { fatalError("told to trap while booting") }
    }

    private static func startThread(stays: Bool) {
        var thread = pthread_t()
        if stays {
            pthread_create(&thread, nil, { _ in Waiting.forever() }, nil)
        } else {
            pthread_create(&thread, nil, { _ in nil }, nil)
            pthread_join(thread, nil)
        }
    }

    private static func value(of name: String) -> String? {
        // SAFETY: getenv's result is copied before anything could change the environment.
        getenv(name).map { String(cString: $0) }
    }
}
