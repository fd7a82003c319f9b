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
                    The longest request line, without its line end. A longer one is answered with \
                    414. Raise it for applications that put much into a query.
                    """
            ),
            Setting(
                "limit_request_fields",
                \.limitRequestFields,
                .integer(1...32_768),
                in: .requests,
                summary: "the highest number of fields of a request",
                details: """
                    The highest number of fields in a request head. A request with more is answered \
                    with 431.
                    """
            ),
            Setting(
                "limit_request_field_size",
                \.limitRequestFieldSize,
                .size(lineSizes),
                in: .requests,
                summary: "the longest field line of a request",
                details: """
                    The longest field line: name, colon and value. A request with a longer one is \
                    answered with 431. Raise it for large cookies or tokens.
                    """
            ),
            Setting(
                "limit_request_body",
                \.limitRequestBody,
                .sizeOrUnlimited(),
                in: .requests,
                summary: "the largest request body",
                details: """
                    The largest request body. A larger one is answered with 413. Set it to what the \
                    application can take; 0 means no limit.
                    """
            ),
        ]
    }
}
