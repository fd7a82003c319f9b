import CForktail
import Glibc

/// The terminal of a program that shows a screen: termios(3).
package struct Terminal: ~Copyable {
    private var former: termios
    private let signals: SignalPipe

    /// What `wait` has found.
    package enum Found {
        /// A key; the end of input is Ctrl-D, 4.
        case key(UInt8)
        /// A signal that ends the program, once the terminal is given back.
        case signal(Signal)
        case nothing
    }

    /// Takes the terminal of standard input; nil where that, or standard output, is none.
    ///
    /// The signals that would end the program are reported by `wait` from here on.
    package static func take() -> Terminal? {
        var former = termios()
        guard isatty(0) == 1, isatty(1) == 1, tcgetattr(0, &former) == 0,
            let signals = try? SignalPipe()
        else { return nil }
        return Terminal(former, signals)
    }

    private init(_ former: termios, _ signals: consuming SignalPipe) {
        self.former = former
        self.signals = signals
        var raw = former
        raw.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        try? self.signals.record([.terminate, .interrupt, .quit, .hangUp])
        tcsetattr(0, TCSANOW, &raw)
    }

    /// Gives the terminal back as it was.
    package mutating func restore() {
        tcsetattr(0, TCSANOW, &former)
    }

    /// How many columns and lines it has.
    package var size: (columns: Int, lines: Int) {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Waits for a key or a signal.
    package func wait(atMost limit: Duration) -> Found {
        let ready = (try? Poll.readable([signals.descriptor, 0], timeout: limit)) ?? []
        if let record = signals.drain().first { return .signal(record.signal) }
        guard ready.contains(0) else { return .nothing }
        var byte: UInt8 = 0
        return .key(read(0, &byte, 1) == 1 ? byte : 4)
    }
}
