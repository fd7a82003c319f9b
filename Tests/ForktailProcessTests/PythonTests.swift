import Testing

extension ProcessTests {
    @Suite(.enabled(if: Tool.python3.isInstalled, "python3 is not installed"))
    struct PythonTests {
        /// What http.client does not understand it raises; assertions do the rest.
        private static let script = """
            import http.client, ssl, sys

            def connect():
                port = int(sys.argv[2])
                if sys.argv[1] == "http":
                    return http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                context = ssl._create_unverified_context()
                return http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=context)

            def ask(method, path, **more):
                connection = connect()
                connection.request(method, path, **more)
                answer = connection.getresponse()
                body = answer.read()
                connection.close()
                return answer, body

            answer, body = ask("GET", "/big/100000")
            assert (answer.status, answer.reason, answer.version) == (200, "OK", 11)
            assert body == b"x" * 100000

            answer, body = ask("HEAD", "/big/100000")
            assert (answer.status, answer.getheader("Content-Length"), body) == (200, "100000", b"")

            answer, body = ask("GET", "/stream/3")
            assert answer.chunked and body == b"piece 1\\npiece 2\\npiece 3\\n"

            answer, body = ask("POST", "/upload", body=b"x" * 300000)
            assert body == b"300000\\n", body

            pieces = (b"y" * size for size in (1, 70000, 3))
            answer, body = ask("PUT", "/upload", body=pieces, encode_chunked=True)
            assert body == b"70004\\n", body

            # A connection that the server has closed is reopened by the next request.
            connection = connect()
            for count in (1, 2, 3):
                connection.request("GET", f"/big/{count}")
                assert connection.getresponse().read() == b"x" * count
            print("done")
            """

        @Test func understandsEveryAnswer() throws {
            try Server.run { server in
                guard let port = server.address.port else { throw TestFailure("no port") }
                let arguments = ["-c", Self.script, server.address.scheme, "\(port)"]
                let run = try Tool.python3.run(arguments, beside: server)
                #expect(run.ending == .exited(0), "\(run.errors)")
                #expect(run.output == "done\n")
            }
        }
    }
}
