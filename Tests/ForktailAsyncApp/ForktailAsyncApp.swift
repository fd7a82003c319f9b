// The asynchronous application of the process tests: its handlers wait in each way that Swift has.

import Forktail
import Glibc
import Synchronization

@main
struct ForktailAsyncApp: AsyncApplication {
    private let gates = Gates()

    init() throws {
        Waits.mainThread = pthread_self()
        // A task that is started before the fork: with preload_app the boot has to fail.
        if getenv("BOOT_TASK") != nil { Task.detached { await Task.yield() } }
    }

    func workerDidStart(_ worker: WorkerContext) async throws {
        await Task.yield()
        if let reason = getenv("BOOT_FAIL") { throw Failure(String(cString: reason)) }
    }

    func workerWillStop(_ worker: WorkerContext) async {
        await Task.yield()
        worker.log(.info, "the application of worker \(worker.slot) stops")
    }

    func respond(to request: Request) async throws -> Response {
        // What `make bench PARTS=instructions` counts: a handler that never waits, and one hop.
        switch request.rawPath {
        case "/plain": return Response(text: "Hello, World!\n")
        case "/hop":
            await Task.yield()
            return Response(text: "Hello, World!\n")
        default: return try await respond(inDetail: request)
        }
    }

    private func respond(inDetail request: Request) async throws -> Response {
        let parts = request.path.split(separator: "/").map(String.init)
        let argument = parts.dropFirst().joined(separator: "/")
        switch parts.first {
        case nil, "pid": return Response(text: Self.identity)
        case "threads": return Response(text: "\(try Self.threads())\n")
        case "wait":
            try await Waits.wait(in: argument, request, gates)
            return Response(text: "\(argument)\n")
        case "crash-in":
            // Until the test has begun the other requests.
            await gates.pass("crash")
            try await Waits.crash(in: argument)
        case "crash": try await Waits.crash(in: argument)
        case "cancel-self":
            let wasCancelled = Task.isCancelled
            withUnsafeCurrentTask { $0?.cancel() }
            return Response(text: wasCancelled ? "cancelled\n" : "fresh\n")
        case "sleep":
            try await request.sleep(for: .milliseconds(Int(argument) ?? 0))
            return Response(text: Self.identity)
        case "gate":
            await gates.pass(argument)
            return Response(text: Self.identity)
        case "open":
            gates.open(argument)
            return Response(text: "open\n")
        case "waiting": return Response(text: "\(gates.count)\n")
        case "forever":
            try await request.sleep(for: .seconds(3600))
            return Response(text: "late\n")
        case "stubborn":
            await gates.pass("never")
            return Response(text: "late\n")
        case "cleanup": return try await Self.cleanUp(request)
        case "last-words":
            try? await request.sleep(for: .seconds(3600))
            return Response(text: "last words\n")
        case "spin":
            while true {}
        case "throw": throw Failure(argument)
        case "throw-status": throw HTTPError(.conflict)
        case "cancelled": throw CancellationError()
        case "upload": return try await Self.upload(request)
        case "upload-forever":
            _ = try await Self.upload(request)
            return try await Self.cleanUp(request)
        case "collect":
            let bytes = try await request.body.collect(upTo: 100_000)
            return Response(text: "\(bytes.count)\n")
        case "blocking-upload":
            // A function that is not asynchronous can't wait for a body.
            let read = { () throws -> Int in try request.body.collect(upTo: .max).count }
            return Response(text: "\(try read())\n")
        case "ignore-body":
            try await Waits.wait(in: "yield", request, gates)
            return Response(text: "ignored\n")
        case "detached-body":
            let count = try await Task.detached { try await request.body.collect(upTo: .max).count }
                .value
            return Response(text: "\(count)\n")
        case "events": return Sequences.events(gates)
        case "flow": return Sequences.flow(pieces: Int(argument) ?? 3)
        case "ready-flow": return Sequences.flow(pieces: Int(argument) ?? 3, waits: false)
        case "broken": return Sequences.broken()
        case "short": return Sequences.short()
        case "trailers": return Sequences.trailers()
        case "silent": return Sequences.silent(request)
        case "switch":
            return Response(switchingTo: "echo") { stream in
                while let bytes = try stream.read(within: .seconds(5)) { try stream.write(bytes) }
            }
        default: throw HTTPError(.notFound)
        }
    }

    /// `slot pid generation`, which is what the tests look for.
    private static var identity: String {
        guard let worker = WorkerContext.current else { return "none\n" }
        return "\(worker.slot) \(worker.processID) \(worker.generation)\n"
    }

    /// How many threads the worker has.
    private static func threads() throws -> Int {
        guard let folder = opendir("/proc/self/task") else { throw Failure("no /proc") }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        return count
    }

    /// Waits to be cancelled, and notes it.
    private static func cleanUp(_ request: Request) async throws -> Response {
        do {
            try await request.sleep(for: .seconds(3600))
        } catch {
            WorkerContext.current?.log(.info, "cleaned up")
            throw error
        }
        return Response(text: "late\n")
    }

    private static func upload(_ request: Request) async throws -> Response {
        var count = 0
        for try await bytes in request.body { count += bytes.count }
        return Response(text: "\(count)\n")
    }
}

/// An error of the application.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
