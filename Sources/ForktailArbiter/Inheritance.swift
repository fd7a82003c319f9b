// Listening sockets that this process was started with, by their numbers in the environment.
//
// They come from systemd, sd_listen_fds(3), or from the arbiter that has started this one to take
// its place.

import ForktailConfiguration
import ForktailSystem

/// The listening sockets that this process was started with.
struct Inheritance {
    /// The listeners that came with the process.
    private(set) var listeners: [Listener] = []
    /// The arbiter that has started this one and waits for its report.
    private(set) var predecessor: OtherArbiter?

    /// Why the variables of an upgrade are ignored, if they are there and not meant for this process.
    private(set) var ignored: String?
    /// The descriptor of the keys of session tickets.
    private(set) var tickets: CInt?
    /// The descriptor of the totals of the arbiter before.
    private(set) var totals: CInt?
    /// The descriptor where this arbiter leaves its own totals to the one before.
    private(set) var ownTotals: CInt?

    /// Takes the descriptors that the environment names.
    ///
    /// Any process can set variables, and a program that forktail has started may hand them on. So
    /// the line is asked for its maker, which the kernel knows: the arbiter that they name.
    init(environment: [String: SystemString]) throws(StartFailure) {
        if let text = environment[Variable.sockets]?.description {
            let process = environment[Variable.predecessor]?.text.flatMap { CInt($0) }
            switch Self.claim(in: text, of: process) {
            case .predecessor(let arbiter):
                try take(text, from: arbiter)
                predecessor?.mayRunPrograms = environment[Variable.programs] != nil
                tickets = Self.take(environment[Variable.tickets]?.text)
                totals = Self.take(environment[Variable.totals]?.text)
                ownTotals = Self.take(environment[Variable.ownTotals]?.text)
                return
            case .ignored(let reason):
                ignored = reason
            }
        }
        if environment["LISTEN_PID"]?.text == "\(Process.id)" {
            try takeFromSystemd(
                count: environment["LISTEN_FDS"]?.description,
                names: environment["LISTEN_FDNAMES"]?.text ?? ""
            )
        }
    }

    /// The variables that an arbiter sets for the one that it starts.
    enum Variable {
        /// The numbers: `9;3=127.0.0.1:8000;4=!unix:/run/x.sock`, the line first; `!` marks
        /// sockets that neither of the two has made, `~` the one that the observer serves.
        static let sockets = "FORKTAIL_FD"
        /// The arbiter that waits for the report.
        static let predecessor = "FORKTAIL_PID"
        /// Whether its workers are programs, which have set up the sockets as they want them.
        static let programs = "FORKTAIL_PID_PROGRAMS"
        /// The number of the descriptor with the keys of session tickets.
        static let tickets = "FORKTAIL_TICKETS_FD"
        /// The number of the descriptor with the totals; a name that earlier versions leave alone.
        static let totals = "FORKTAIL_PID_TOTALS"
        /// The number of the descriptor where the new arbiter leaves its own totals.
        static let ownTotals = "FORKTAIL_PID_OWN_TOTALS"
    }

    /// All of them; workers must not see them.
    static let variables = [
        Variable.sockets, Variable.predecessor, Variable.programs, Variable.tickets,
        Variable.totals, Variable.ownTotals,
    ]

    /// Returns the value of the variable for the sockets.
    static func describe(_ listeners: [Listener], line: CInt) -> String {
        let entries = listeners.map { listener in
            let mark =
                listener.isForeign
                ? listener.isNamedHTTPS ? "!https://" : "!" : listener.isForStatus ? "~" : ""
            return "\(listener.socket.rawValue)=\(mark)\(listener.address)"
        }
        return (["\(line)"] + entries).joined(separator: ";")
    }

    /// The numbers of all descriptors that were taken.
    var descriptors: [CInt] {
        listeners.map { $0.socket.rawValue }
            + [predecessor?.line.descriptor, tickets, totals, ownTotals].compactMap(\.self)
    }

    /// Takes memory that the arbiter before shares.
    ///
    /// It serves without, too: then clients make new sessions, and counters begin at zero.
    private static func take(_ text: String?) -> CInt? {
        guard let number = text.flatMap({ CInt($0) }), number > 2,
            let memory = try? FileDescriptor.inherited(number)
        else { return nil }
        let isTaken = (try? memory.setCloseOnExec(true)) != nil
        _ = memory.release()
        return isTaken ? number : nil
    }

    /// What the variables of an upgrade amount to.
    private enum Claim {
        case predecessor(OtherArbiter)
        case ignored(String)
    }

    private static func claim(in text: String, of process: CInt?) -> Claim {
        guard let process else { return .ignored("\(Variable.predecessor) names no process") }
        guard let number = text.split(separator: ";").first.flatMap({ CInt($0) }) else {
            return .ignored("\(Variable.sockets) does not begin with a descriptor")
        }
        do throws(Errno) {
            let line = try FileDescriptor.inherited(number)
            guard try line.maker() == ProcessID(rawValue: process) else {
                _ = line.release()
                return .ignored("descriptor \(number) does not come from process \(process)")
            }
            try line.setCloseOnExec(true)
            return .predecessor(
                OtherArbiter(
                    process: ProcessID(rawValue: process),
                    line: ArbiterLine(line),
                    role: .predecessor
                )
            )
        } catch {
            return .ignored("descriptor \(number): \(error)")
        }
    }

    private mutating func take(
        _ text: String,
        from arbiter: OtherArbiter
    ) throws(StartFailure) {
        predecessor = arbiter
        for entry in text.split(separator: ";").dropFirst() {
            let parts = entry.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let number = CInt(parts[0]) else { throw Self.malformed(text) }
            let isForeign = parts[1].hasPrefix("!")
            // The address of a foreign socket is what the kernel says, which need not be text.
            let isForStatus = parts[1].hasPrefix("~")
            let text = parts[1].dropFirst(isForStatus ? 1 : 0)
            let address = isForeign ? nil : try Self.address(String(text))
            let isNamedHTTPS = parts[1].hasPrefix("!https://")
            let listener =
                try Self.adopt(number, address, isForeign: isForeign, isNamedHTTPS: isNamedHTTPS)
            listener.isForStatus = isForStatus
            listeners.append(listener)
        }
    }

    private mutating func takeFromSystemd(
        count text: String?,
        names: String
    ) throws(StartFailure) {
        let names = names.split(separator: ":", omittingEmptySubsequences: false)
        guard let count = text.flatMap({ CInt($0) }), count > 0 else {
            throw .unavailable("LISTEN_FDS: \(text ?? "") is no number of sockets")
        }
        for position in 0..<count {
            let name = Int(position) < names.count ? names[Int(position)] : ""
            listeners.append(
                try Self.adopt(
                    3 + position,
                    nil,
                    isForeign: true,
                    isNamedHTTPS: name == "https"
                )
            )
        }
    }

    /// Makes a listener of a socket that is there.
    private static func adopt(
        _ number: CInt,
        _ address: BindAddress?,
        isForeign: Bool,
        isNamedHTTPS: Bool
    ) throws(StartFailure) -> Listener {
        do throws(Errno) {
            let socket = try FileDescriptor.inherited(number)
            try socket.setCloseOnExec(true)
            guard try socket.isListening() else { throw .invalidArgument }
            let bound = try socket.boundAddress()
            if let address, !address.isBound(as: bound) { throw .invalidArgument }
            // A socket that was bound under another name and renamed does not know its path.
            let address = address ?? BindAddress(bound)
            return Listener(
                address: address,
                socket: socket,
                url: bound.isUnix ? address.url : BindAddress(bound).url,
                file: isForeign ? nil : OwnedFile(of: address),
                isForeign: isForeign,
                isNamedHTTPS: isNamedHTTPS
            )
        } catch {
            throw .unavailable(
                "inherited descriptor \(number) is no listening socket: \(error)",
                error
            )
        }
    }

    private static func address(_ text: String) throws(StartFailure) -> BindAddress {
        do throws(SettingRefusal) {
            return try BindAddress(parsing: text)
        } catch {
            throw malformed(text)
        }
    }

    private static func malformed(_ text: String) -> StartFailure {
        .unavailable("\(Variable.sockets) is not what an arbiter leaves to the next: \(text)")
    }
}

extension BindAddress {
    /// The address that a socket has.
    init(_ address: SocketAddress) {
        switch address.path {
        case let path?: self = .unix(path: path.description)
        case nil: self = .tcp(host: address.numericHost, port: address.port ?? 0)
        }
    }

    /// Whether it is a host and a port.
    var isTCP: Bool {
        switch self {
        case .tcp: true
        case .unix: false
        }
    }

    /// The address as a log line shows it: `http://127.0.0.1:8000`, `unix:/run/x.sock`.
    var url: String {
        switch self {
        case .tcp: "http://\(self)"
        case .unix: "\(self)"
        }
    }

    /// Whether a socket that is bound to `bound` can be the one of this address.
    ///
    /// A Unix-domain socket was bound under a name that begins with that of its file.
    fileprivate func isBound(as bound: SocketAddress) -> Bool {
        switch self {
        case .tcp(_, let port): return !bound.isUnix && (port == 0 || port == bound.port)
        case .unix(let path):
            let slash = UInt8(ascii: "/")
            let name = Array(path.utf8.split(separator: slash).last ?? [])
            let boundName = bound.path?.bytes.split(separator: slash).last ?? []
            return bound.isUnix && boundName.starts(with: name)
        }
    }
}
