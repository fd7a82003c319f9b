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
                    The line end does not count. A longer line is answered with 414. Raise it for \
                    applications that put long data into a query.
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
                summary: "how much of a request body is received before the application is called",
                details: """
                    Both worker classes call the application when the body is complete or this \
                    much of it has arrived, so that in class event a slow client occupies no \
                    thread. The application reads a larger body while it arrives, in class event \
                    on a thread. A client that waits for 100 Continue gets it at once if its \
                    declared body fits; otherwise it gets it when the application first reads. \
                    With 0 that is always so.
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
                    workers again and the memory of long connections is freed.
                    """
            ),
            Setting(
                "limit_request_rate",
                \.limitRequestRate,
                .sizeOrOff(1...(1 << 30)),
                in: .requests,
                summary: "the fewest bytes per second that a client may send",
                details: """
                    It applies to the request head and to the body, each on its own: n bytes may \
                    take 10 seconds plus the time of n bytes at this rate. A body counts only \
                    while the worker waits for it. A slower client gets a 408, even if it never \
                    pauses for as long as header_timeout or body_timeout. The default is far below \
                    any useful connection, but stops an attack that sends a byte now and then.
                    """
            ),
            Setting(
                "request_id",
                \.requestID,
                .choice(placeholder: "SOURCE"),
                in: .requests,
                isForOwnWorkers: true,
                summary: "where the ids of requests come from",
                details: """
                    generate: the worker makes a random one, 32 hexadecimal digits. trust: it takes \
                    the field X-Request-Id of a peer in forwarded_allow_ips, if that has 1 to 128 \
                    letters, digits and -_.+=/:, and makes the others. The id is in the access \
                    log, %(i)s, in error lines and in the report of a crash, the application gets \
                    it, and the response has it as X-Request-Id unless the application has set \
                    that field.
                    """
            ),
        ]
    }
}
