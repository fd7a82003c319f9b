import Testing

extension ProcessTests {
    /// Files under a path prefix of an application.
    @Suite struct FilePrefixTests {
        @Test func servesUnderAPrefix() throws {
            let directory = try FileSite()
            directory.makeDirectory("sub")
            try directory.write("index", to: "index.html")
            try directory.write("within", to: "sub/a.txt")
            try Server.run(ServerSetup(), in: directory.directory) { server in
                for (target, status, text) in [
                    ("/assets/", 200, "index"), ("/assets/sub/a.txt", 200, "within"),
                    ("/assets//sub/a.txt", 200, "within"), ("/assets/..%2fassets/", 200, "index"),
                    ("/assets/none", 404, "Not Found\n"), ("/assets/.x", 404, "Not Found\n"),
                    ("/assets%2fx/%2e%2e/", 200, "index"), ("/assets/sub/", 404, "Not Found\n"),
                ] {
                    let reply = try server.ask(target)
                    #expect(reply.status == status, "\(target)")
                    #expect(reply.text == text, "\(target)")
                }
                for (target, location) in [
                    ("/assets", "/assets/"), ("/assets?q", "/assets/?q"),
                    ("/assets/sub?q", "/assets/sub/?q"),
                ] {
                    let reply = try server.ask(target)
                    #expect(reply.status == 301, "\(target)")
                    #expect(reply["Location"] == location, "\(target)")
                }
                try #expect(server.ask("/assets/", method: "POST").status == 405)
                let range = try server.ask("/assets/sub/a.txt", ["Range": "bytes=1-2"])
                #expect(range.text == "it")
                try #expect(server.ask("/elsewhere").status == 404)
            }
        }

        /// Several threads of one process, while the files are replaced all the time.
        @Test func servesSeveralThreads() throws {
            let site = try FileSite()
            let texts = (0..<16).map { String(repeating: "x", count: $0) }
            for text in texts { try site.write(text, to: "\(text.utf8.count)") }
            // Where others want the processors too, the answer takes longer than the default allows.
            let setup = ServerSetup(workers: 1, settings: "timeout = \"3m\"")
            try Server.run(setup, in: site.directory) { server in
                let client = try Client(server.address)
                try client.send(Client.request("/hammer/20000", [:]))
                var replacements = 0
                while client.isSilent {
                    let text = texts[replacements % texts.count]
                    try site.replace("\(text.utf8.count)", by: text)
                    replacements += 1
                }
                try #expect(client.reply().text == "80000\n")
                #expect(replacements > 0)
            }
        }
    }
}
