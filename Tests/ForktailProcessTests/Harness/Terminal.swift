import Glibc

/// A terminal as a person at the keyboard has it: pty(7).
final class Terminal {
    private var keyboard: Int32
    /// The path by which programs open it.
    let path: String

    init() throws {
        keyboard = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard keyboard >= 0 else { throw TestFailure("/dev/ptmx: errno \(errno)") }
        // ioctl_tty(2): what unlockpt(3) and ptsname(3) are made of.
        let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        var number: Int32 = 0
        guard ioctl(keyboard, unlock, &number) == 0, ioctl(keyboard, getNumber, &number) == 0
        else { throw TestFailure("/dev/ptmx: errno \(errno)") }
        path = "/dev/pts/\(number)"
    }

    deinit {
        hangUp()
    }

    /// Ends the terminal, as when its window is closed.
    func hangUp() {
        if keyboard >= 0 { close(keyboard) }
        keyboard = -1
    }

    /// A key that sends a signal to the group in the foreground: termios(3).
    enum Key: UInt8 {
        case controlC = 0x03
        case controlZ = 0x1A
    }

    /// Whether it edits lines and shows what is typed, as in a shell.
    var isCooked: Bool {
        var state = termios()
        let descriptor = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(descriptor) }
        guard tcgetattr(descriptor, &state) == 0 else { return false }
        return state.c_lflag & tcflag_t(ECHO) != 0 && state.c_lflag & tcflag_t(ICANON) != 0
    }

    func press(_ key: Key) throws {
        var byte = key.rawValue
        guard write(keyboard, &byte, 1) == 1 else { throw TestFailure("a key: errno \(errno)") }
    }
}
