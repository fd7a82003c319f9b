package import ForktailValues

/// The media types of files, by the endings of their names.
package struct MediaTypeTable: Sendable {
    private var types = Self.builtIn

    /// Makes the table of the most common types.
    package init() {}

    /// Adds the types of a file in the notation of /etc/mime.types; they replace earlier ones.
    ///
    /// A line is a media type and the endings that have it, with blanks between; `#` starts a
    /// comment. Malformed lines are skipped.
    ///
    /// - Parameter file: the contents of the file.
    package mutating func merge(_ file: [UInt8]) {
        let bytes = file.span
        var start = 0
        while start < bytes.count {
            let rest = start..<bytes.count
            let end = bytes.firstIndex(of: .lineFeed, in: rest) ?? bytes.count
            merge(start..<end, of: bytes)
            start = end + 1
        }
    }

    /// Adds a line, without copying a type that has no endings, as most types have none.
    private mutating func merge(_ line: Range<Int>, of bytes: Span<UInt8>) {
        var position = line.lowerBound
        guard let word = Self.nextWord(in: line, from: &position, of: bytes),
            bytes.firstIndex(of: UInt8(ascii: "/"), in: word) != nil
        else { return }
        var type: String?
        while let ending = Self.nextWord(in: line, from: &position, of: bytes) {
            let known = type ?? String(received: bytes.extracting(word))
            types[String(received: bytes.extracting(ending)).lowercased()] = known
            type = known
        }
    }

    /// The next word of a line; nil at its end or where a comment starts.
    private static func nextWord(
        in line: Range<Int>,
        from position: inout Int,
        of bytes: Span<UInt8>
    ) -> Range<Int>? {
        while position < line.upperBound, !bytes[position].isVisible { position += 1 }
        let start = position
        while position < line.upperBound, bytes[position].isVisible,
            bytes[position] != UInt8(ascii: "#")
        { position += 1 }
        return start < position ? start..<position : nil
    }

    /// The type of a file.
    ///
    /// - Parameters:
    ///   - name: its name or its path.
    ///   - charset: the charset of texts, unless the table names one; nil for none.
    /// - Returns: the type; application/octet-stream for an unknown ending.
    package func type(ofFile name: SystemString, charset: String?) -> String {
        guard let type = Self.ending(of: name).flatMap({ types[$0] }) else { return Self.unknown }
        guard let charset, Self.isText(type), !type.contains(";") else { return type }
        return "\(type); charset=\(charset)"
    }

    /// The content coding that the ending stands for beside the type: gzip for `svgz`, by the
    /// registration of image/svg+xml; else nil.
    package static func coding(ofFile name: SystemString) -> String? {
        ending(of: name) == "svgz" ? "gzip" : nil
    }

    /// What is behind the last dot, in lower case.
    private static func ending(of name: SystemString) -> String? {
        let bytes = name.bytes
        guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        return String(decoding: bytes[(dot + 1)...], as: UTF8.self).lowercased()
    }

    /// Whether the type takes a charset; XML, for example, names its own.
    private static func isText(_ type: String) -> Bool {
        type.hasPrefix("text/") && type != "text/xml" || type == "application/javascript"
    }

    private static let unknown = "application/octet-stream"

    private static let builtIn = [
        "7z": "application/x-7z-compressed", "aac": "audio/aac", "atom": "application/atom+xml",
        "avif": "image/avif", "bmp": "image/bmp", "bz2": "application/x-bzip2",
        "cjs": "text/javascript", "conf": "text/plain", "css": "text/css", "csv": "text/csv",
        "eot": "application/vnd.ms-fontobject", "epub": "application/epub+zip",
        "flac": "audio/flac", "geojson": "application/geo+json", "gif": "image/gif",
        "glb": "model/gltf-binary", "gltf": "model/gltf+json", "gz": "application/gzip",
        "heic": "image/heic", "heif": "image/heif", "htm": "text/html", "html": "text/html",
        "ico": "image/vnd.microsoft.icon", "ics": "text/calendar", "jpeg": "image/jpeg",
        "jpg": "image/jpeg", "js": "text/javascript", "json": "application/json",
        "jsonld": "application/ld+json", "log": "text/plain",
        "m3u8": "application/vnd.apple.mpegurl", "m4a": "audio/mp4", "m4s": "video/iso.segment",
        "m4v": "video/mp4", "map": "application/json", "md": "text/markdown",
        "mjs": "text/javascript", "mkv": "video/matroska", "mov": "video/quicktime",
        "mp3": "audio/mpeg", "mp4": "video/mp4", "mpd": "application/dash+xml", "oga": "audio/ogg",
        "ogg": "audio/ogg", "ogv": "video/ogg", "opus": "audio/ogg", "otf": "font/otf",
        "pdf": "application/pdf", "png": "image/png", "rss": "application/rss+xml",
        "rtf": "application/rtf", "svg": "image/svg+xml", "svgz": "image/svg+xml",
        "tar": "application/x-tar", "tif": "image/tiff", "tiff": "image/tiff",
        "toml": "application/toml", "ts": "video/mp2t", "ttf": "font/ttf", "txt": "text/plain",
        "vcf": "text/vcard", "vtt": "text/vtt", "wasm": "application/wasm", "wav": "audio/x-wav",
        "webm": "video/webm", "webmanifest": "application/manifest+json", "webp": "image/webp",
        "woff": "font/woff", "woff2": "font/woff2", "xhtml": "application/xhtml+xml",
        "xml": "application/xml", "xz": "application/x-xz", "yaml": "application/yaml",
        "yml": "application/yaml", "zip": "application/zip", "zst": "application/zstd",
    ]
}

extension UInt8 {
    /// Whether the byte is neither a blank nor a control character.
    fileprivate var isVisible: Bool { self > .space && self != 0x7f }
}
