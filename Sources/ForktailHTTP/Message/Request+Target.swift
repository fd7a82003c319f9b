extension Request {
    /// The request target as it was sent, RFC 9112 section 3.2.
    ///
    /// Octets above 0x7F, which a client should have escaped, are escaped here and in `rawPath` and
    /// `rawQuery`: `/caf\xe9` reads `/caf%E9`.
    public var target: String { storage.targetText(storage.head.target) }

    /// The host, and perhaps port, that the client asked for, RFC 9112 section 3.3.
    ///
    /// It is that of an absolute target, else that of Host; nil where an HTTP/1.0 client sent none.
    /// What proxies say of it has no influence, see `forwardedHost`.
    public var authority: String? { storage.head.authority.map(storage.text) }

    /// The host, and perhaps port, that the client asked a proxy in front for: `host` of Forwarded,
    /// RFC 7239 section 5.3, or X-Forwarded-Host.
    ///
    /// It is nil unless the proxy is trusted. It never takes the place of `authority`: many proxies
    /// check and set Host but pass on an X-Forwarded-Host that the client has made up. Use it where
    /// the proxy is known to set it.
    public var forwardedHost: String? { storage.forwardedHost }

    /// The target's path as it was sent, with its escapes.
    ///
    /// It is `*` for OPTIONS of the whole server, also where an absolute target asks for it, and
    /// empty for CONNECT.
    public var rawPath: String {
        let head = storage.head
        guard head.form == .absolute, head.path.isEmpty else {
            return storage.targetText(head.path)
        }
        return method == .options && head.query == nil ? "*" : "/"
    }

    /// The target's path, its escapes decoded once, then its `.` and `..` segments resolved.
    ///
    /// Resolved after decoding, `%2e%2e` and `..%2f` lead out of nowhere either; `..` above the root
    /// stays there (RFC 3986 section 5.2.4), and empty segments are kept. There is no path without
    /// a value here: a request whose path has a malformed escape or `%00` is refused with 400 before
    /// a handler sees it.
    ///
    /// Bytes that are not UTF-8 are U+FFFD here, so that different paths can read the same.
    /// `pathBytes` has them as they are, and `StaticFiles` finds files by those.
    public var path: String {
        let path = storage.head.path
        guard storage.head.form != .asterisk, !path.isEmpty else { return rawPath }
        guard storage.head.hasRawOctets || !storage.isPlain(path) else { return storage.text(path) }
        return String(decoding: pathBytes, as: UTF8.self)
    }

    /// The bytes of `path`, which need not be UTF-8: names of files are bytes.
    public var pathBytes: [UInt8] {
        let path = storage.head.path
        guard storage.head.form != .asterisk, !path.isEmpty else { return Array(rawPath.utf8) }
        guard !storage.isPlain(path) else { return storage.bytes.array(path) }
        return DotSegments.resolve(storage.decoded(path))
    }

    /// The target's query as it was sent, without its question mark; nil where there is none.
    public var rawQuery: String? { storage.head.query.map(storage.targetText) }
}

extension Request {
    /// The URL of the same resource by HTTPS.
    ///
    /// - Parameter port: The port of HTTPS; nil for the one that the client asked for.
    /// - Returns: The URL; nil without an authority or a path.
    package func secureURL(port: UInt16? = nil) -> String? {
        let path = rawPath
        guard let authority, path.hasPrefix("/") else { return nil }
        let query = rawQuery.map { "?\($0)" } ?? ""
        guard let port else { return "https://\(authority)\(path)\(query)" }
        let host = authority.last == "]" ? authority[...] : authority.prefixBeforePort
        return "https://\(host)\(port == 443 ? "" : ":\(port)")\(path)\(query)"
    }
}

extension String {
    /// An authority without its port; the colons of an IPv6 address are in brackets.
    fileprivate var prefixBeforePort: Substring {
        guard let colon = lastIndex(of: ":") else { return self[...] }
        return self[..<colon]
    }
}
