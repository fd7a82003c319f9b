import ForktailHTTP
import ForktailSystem
import ForktailValues

/// The page that lists a directory.
struct DirectoryPage {
    /// The path that the client knows it by, decoded, with a slash behind.
    let path: SystemString
    /// Whether there is nothing above it to be listed.
    let isTop: Bool
    let entries: [DirectoryEntry]

    var html: String {
        let title = "Index of \(path.description.escapedForHTML)"
        let parent = isTop ? [] : [Self.parent]
        let rows = parent + entries.sorted(by: DirectoryEntry.isInOrder).map(Self.row)
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>\(title)</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <main>
            <h1>\(title)</h1>
            <table>
            <thead><tr><th>Name</th><th>Size</th><th>Modified (UTC)</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table>
            </main>
            </body>
            </html>

            """
    }

    private static let parent = "<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>"

    private static func row(_ entry: DirectoryEntry) -> String {
        let slash = entry.isDirectory ? "/" : ""
        let size = entry.isDirectory ? "" : ByteCount(entry.size).rounded
        return """
            <tr><td><a href="\(reference(entry.name))\(slash)">\(entry.title.escapedForHTML)\(slash)</a>\
            </td><td>\(size)</td><td>\(entry.modified.minute)</td></tr>
            """
    }

    /// The name as a URI reference, RFC 3986: all but unreserved characters escaped.
    private static func reference(_ name: SystemString) -> String {
        var bytes: [UInt8] = []
        for byte in name.bytes {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes.append(escapeOf: byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "-._~".utf8.contains(byte)
        }
    }

    private static let style = """
        :root { color-scheme: light dark; }
        body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
        main { max-width: 60rem; margin: 3rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; margin: 0 0 1.5rem; overflow-wrap: anywhere; }
        table { border-collapse: collapse; width: 100%; }
        th { font-size: .8rem; font-weight: normal; opacity: .7; text-align: left; }
        th, td { padding: .35rem 1.5rem .35rem 0; }
        td { border-top: 1px solid #8884; overflow-wrap: anywhere; }
        th + th, td + td { text-align: right; white-space: nowrap; }
        td + td { font-variant-numeric: tabular-nums; opacity: .8; }
        th:last-child, td:last-child { padding-right: 0; }
        tbody tr:hover { background: #8882; }
        a { text-decoration: none; }
        a:hover { text-decoration: underline; }
        @media (max-width: 30rem) { th:last-child, td:last-child { display: none; } }
        """
}
