private let lineSizes = 128...(1 << 20)

extension SettingCatalogue {
    /// How large requests may be.
    static var requests: [Setting] {
        [
            Setting(
                "limit_request_line",
                \.limitRequestLine,
                .size(lineSizes),
                in: .requests,
                summary: "the longest request line",
                details: """
                    It counts without the line end. A longer line is answered with 414. Raise it \
                    for applications that put much into a query.
                    """
            ),
            Setting(
                "limit_request_fields",
                \.limitRequestFields,
                .integer(1...32_768),
                in: .requests,
                summary: "the highest number of fields of a request",
                details: """
                    A request with more of them is answered with 431.
                    """
            ),
            Setting(
                "limit_request_field_size",
                \.limitRequestFieldSize,
                .size(lineSizes),
                in: .requests,
                summary: "the longest field line of a request",
                details: """
                    It counts name, colon and value. A request with a longer line is answered \
                    with 431. Raise it for large cookies or tokens.
                    """
            ),
            Setting(
                "limit_request_body",
                \.limitRequestBody,
                .sizeOrUnlimited(),
                in: .requests,
                summary: "the largest request body",
                details: """
                    A request with a larger one is answered with 413. Set it to what the \
                    application can take.
                    """
            ),
            Setting(
                "request_buffer_size",
                \.requestBufferSize,
                .size(0...(1 << 30)),
                in: .requests,
                summary: "the part of a request body that is received before it is answered",
                details: """
                    A worker of the class event asks the application once the body is complete, \
                    so that a slow client occupies no thread. A larger body is read by the \
                    application as it comes, in a thread of its own. A client that awaits 100 \
                    Continue is told at once to send a body that is not declared larger; with 0 \
                    the application decides.
                    """
            ),
            Setting(
                "keepalive_requests",
                \.keepaliveRequests,
                .integer(0...1_000_000_000),
                in: .requests,
                summary: "the number of requests on one connection; 0: any number",
                details: """
                    After the last one the connection is closed, so that clients spread over the \
                    workers again and memory of long connections is given back.
                    """
            ),
            Setting(
                "limit_request_rate",
                \.limitRequestRate,
                .sizeOrOff(1...(1 << 30)),
                in: .requests,
                summary: "the fewest bytes per second that a client may send",
                details: """
                    It counts for the request head, and for the body while the application waits \
                    for it: after n bytes either may have taken 10 seconds and n bytes' time at \
                    this rate. A slower client gets a 408, even if it never stops for as long as \
                    header_timeout or body_timeout. The default is far below any connection that \
                    is of use, but ends an attack that sends a byte now and then.
                    """
            ),
        ]
    }
}
