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
        case absent([(path: String, reason: Errno)], ConfigurationFailure?)
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
        let socket = try connect()
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
        var reasons: [(String, Errno)] = []
        for place in places {
            do throws(Errno) {
                return try Socket.connect(
                    toUnix: SystemString(place.path),
                    timeout: .seconds(10)
                )
            } catch .permissionDenied {
                throw .noPermission(path: place.path)
            } catch {
                reasons.append((place.path, error))
            }
        }
        throw .absent(reasons, mistakes)
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
