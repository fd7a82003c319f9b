/// What can be wrong with a request as bytes: one case for each fault.
package enum RequestFault: Error, Hashable, Sendable, CaseIterable {
    /// A TLS handshake on a plain port; only a close makes sense.
    case tlsClientHello
    /// The preface of HTTP/2 with prior knowledge.
    case http2Preface
    /// A request line without a version.
    case http09
    /// More than one empty line before the request line.
    case emptyLines
    /// LF without CR before it.
    case bareLineFeed
    /// CR without LF after it.
    case bareCarriageReturn
    /// The method is empty or not a token.
    case malformedMethod
    /// The method alone is longer than the limit of the request line.
    case methodTooLong
    /// The request line is longer than its limit.
    case lineTooLong
    /// The target is empty, of no known form, or holds a byte that it must not.
    case malformedTarget
    /// The path holds a byte that it must not, a bad escape, NUL, or no UTF-8.
    case malformedPath
    /// The authority of an absolute target is malformed.
    case malformedTargetAuthority
    /// The authority has user information.
    case userInformationInTarget
    /// An https target on a connection that is not secured.
    case secureTarget
    /// The target `*` with a method other than OPTIONS.
    case asteriskForm
    /// CONNECT with a target that is not `host:port`.
    case authorityForm
    /// What follows the target is not `HTTP/` DIGIT `.` DIGIT and the line's end.
    case malformedVersion
    /// The major version is not 1.
    case unsupportedVersion
    /// HTTP/1.1 without Host.
    case missingHost
    /// More than one Host field.
    case repeatedHost
    /// Host is not a host with perhaps a port.
    case malformedHost
    /// A field name is empty or not a token.
    case malformedFieldName
    /// White space in a field name or between it and the colon.
    case spaceInFieldName
    /// A field line without a colon.
    case missingColon
    /// A line that starts with white space.
    case foldedLine
    /// A control byte in a field value.
    case malformedFieldValue
    /// An underscore in a field name, where the settings refuse it.
    case underscoreInFieldName
    /// A field line is longer than its limit.
    case fieldTooLong
    /// There are more field lines than allowed.
    case tooManyFields
    /// Content-Length is not a row of digits.
    case malformedContentLength
    /// More than one Content-Length.
    case repeatedContentLength
    /// Content-Length is more than 64 bits hold.
    case contentLengthOverflow
    /// The body is longer than its limit.
    case bodyTooLarge
    /// Transfer-Encoding is not a list of codings, or `chunked` has a parameter.
    case malformedTransferEncoding
    /// A transfer coding that this server does not decode.
    case unknownTransferCoding
    /// The last transfer coding is not `chunked`.
    case chunkedNotLast
    /// `chunked` more than once.
    case repeatedChunked
    /// Both Transfer-Encoding and Content-Length.
    case transferEncodingWithContentLength
    /// Transfer-Encoding in HTTP/1.0.
    case transferEncodingInHTTP10
    /// An expectation other than `100-continue`.
    case unknownExpectation
    /// A proxy's Forwarded is no such list, or names no address, scheme or host where it must.
    case malformedForwarded
    /// A proxy's X-Forwarded-For names something other than an address.
    case malformedXForwardedFor
    /// A proxy's X-Forwarded-Proto names something other than a scheme of HTTP.
    case malformedXForwardedProto
    /// A proxy's X-Forwarded-Host is not a host with perhaps a port.
    case malformedXForwardedHost
    /// Forwarded and the X-Forwarded fields say different things.
    case contradictoryForwarded
    /// A chunk size that is not hexadecimal digits.
    case malformedChunkSize
    /// A chunk size is more than 64 bits hold.
    case chunkSizeOverflow
    /// Something other than an extension after a chunk size.
    case malformedChunkExtension
    /// A chunk's size line, or all extensions of a body, are too long.
    case chunkLineTooLong
    /// A chunk's data is not followed by CRLF.
    case missingChunkEnd
    /// A trailer that would change framing, routing or meaning.
    case forbiddenTrailer
}
