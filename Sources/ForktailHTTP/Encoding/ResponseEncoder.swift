// Writes the head of a response and decides how its body ends.
//
// Invariant: what the application sets can't break the framing. Content-Length, Transfer-Encoding
// and Connection come from here alone, and the fields of one connection are never passed on.

/// The encoder of response heads, RFC 9112 sections 4 to 6.
package final class ResponseEncoder {
    private var serverLine = ByteBuffer()
    /// Strict-Transport-Security, RFC 6797, for responses over TLS; empty for none.
    private var strictTransportLine = ByteBuffer()
    private var dateLine = ByteBuffer()
    /// Date and Server, for the responses that set neither.
    private var commonLines = ByteBuffer()

    /// The value of the Date field, 29 bytes, RFC 9110 section 6.6.1.
    package var date: [UInt8] = [] {
        didSet { updateLines() }
    }

    /// Makes an encoder whose Server field says `server`.
    ///
    /// None is written where that is empty or no field value. Set `date` before it is used.
    package init(server: String = "forktail") {
        if !server.isEmpty, let field = HTTPField(name: .server, value: server) {
            serverLine.append(field)
        }
    }

    /// Tells clients over TLS to come by HTTPS only for as long.
    package func setStrictTransport(_ time: Duration) {
        strictTransportLine.truncate()
        strictTransportLine.append(
            "Strict-Transport-Security: max-age=\(time.components.seconds)\r\n"
        )
    }

    private func updateLines() {
        let date = date
        dateLine.truncate()
        dateLine.append(literal: "Date: ")
        dateLine.append(date.span)
        dateLine.append(literal: "\r\n")
        commonLines.truncate()
        commonLines.append(dateLine)
        commonLines.append(serverLine)
    }

    /// Appends status line, fields and the empty line.
    ///
    /// A response with a field that was refused (`Response.refusedName`) becomes a 500 without
    /// content.
    ///
    /// - Parameters:
    ///   - response: what the application answers.
    ///   - request: what is answered.
    ///   - id: the request's, for the field X-Request-Id; nil where it has none.
    ///   - output: what is appended to.
    /// - Returns: what to do with the body.
    package func encodeHead(
        _ response: Response,
        for request: ResponseContext,
        id: String? = nil,
        into output: inout ByteBuffer
    ) -> BodyTransfer {
        guard response.refusedName == nil else {
            let failure = Response(status: .internalServerError)
            return encodeHead(failure, for: request, id: id, into: &output)
        }
        appendStatusLine(response.status, to: &output)
        let own = appendFields(of: response, to: &output)
        if let id, response.fields[.requestID] == nil {
            output.append(literal: "X-Request-Id: ")
            output.append(id)
            output.append(literal: "\r\n")
        }
        if case .connection(let upgrade?, _) = response.body {
            Self.appendUpgrade(to: upgrade, into: &output)
        }
        guard response.status.code >= 200 else {
            output.append(literal: "\r\n")
            return .none
        }
        switch (own.hasDate, own.hasServer) {
        case (false, false): output.append(commonLines)
        case (false, true): output.append(dateLine)
        case (true, false): output.append(serverLine)
        case (true, true): break
        }
        if request.isSecure, response.fields[.strictTransportSecurity] == nil {
            output.append(strictTransportLine)
        }
        let framing = ResponseFraming(of: response, for: request, declared: own.contentLength)
        framing.appendEnd(of: response, to: &output)
        return framing.transfer
    }

    private func appendStatusLine(_ status: Response.Status, to output: inout ByteBuffer) {
        if status.code == 200, status.reasonPhrase == "OK" {
            return output.append(literal: "HTTP/1.1 200 OK\r\n")
        }
        output.append(literal: "HTTP/1.1 ")
        output.append(decimal: UInt64(status.code))
        output.append(UInt8.space)
        output.append(status.reasonPhrase)
        output.append(literal: "\r\n")
    }

    /// Names the protocol that is switched to, RFC 9110 section 7.8.
    private static func appendUpgrade(to upgrade: String, into output: inout ByteBuffer) {
        output.append(literal: "Connection: upgrade\r\nUpgrade: ")
        output.append(upgrade)
        output.append(literal: "\r\n")
    }

    /// What the application's fields say about those that the server would add.
    private struct OwnFields {
        var hasDate = false
        var hasServer = false
        var contentLength: UInt64?
    }

    /// Appends the application's fields, except those that only the server may set.
    private func appendFields(of response: Response, to output: inout ByteBuffer) -> OwnFields {
        var own = OwnFields()
        for field in response.fields {
            switch ResponseField(field.name) {
            case .contentLength:
                own.contentLength = own.contentLength ?? UInt64(digits: field.value)
                continue
            case .hopByHop:
                continue
            case .date:
                own.hasDate = true
            case .server:
                own.hasServer = true
            case .other:
                break
            }
            output.append(field)
        }
        if !response.rawLines.isEmpty { output.append(response.rawLines.span) }
        return own
    }
}
