import Forktail
import ForktailHTTP

/// A response as its bytes came, RFC 9112 section 4.
struct ReceivedResponse {
    let response: Response

    /// Reads a response that ends with its connection.
    ///
    /// - Throws: `TestFailure` for one that is cut, or none.
    init(_ bytes: [UInt8], isOfHead: Bool) throws {
        guard !bytes.isEmpty else { throw TestFailure("the connection ended without a response") }
        let end = Array("\r\n\r\n".utf8)
        guard let head = bytes.firstRange(of: end) else { throw TestFailure("the head is cut") }
        let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ", maxSplits: 2)
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]) else {
            throw TestFailure("no status line: \(lines[0])")
        }
        let content = Array(bytes[head.upperBound...])
        if 100..<200 ~= code, code != 101 {
            self = try ReceivedResponse(content, isOfHead: isOfHead)
            return
        }
        guard
            let status = Response.Status(
                code: code,
                reasonPhrase: words.count > 2 ? String(words[2]) : ""
            )
        else { throw TestFailure("no status: \(lines[0])") }
        var fields = HTTPFields()
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            guard let name = HTTPField.Name(String(parts[0])),
                let field = HTTPField(name: name, value: String(value))
            else { throw TestFailure("no field line: \(line)") }
            fields.append(field)
        }
        let body = isOfHead ? [] : try Self.body(content, fields)
        response = Response(status: status, fields: fields, body: .bytes(body))
    }

    /// The bytes of the content without their coding, RFC 9112 section 6.
    private static func body(_ content: [UInt8], _ fields: HTTPFields) throws -> [UInt8] {
        guard fields[.transferEncoding] != "chunked" else {
            var decoder = ChunkedDecoder(limits: RequestLimits())
            var body: [UInt8] = []
            do {
                _ = try decoder.decode(content.span, upTo: .max, into: &body)
            } catch {
                throw TestFailure("no chunked body: \(error)")
            }
            guard decoder.isComplete else { throw TestFailure("the body is cut") }
            return body
        }
        if let length = fields[.contentLength].flatMap({ Int($0) }), length != content.count {
            throw TestFailure("\(content.count) of \(length) bytes of the body")
        }
        return content
    }
}
