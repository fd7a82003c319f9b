import ForktailTestSupport
import Glibc
import Synchronization

/// Twenty clients, each in a thread of its own: plain ones, some with bodies, some slow, and some
/// that ask many times on one connection.
///
/// With asynchronous handlers half of the plain ones ask for handlers that wait in each way, for
/// sequences, and for handlers that are cancelled because their client leaves.
final class SoakClients: Sendable {
    private enum Kind: String {
        case plain, body, slow, kept, wait, sequence, leave
    }

    private let address: Address
    private let isAsync: Bool
    private let ledger: Mutex<SoakLedger>
    private let threads: Threads

    init(at address: Address, seed: UInt64, isAsync: Bool) {
        self.address = address
        self.isAsync = isAsync
        ledger = Mutex(SoakLedger(sharesWorkers: true))
        threads = Threads()
        for number in 0..<20 {
            let kind = Self.kind(of: number, isAsync: isAsync)
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

    private static func kind(of number: Int, isAsync: Bool) -> Kind {
        switch number {
        case 0..<3 where isAsync: .wait
        case 3..<5 where isAsync: .sequence
        case 5..<6 where isAsync: .leave
        case 0..<10: .plain
        case 10..<13: .body
        case 13..<16: .slow
        default: .kept
        }
    }

    private func ask(_ kind: Kind, _ random: inout SeededGenerator) {
        var own = SoakLedger(sharesWorkers: true)
        let began = ContinuousClock.now
        do {
            let client = try Client(address)
            switch kind {
            case .plain where Int.random(in: 0..<2000, using: &random) == 0:
                let way = isAsync ? Self.crashes.randomElement(using: &random) ?? "" : ""
                own.note("crashed", of: client, since: began, expecting: 500) {
                    try $0.send(Client.request("/crash\(way)"))
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
            case .wait:
                let way = ProcessTests.AsyncTests.waits.randomElement(using: &random) ?? "yield"
                own.note("wait", of: client, since: began, text: "\(way)\n") {
                    try $0.send(Client.request("/wait/\(way)"))
                }
            case .sequence:
                let count = Int.random(in: 0...300, using: &random)
                let path = Bool.random(using: &random) ? "flow" : "ready-flow"
                let text = (0..<count).map { "piece \($0 + 1)\n" }.joined()
                own.note("sequence", of: client, since: began, text: text) {
                    try $0.send(Client.request("/\(path)/\(count)"))
                }
            case .leave:
                let path = Self.endless.randomElement(using: &random) ?? "/cleanup"
                try client.send(Client.request(path))
                pause(milliseconds: .random(in: 0...20, using: &random))
                if Bool.random(using: &random) { client.reset() }
                own.note("left")
            }
        } catch {
            own.lose(kind.rawValue, "connect: \(error)", 0, began)
        }
        ledger.withLock { [own] in $0.add(own) }
    }

    /// How asynchronous handlers crash.
    private static let crashes = ["", "/yield", "/async-let", "/group", "/actor", "/sleep"]
    /// Handlers and sequences that end only by their cancellation.
    private static let endless = ["/cleanup", "/forever", "/silent", "/events"]

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
