// The same bytes to every class of workers: whatever reads a request, the answer is the same, and so
// are the lines of both logs.

import Foundation
import Glibc
import Testing

extension ProcessTests {
    @Suite struct RawRequestTests {
        @Test(arguments: RawRequest.tables.keys.sorted())
        func areAnsweredAlikeByEveryClass(table: String) throws {
            let requests = try #require(RawRequest.tables[table])
            var results: [RawRequest.Reader: [RawResult]] = [:]
            for reader in RawRequest.Reader.allCases {
                results[reader] = try Self.results(of: requests, from: reader)
            }
            for (number, request) in requests.enumerated() {
                let model = try #require(results[.event]?[number])
                for reader in RawRequest.Reader.allCases {
                    let result = try #require(results[reader]?[number])
                    Self.check(result, of: request, from: reader)
                    let same = model.prefix(request.finalAnswers(from: reader))
                    #expect(result == same, "\(request.name): \(reader)")
                }
            }
        }

        private static func check(
            _ result: RawResult,
            of request: RawRequest,
            from reader: RawRequest.Reader
        ) {
            let expected = request.result(from: reader)
            let place = "\(request.name): \(reader)"
            #expect(result.answers.map(\.status) == expected.statuses, "\(place)")
            #expect(result.requests == expected.requests, "\(place)")
            #expect(result.messages == expected.messages, "\(place)")
            // Where there is a line about it, it was the last request; a TLS handshake is only closed.
            guard let text = request.refusal?.shown, !expected.messages.isEmpty,
                let last = result.answers.last
            else { return }
            #expect(last.body == text, "\(place)")
        }

        /// Sends one request after the other to a server of a class.
        private static func results(
            of requests: [RawRequest],
            from reader: RawRequest.Reader
        ) throws -> [RawResult] {
            let setup = ServerSetup(executable: .forktail, workers: 1, settings: reader.settings)
            var results: [RawResult] = []
            try Server.run(setup) { server in
                results = try requests.map { try Self.result(of: $0, from: reader, server) }
            }
            return results
        }

        private static func result(
            of request: RawRequest,
            from reader: RawRequest.Reader,
            _ server: Server
        ) throws -> RawResult {
            let (lines, begun) = (accessLines(of: server).count, server.logLines.count)
            let answers = try request.send(to: server, splitHead: reader == .delegated)
            let expected = request.result(from: reader)
            settle { lines + expected.requests.count <= accessLines(of: server).count }
            settle { begun + expected.messages.count <= server.logLines.count }
            // Another request, whose line comes behind those of the first.
            try #expect(server.status(of: "/last") == 200)
            try wait(until: "the line of another request") {
                accessLines(of: server).dropFirst(lines).contains { $0.contains("GET /last") }
            }
            return try RawResult(
                answers,
                access: accessLines(of: server).dropFirst(lines),
                errors: server.logLines.dropFirst(begun)
            )
        }

        private static func accessLines(of server: Server) -> [Substring] {
            server.directory.lines(of: "access.log")
        }

        /// Gives the server some time to write a line, which the test misses where it doesn't come.
        private static func settle(_ condition: () -> Bool) {
            let start = ContinuousClock.now
            while !condition(), ContinuousClock.now - start < longestWait {
                pause(milliseconds: 2)
            }
        }
    }
}

/// What a request has led to.
struct RawResult: Equatable {
    struct Answer: Equatable {
        let status: Int
        /// Without those that differ in any case: Date, Connection and Keep-Alive.
        let fields: [String]
        let body: String

        init(_ reply: Reply) {
            status = reply.status
            fields = reply.fields.filter {
                !["date", "connection", "keep-alive"].contains($0.name.lowercased())
            }.map { "\($0.name): \($0.value)" }
            body = reply.text
        }
    }

    var answers: [Answer]
    /// Of each line of the access log the status and the request.
    var requests: [String]
    /// Of each line of the error log the level and the message, with `*` for the client's port.
    var messages: [String]

    init(
        _ answers: [Reply],
        access: ArraySlice<Substring>,
        errors: ArraySlice<Substring>
    ) throws {
        self.answers = answers.map(Answer.init)
        requests = try access.filter { !$0.contains("GET /last") }.map { line in
            let object = try Self.object(line)
            return "\(object["status"] ?? "") \(object["request"] as? String ?? "-")"
        }
        messages = try errors.map { line in
            let object = try Self.object(line)
            let message = "\(object["level"] ?? "") \(object["message"] ?? "")"
            return message.replacing(/127\.0\.0\.1:\d+/, with: "127.0.0.1:*")
        }
    }

    /// The result without what follows a number of final answers.
    func prefix(_ count: Int) -> RawResult {
        var result = self
        result.requests = Array(requests.prefix(count))
        guard answers.count(where: { $0.status >= 200 }) > count else { return self }
        result.answers = Array(answers.prefix(count))
        result.messages = []
        return result
    }

    private static func object(_ line: Substring) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(value as? [String: Any], "\(line)")
    }
}
