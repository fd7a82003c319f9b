import ForktailValues
import Testing

extension ProcessTests.WSGITests {
    /// What an application does against PEP 3333, and what it raises.
    @Suite(.serialized) struct WSGIFaultTests {
        /// The path of a fault, and the words of the log that name it.
        private static let faults: [(path: String, words: String)] = [
            ("returns-text", "the application returned str, not an iterable of bytes"),
            ("returns-texts", "a part of the body is str, not bytes; encode it"),
            ("returns-none", "the application returned None"),
            ("no-start", "has not called start_response"),
            ("start-twice", "start_response was called again without exc_info"),
            ("bad-status", "the status is not of three digits"),
            ("bytes-status", "the status is bytes, not str"),
            ("number-value", "the value of a header is int, not str"),
            ("split-value", "the value of the header X-Split has a line break"),
            ("bad-name", "no header can have the name 'X Split'"),
            ("hop-by-hop", "the header Transfer-Encoding is for one connection"),
            ("too-long", "longer than its Content-Length of 3 bytes"),
            ("too-short", "the body has 6 bytes, and Content-Length says 9"),
            ("raises", "ValueError: no luck"),
        ]

        @Test(arguments: [0, 2]) func answersWithA500(threads: Int) throws {
            try PythonSite(threads: threads).run { server in
                server.expectErrors(.handlerThrew)
                for (path, words) in Self.faults {
                    try #expect(server.status(of: "/\(path)") == 500, "\(path)")
                    let record = try server.waitForEvent(
                        .handlerThrew,
                        ["error": Containing(words), "request": "GET /\(path) HTTP/1.1", "slot": 0]
                    )
                    #expect(record.text("traceback").contains("Traceback"), "\(path)")
                    #expect(record.text("client") == "127.0.0.1", "\(path)")
                }
                try #expect(server.status(of: "/ok") == 200)
                #expect(server.count(.workerExited) == 0)
            }
        }

        /// Once the response has begun, the client must not take a part for the whole.
        @Test(arguments: [0, 2]) func cutsWhatHasBegun(threads: Int) throws {
            try PythonSite(threads: threads).run { server in
                server.expectErrors(.handlerThrew)
                server.expectErrors(.responseCut)
                for path in [
                    "raises-late", "too-long-late", "too-short-late", "raises-after-write",
                    "fails-after-write", "too-long-write",
                ] {
                    #expect(throws: ConnectionFault.self, "\(path)") { try server.get("/\(path)") }
                    try server.waitForEvent(.handlerThrew, ["request": "GET /\(path) HTTP/1.1"])
                }
                let record = try server.waitForEvent(
                    .handlerThrew,
                    ["error": Containing("in the middle")]
                )
                #expect(record.text("traceback").contains("wsgi_site.py"))
                try wait(until: "each close") {
                    try server.get("/show-closed").text
                        == "raises_late too_long_late too_short_late"
                }
            }
        }

        /// What the application returned is closed, also where its client leaves.
        @Test(arguments: [0, 2], ["endless", "endless-write"])
        func closesWhatNoClientReads(threads: Int, path: String) throws {
            try PythonSite(threads: threads).run { server in
                server.expectErrors(.responseCut)
                let client = try Client(server.address)
                try client.send(Client.request("/\(path)"))
                try client.expect("xxx")
                client.reset()
                try wait(until: "the close") {
                    try server.get("/show-closed").text == path.replacing("-", with: "_")
                }
            }
        }
    }
}
