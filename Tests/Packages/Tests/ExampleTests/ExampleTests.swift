@testable import AsyncHTTPClientExample
import Forktail
import ForktailTest
import Foundation
@testable import EarlyThreadsExample
@testable import HummingbirdExample
@testable import SwiftLogExample
@testable import SwiftNIOExample
import Testing

/// Each class of workers runs asynchronous handlers in a way of its own.
private let classes = ["event", "sync"]

/// Starts the upstream of an example, which is forktail as well.
private func serveUpstream<Result>(
    _ arguments: [String] = [],
    _ body: (TestClient) throws -> Result
) throws -> Result {
    try serve(HTTPClientProgram.self, ["--worker-class", "event"] + arguments, body: body)
}

@Suite struct AsyncHTTPClientTests {
    @Test(arguments: classes) func asksAnUpstream(_ workerClass: String) throws {
        try serveUpstream { upstream in
            let arguments = [
                "--worker-class", workerClass, "--upstream-url",
                "http://127.0.0.1:\(upstream.port)",
            ]
            try serve(HTTPClientProgram.self, arguments) { client in
                for _ in 1...5 {
                    let response = try client.get("/upstream")
                    #expect(try response.text == "the upstream says: Hello, World!\n")
                }
            }
        }
    }

    @Test func asksAnUpstreamOverTLS() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificate = try makeCertificate(in: folder)
        let settings = folder.appending(path: "upstream.toml")
        let table = """
            [[certificate]]
            certfile = "\(certificate.file)"
            keyfile = "\(certificate.key)"
            """
        try table.write(to: settings, atomically: true, encoding: .utf8)
        let secure = ["--config", settings.path, "--bind", "https://127.0.0.1:0"]
        try serveUpstream(secure) { upstream in
            let arguments = [
                "--worker-class", "event", "--upstream-url", "https://127.0.0.1:\(upstream.port)",
                "--upstream-certificate", certificate.file,
            ]
            try serve(HTTPClientProgram.self, arguments) { client in
                let response = try client.get("/upstream")
                #expect(try response.text == "the upstream says: Hello, World!\n")
            }
        }
    }

    @Test func answersWhileTheUpstreamIsAway() throws {
        // Port 1 of the loopback serves nothing.
        let arguments = ["--worker-class", "event", "--upstream-url", "http://127.0.0.1:1"]
        try serve(HTTPClientProgram.self, arguments) { client in
            #expect(try client.get("/upstream").status == .internalServerError)
            let line = try client.waitForLog("handler_threw")
            #expect(line["message"]?.stringValue?.contains("GET /upstream") == true)
            #expect(try client.get("/hello").text == "Hello, World!\n")
        }
    }

    @Test(arguments: classes) func readsBodies(_ workerClass: String) throws {
        try serve(HTTPClientProgram.self, ["--worker-class", workerClass]) { client in
            let order = try client.post("/echo", json: ["number": 17, "items": ["a", "b"]])
            #expect(try order.json.integer(of: "number") == 17)
            #expect(try client.post("/echo", json: ["number": 17]).status == .badRequest)
            let response = try client.send(
                .put,
                "/upload",
                body: [UInt8](repeating: 7, count: 1024)
            )
            #expect(try response.text == "1024 bytes\n")
            #expect(try client.get("/other").status == .notFound)
        }
    }

    @Test func isAFunction() async throws {
        let body = [UInt8](repeating: 7, count: 1024)
        let response = try await HTTPClientProgram().respond(
            to: Request(.put, "/upload", body: body)
        )
        #expect(response.status == .ok)
        #expect(try response.text == "1024 bytes\n")
        let application = try HTTPClientProgram()
        try await application.workerDidStart(WorkerContext.forTests())
        try await application.workerWillStop(WorkerContext.forTests())
    }

    private func makeCertificate(in folder: URL) throws -> (file: String, key: String) {
        let file = folder.appending(path: "cert.pem").path
        let key = folder.appending(path: "key.pem").path
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-keyout", key, "-out", file, "-subj", "/CN=upstream",
            "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2",
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        try #require(openssl.terminationStatus == 0, "openssl has failed")
        return (file, key)
    }
}

@Suite struct SwiftNIOTests {
    @Test(arguments: classes) func speaksToAnotherServer(_ workerClass: String) throws {
        try serveUpstream { peer in
            let arguments = ["--worker-class", workerClass, "--peer-port", "\(peer.port)"]
            try serve(NIOProgram.self, arguments) { client in
                let text = try client.get("/").text
                #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(text.hasSuffix("\r\n\r\nHello, World!\n"))
            }
        }
    }
}

@Suite struct EarlyThreadsTests {
    @Test func serveWhereEachWorkerStartsThem() throws {
        try serve(EarlyThreadsProgram.self) { client in
            try #expect(client.get("/").text == "Hello, World!\n")
        }
    }

    @Test func areRefusedBeforeTheFork() throws {
        let failure = #expect(throws: TestFailure.self) {
            try serve(EarlyThreadsProgram.self, ["--preload-app"]) { _ in }
        }
        let reason =
            "preload_app: init() has started 1 thread in the arbiter, which workers don't inherit; "
            + "start threads and tasks in workerDidStart(_:)"
        #expect(failure?.description.contains(reason) == true, "\(failure?.description ?? "")")
    }
}

@Suite struct SwiftLogTests {
    @Test(arguments: classes) func logsWithMetadataSlotAndRequest(_ workerClass: String) throws {
        let arguments = [
            "--worker-class", workerClass, "--workers", "1", "--request-id", "generate",
        ]
        try serve(LogProgram.self, arguments) { client in
            let start = try client.waitForLog("application", ["message": "connected (pool: 4)"])
            #expect(start["level"]?.stringValue == "info")
            #expect(start["slot"]?.integerValue == 0 && start["request"] == nil)

            let response = try client.get("/orders/17")
            #expect(try response.text == "paid\n")
            let line = try client.waitForLog("application", ["level": "warning"])
            #expect(line["facts"]?["order"]?.stringValue == "/orders/17")
            #expect(line["facts"]?["currency"]?.stringValue == "EUR")
            #expect(line["facts"]?["days"]?.stringValue == #"["3","4"]"#)
            #expect(line["slot"]?.integerValue == 0)
            #expect(line["request"]?.stringValue == "GET /orders/17 HTTP/1.1")
            #expect(line["request_id"]?.stringValue == response.fields[.xRequestID])
            // Below `loglevel`, which is info.
            #expect(
                !client.log.contains { $0["message"]?.stringValue?.hasPrefix("details") == true }
            )
        }
    }
}

@Suite struct HummingbirdTests {
    @Test(arguments: classes) func servesRoutes(_ workerClass: String) throws {
        let arguments = ["--worker-class", workerClass, "--request-id", "generate"]
        try serve(RouterProgram.self, arguments) { client in
            #expect(try client.get("/hello").text == "Hello, World!\n")
            let response = try client.get("/hello/Ann")
            #expect(try response.text == "Hello, Ann!\n")
            let line = try client.waitForLog(
                "application",
                ["request": "GET /hello/Ann HTTP/1.1"]
            )
            #expect(line["facts"]?["name"]?.stringValue == "Ann")
            #expect(line["facts"]?["hb.request.id"]?.stringValue == line["request_id"]?.stringValue)
            #expect(try client.get("/other").status == .notFound)
            let teapot = try client.get("/teapot")
            #expect(teapot.status.code == 418)
            #expect(try teapot.text.contains("short and stout"))
        }
    }

    @Test func convertsJSON() throws {
        try serve(RouterProgram.self, ["--worker-class", "event"]) { client in
            let order = try client.post("/echo", json: ["number": 17, "items": ["a", "b"]])
            #expect(try order.json.integer(of: "number") == 17)
            #expect(order.fields[.contentType] == "application/json; charset=utf-8")
            #expect(try client.post("/echo", json: ["number": "x"]).status == .badRequest)
        }
    }

    @Test(arguments: classes) func convertsBodies(_ workerClass: String) throws {
        try serve(RouterProgram.self, ["--worker-class", workerClass]) { client in
            // The second one is larger than request_buffer_size: it is read while the route runs.
            for size in [1024, 3_000_000] {
                let body = [UInt8](repeating: 7, count: size)
                #expect(try client.send(.put, "/upload", body: body).text == "\(size) bytes\n")
            }
            let lines = try client.get("/count/20000").text.split(separator: "\n")
            #expect(lines.count == 20_000 && lines.last == "20000")
            #expect(throws: TestFailure.self) { try client.get("/broken") }
            #expect(try client.get("/hello").status == .ok)
        }
    }

    @Test(arguments: classes) func losesOneRequestToATrap(_ workerClass: String) throws {
        try serve(RouterProgram.self, ["--worker-class", workerClass]) { client in
            #expect(try client.get("/items/1").text == "b")
            #expect(try client.get("/items/2").status == .internalServerError)
            let death = try client.waitForLog("worker_exited", ["target": "/items/2"])
            #expect(death["reason"]?.stringValue == "crashed")
            try client.waitForLog("worker_ready", ["slot": death["slot"] ?? .null], count: 2)
            #expect(try client.get("/items/0").text == "a")
        }
    }
}
