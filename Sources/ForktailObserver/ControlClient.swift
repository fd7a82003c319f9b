// The other end of the control socket: asks for one thing by one connection, HTTP/1.0.

package import ForktailConfiguration
import ForktailSystem

package struct ControlClient {
    /// An answer.
    struct Answer {
        let status: Int
        /// The field Forktail-Event.
        let event: String?
        let body: String
    }

    /// Why there is no answer.
    enum Failure: Error {
        /// No server listens; each place with its reason, and the mistakes of the settings that
        /// name the places.
        case absent([(path: String, reason: String)], ConfigurationFailure?)
        case noPermission(path: String)
        /// It took the connection and gave no answer.
        case broken
    }

    private let places: [ControlPlace]
    private let mistakes: ConfigurationFailure?

    /// Makes the client of a server.
    ///
    /// - Parameters:
    ///   - places: Where its control socket may be.
    ///   - mistakes: Those of the settings that say so.
    package init(places: [ControlPlace], mistakes: ConfigurationFailure?) {
        self.places = places
        self.mistakes = mistakes
    }

    /// Asks, and waits for the answer.
    func ask(_ method: String, _ target: String) throws(Failure) -> Answer {
        try Self.ask(connect(), method, target)
    }

    /// The process of the arbiter, and its settings file, which is empty where there is none.
    func arbiter() throws(Failure) -> (process: ProcessID, file: SystemString) {
        try Self.arbiter(connect())
    }

    private static func arbiter(
        _ socket: consuming FileDescriptor
    ) throws(Failure) -> (process: ProcessID, file: SystemString) {
        // A path may have line feeds.
        let lines = try ask(socket, "GET", "/arbiter.txt").body
            .split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard lines.count == 2, let process = Int32(lines[0]) else { throw .broken }
        return (ProcessID(rawValue: process), SystemString(lines[1].dropLast()))
    }

    private static func ask(
        _ socket: consuming FileDescriptor,
        _ method: String,
        _ target: String
    ) throws(Failure) -> Answer {
        do throws(Errno) {
            try socket.writeAll("\(method) \(target) HTTP/1.0\r\nHost: forktail\r\n\r\n")
            var bytes: [UInt8] = []
            while true {
                let chunk = try socket.readChunk()
                if chunk.isEmpty { break }
                bytes += chunk
            }
            guard let answer = Self.parse(bytes) else { throw Errno.connectionReset }
            return answer
        } catch {
            throw .broken
        }
    }

    private func connect() throws(Failure) -> FileDescriptor {
        var reasons: [(String, String)] = []
        for place in places {
            let socket: FileDescriptor
            do throws(Errno) {
                socket = try Self.connect(to: place)
            } catch .permissionDenied {
                throw .noPermission(path: place.path)
            } catch {
                reasons.append((place.path, "\(error)"))
                continue
            }
            guard let file = place.file else { return socket }
            let arbiter = try Self.arbiter(socket)
            if Self.isSame(file, arbiter.file) {
                do throws(Errno) { return try Self.connect(to: place) } catch { throw .broken }
            }
            let other = arbiter.file.bytes.isEmpty ? "no settings file" : "\(arbiter.file)"
            let owner = "pid \(arbiter.process.rawValue), which has \(other)"
            reasons.append((place.path, "it belongs to \(owner)"))
        }
        throw .absent(reasons, mistakes)
    }

    private static func connect(to place: ControlPlace) throws(Errno) -> FileDescriptor {
        try Socket.connect(toUnix: SystemString(place.path), timeout: .seconds(10))
    }

    /// Whether two paths are those of one settings file.
    ///
    /// Where either can't be read, as after it was removed, the paths are compared; of a long one the
    /// server tells only the beginning, with `…` behind it.
    private static func isSame(_ own: SystemString, _ other: SystemString) -> Bool {
        if let own = try? FileSystem.status(behind: own),
            let other = try? FileSystem.status(behind: other)
        {
            return own.identity == other.identity
        }
        let directory = try? FileSystem.currentDirectory()
        let (path, told) = (own.path(in: directory ?? ".").description, other.description)
        return told.hasSuffix("…") ? path.hasPrefix(told.dropLast()) : path == told
    }

    private static func parse(_ bytes: [UInt8]) -> Answer? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return nil
        }
        let field = lines.first { $0.lowercased().hasPrefix("forktail-event: ") }
        return Answer(
            status: status,
            event: field.map { String($0.dropFirst(16)) },
            body: String(text[end.upperBound...])
        )
    }
}
