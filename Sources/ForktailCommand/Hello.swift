import Forktail

/// Answers with a page about the worker that made it; `/plain` is for benchmarks, `/ready` for load
/// balancers.
struct Hello: Application {
    init() throws {}

    func respond(to request: Request) throws -> Response {
        switch request.rawPath {
        case "/plain": return Response(text: "Hello, World!\n")
        case "/ready": return readiness
        case "/": return Response(html: page)
        default: throw HTTPError(.notFound, "There is nothing here but /, /plain and /ready.")
        }
    }

    /// For load balancers: no as soon as the service is about to stop.
    private var readiness: Response {
        let isStopping = WorkerContext.current?.isStopping ?? false
        return isStopping
            ? Response(text: "stopping\n", status: .serviceUnavailable) : Response(text: "ready\n")
    }

    private var page: String {
        guard let worker = WorkerContext.current else { return "" }
        let arbiter = worker.arbiterProcessID
        let signals = [
            ("TTIN", "one worker more"),
            ("TTOU", "one worker fewer"),
            ("HUP", "read the settings again and replace the workers one by one"),
            ("USR1", "reopen the log files"),
            ("USR2", "start a new executable beside this one, on the same sockets"),
            ("WINCH", "retire all workers and keep the sockets; HUP brings the workers back"),
            ("TERM", "finish the requests and stop"),
            ("INT", "stop at once; QUIT does the same"),
        ]
        let rows = signals.map { name, effect in
            "<tr><td><code>kill -\(name) \(arbiter)</code></td><td>\(effect)</td></tr>"
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>forktail: worker \(worker.slot)</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <main>
            <h1>Hello from worker \(worker.slot)</h1>
            <p>forktail is an HTTP/1.1 server for Linux, written in Swift. One process, the arbiter,
            holds the sockets and watches its workers; the workers answer requests. A worker that
            crashes takes down the one request that it was answering.</p>
            <dl>
            <div><dt>slot</dt><dd>\(worker.slot)</dd></div>
            <div><dt>pid</dt><dd>\(worker.processID)</dd></div>
            <div><dt>generation</dt><dd>\(worker.generation)</dd></div>
            <div><dt>arbiter</dt><dd>\(arbiter)</dd></div>
            </dl>
            <p>Reload this page to meet the other workers. Kill this one with
            <code>kill -KILL \(worker.processID)</code> and it is back before you can look.</p>
            <h2>Signals to the arbiter</h2>
            <table>
            \(rows.joined(separator: "\n"))
            </table>
            </main>
            </body>
            </html>

            """
    }

    private static let style = """
        :root { color-scheme: light dark; }
        body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
        main { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
        h1 { font-size: 2rem; margin: 0 0 1.5rem; }
        h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
        dl { display: flex; flex-wrap: wrap; gap: 1rem; margin: 0; }
        dl div { border: 1px solid #8886; border-radius: .5rem; padding: .5rem 1rem; }
        dt { font-size: .8rem; opacity: .7; }
        dd { font-size: 1.3rem; font-variant-numeric: tabular-nums; margin: 0; }
        table { border-collapse: collapse; width: 100%; }
        td { border-top: 1px solid #8884; padding: .4rem 1rem .4rem 0; vertical-align: top; }
        code { font-family: ui-monospace, monospace; font-size: .9em; white-space: nowrap; }
        """
}
