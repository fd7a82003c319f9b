import ForktailTestSupport
import Glibc
import Synchronization

/// Twenty clients, each in a thread of its own: plain ones, some with bodies, some slow, and some
/// that ask many times on one connection.
final class SoakClients: Sendable {
    private enum Kind: String {
        case plain, body, slow, kept
    }

    private let address: Address
    private let ledger = Mutex(SoakLedger())
    private let threads: Threads

    init(at address: Address, seed: UInt64) {
        self.address = address
        threads = Threads()
        for number in 0..<20 {
            let kind = Self.kind(of: number)
            threads.start { [self] isStopping in
                var random = SeededGenerator(seed: seed &+ UInt64(number))
                while !isStopping() { ask(kind, &random) }
            }
        }
    }

    /// Lets each client finish its request.
    func stop() -> SoakLedger {
        threads.stop()
        return ledger.withLock { $0 }
    }

    private static func kind(of number: Int) -> Kind {
        switch number {
        case 0..<10: .plain
        case 10..<13: .body
        case 13..<16: .slow
        default: .kept
        }
    }

    private func ask(_ kind: Kind, _ random: inout SeededGenerator) {
        var own = SoakLedger()
        let began = ContinuousClock.now
        do {
            let client = try Client(address)
            switch kind {
            case .plain where Int.random(in: 0..<2000, using: &random) == 0:
                own.note("crashed", of: client, since: began, expecting: 500) {
                    try $0.send(Client.request("/crash"))
                }
            case .plain:
                own.note("plain", of: client, since: began) {
                    try $0.send(Client.request("/pid"))
                }
            case .body:
                let count = Int.random(in: 1...300_000, using: &random)
                own.note("body", of: client, since: began) {
                    try $0.send(Self.head(of: count))
                    try $0.send([UInt8](repeating: 120, count: count))
                }
            case .slow:
                own.note("slow", of: client, since: began, Self.askSlowly)
            case .kept:
                let count = Int.random(in: 1...200, using: &random)
                own.noteKept(on: Conversation(client), count)
            }
        } catch {
            own.lose(kind.rawValue, "connect: \(error)", 0, began)
        }
        ledger.withLock { [own] in $0.add(own) }
    }

    private static func head(of count: Int) -> String {
        "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(count)\r\n\r\n"
    }

    /// The head comes in pieces, and so does the body.
    private static func askSlowly(_ client: Client) throws {
        for piece in ["POST /upl", "oad HTTP/1.1\r\nHo", "st: a\r\nContent-Length: 9\r\n", "\r\n"] {
            try client.send(piece)
            pause(milliseconds: 10)
        }
        for piece in ["abc", "def", "ghi"] {
            pause(milliseconds: 10)
            try client.send(piece)
        }
    }
}
