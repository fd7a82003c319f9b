import Testing

extension ProcessTests {
    /// RFC 9110 section 14, at a file.
    @Suite struct FileRangeTests {
        private static let length = 200_000

        /// Ranges and the bytes that they stand for.
        private static let single: [(String, Range<Int>)] = [
            ("bytes=0-0", 0..<1), ("bytes=0-499", 0..<500), ("bytes=500-999", 500..<1000),
            ("bytes=199999-", 199_999..<200_000), ("bytes=-500", 199_500..<200_000),
            ("bytes=-200000", 0..<200_000), ("bytes=-999999", 0..<200_000),
            ("bytes=0-", 0..<200_000), ("bytes=100000-999999", 100_000..<200_000),
            ("Bytes=65535-65537", 65_535..<65_538), ("bytes=1-1,300000-", 1..<2),
        ]

        @Test func sendsOneRange() throws {
            try Self.serve { server, bytes in
                for (range, part) in Self.single {
                    let reply = try server.ask("/a.bin", ["Range": range])
                    #expect(reply.status == 206, "\(range)")
                    #expect(reply.body == Array(bytes[part]), "\(range)")
                    let value = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(Self.length)"
                    #expect(reply["Content-Range"] == value)
                    #expect(reply["Content-Type"] == "application/octet-stream")
                    #expect(reply["Accept-Ranges"] == "bytes")
                }
            }
        }

        private static let several: [(String, [Range<Int>])] = [
            ("bytes=0-0,-1", [0..<1, 199_999..<200_000]),
            ("bytes=500-600,601-999", [500..<601, 601..<1000]),
            ("bytes=70000-149999,0-65535,300000-", [70_000..<150_000, 0..<65_536]),
            ("bytes=0-9,5-14,8-20", [0..<10, 5..<15, 8..<21]),
            ("bytes=100000-, 0-99999", [100_000..<200_000, 0..<100_000]),
        ]

        @Test func sendsSeveralRanges() throws {
            try Self.serve { server, bytes in
                for (range, parts) in Self.several {
                    let reply = try server.ask("/a.bin", ["Range": range])
                    #expect(reply.status == 206, "\(range)")
                    #expect(reply["Content-Range"] == nil)
                    #expect(reply.body == Self.content(of: reply, parts, of: bytes), "\(range)")
                }
            }
        }

        /// The content of section 14.6, with the boundary that the answer names.
        private static func content(
            of reply: Reply,
            _ parts: [Range<Int>],
            of bytes: [UInt8]
        ) -> [UInt8] {
            let start = "multipart/byteranges; boundary="
            let type = reply["Content-Type"] ?? ""
            guard type.hasPrefix(start) else { return [] }
            let boundary = type.dropFirst(start.count)
            var content: [UInt8] = []
            for (index, part) in parts.enumerated() {
                let range = "\(part.lowerBound)-\(part.upperBound - 1)/\(length)"
                let head = """
                    \(index == 0 ? "" : "\r\n")--\(boundary)\r
                    Content-Type: application/octet-stream\r
                    Content-Range: bytes \(range)\r
                    \r

                    """
                content += head.utf8 + bytes[part]
            }
            return content + "\r\n--\(boundary)--\r\n".utf8
        }

        /// Malformed ranges, other units, other methods, and too many ranges.
        @Test func ignoresWhatIsNoRangeOrTooMuch() throws {
            try Self.serve { server, bytes in
                let many = (0..<65).map { "\($0 * 2)-\($0 * 2)" }.joined(separator: ",")
                for range in [
                    "bytes=", "bytes=a-b", "bytes=2-1", "lines=0-1", "bytes=0-,0-", "bytes=\(many)",
                    "bytes=0-9,0-9,0-9,0-9", "bytes=0-150000,100000-199999",
                ] {
                    let reply = try server.ask("/a.bin", ["Range": range])
                    #expect(reply.status == 200, "\(range)")
                    #expect(reply.body == bytes, "\(range)")
                }
                let head = try server.ask("/a.bin", method: "HEAD", ["Range": "bytes=0-0"])
                #expect(head.status == 200)
                #expect(head["Content-Length"] == "200000")
            }
        }

        @Test func refusesRangesThatAreNotThere() throws {
            try Self.serve { server, _ in
                for range in ["bytes=200000-", "bytes=-0", "bytes=999999-,300000-300001"] {
                    let reply = try server.ask("/a.bin", ["Range": range])
                    #expect(reply.status == 416, "\(range)")
                    #expect(reply["Content-Range"] == "bytes */200000")
                }
                let empty = try server.ask("/empty", ["Range": "bytes=0-"])
                #expect(empty.status == 200)
                #expect(empty["Content-Range"] == nil && empty["Content-Length"] == "0")
                try #expect(server.ask("/empty", ["Range": "bytes=-1"]).status == 200)
            }
        }

        private static func serve(_ body: (Server, [UInt8]) throws -> Void) throws {
            let site = try FileSite()
            let bytes = FileSite.bytes(length)
            try site.write(bytes, to: "a.bin")
            try site.write("", to: "empty")
            try site.serve("mime_types = \"\"") { try body($0, bytes) }
        }
    }
}
