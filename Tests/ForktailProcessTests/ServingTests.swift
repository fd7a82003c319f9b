import Glibc
import Testing

extension ProcessTests {
    @Suite struct ServingTests {
        /// Scenario 1: each worker is a child of the arbiter, answers, and says which one it is.
        @Test func letsEveryWorkerAnswer() throws {
            try Server.run(ServerSetup(workers: 4)) { server in
                let workers = try server.waitForWorkers(4)
                var slots: [pid_t: Int] = [:]
                try wait(until: "an answer from each worker") {
                    let worker = try server.identify()
                    slots[worker.process] = worker.slot
                    return slots.count == 4
                }
                #expect(Set(slots.keys) == Set(workers))
                #expect(slots.values.sorted() == [0, 1, 2, 3])
            }
        }

        @Test func namesItsProcesses() throws {
            let setup = ServerSetup(workers: 3, settings: "proc_name = \"swallow\"")
            try Server.run(setup) { server in
                #expect(ProcessTable.title(of: server.arbiter) == "swallow: arbiter")
                let titles = try server.waitForWorkers(3).map(ProcessTable.title(of:)).sorted()
                #expect(titles == (0..<3).map { "swallow: worker \($0)" })
            }
        }

        @Test func servesHello() throws {
            try Server.run(ServerSetup(executable: .forktail)) { server in
                let plain = try server.get("/plain")
                #expect(plain.status == 200)
                #expect(plain.text == "Hello, World!\n")
                #expect(plain["Content-Type"]?.hasPrefix("text/plain") == true)
                let page = try server.get("/")
                #expect(page["Content-Type"] == "text/html; charset=utf-8")
                let worker = try #require(
                    server.workers.first { page.text.contains("<dd>\($0)</dd>") }
                )
                let title = ProcessTable.title(of: worker)
                let slot = try #require(title.split(separator: " ").last)
                #expect(page.text.contains("<dt>slot</dt><dd>\(slot)</dd>"))
                #expect(page.text.contains("<dt>generation</dt><dd>1</dd>"))
                #expect(page.text.contains("kill -HUP \(server.arbiter)"))
            }
        }

        @Test func servesTheSmallestProgram() throws {
            try Server.run(ServerSetup(executable: .helloApp)) { server in
                let reply = try server.get("/anything")
                #expect(reply.status == 200)
                #expect(reply.text == "Hello, World!\n")
            }
        }
    }
}
