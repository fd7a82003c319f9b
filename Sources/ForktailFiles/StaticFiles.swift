public import ForktailConfiguration
public import ForktailHTTP
import ForktailLog
import ForktailSystem

/// Answers with the files below a directory, and with nothing outside of it.
///
/// A handler can serve a directory under a path prefix:
///
/// ```swift
/// let assets = try StaticFiles(root: "/srv/assets")
///
/// func respond(to request: Request) throws -> Response {
///     switch request.path {
///     case "/": return Response(html: page)
///     default: return try assets.respond(to: request, under: "/assets")
///     }
/// }
/// ```
///
/// Conditions, ranges, precompressed files, index files and lists are taken care of; `FileOptions`
/// has the choices. The kernel keeps to the directory: every file is opened by openat2(2) with
/// RESOLVE_BENEATH, so neither `..` nor a symbolic link leads out.
///
/// A copy of the value shares the open files of the original, and any number of threads may use it.
public struct StaticFiles: Sendable {
    private let root: String
    private let finder: FileFinder
    private var options: FileOptions

    /// Opens a directory.
    ///
    /// - Parameters:
    ///   - root: The path of the directory.
    ///   - options: How its files are served.
    /// - Throws: An error that names the path where the directory or a file with media types can't
    ///   be opened. An error page that can't is left out.
    public init(root: String, options: FileOptions = FileOptions()) throws {
        self.root = root
        self.options = options
        finder = FileFinder(
            tree: try FileTree(root: root, options: options),
            types: try MediaTypeTable(of: options),
            options: options
        )
        for status in options.errorPages.keys.sorted() { dropPageIfMissing(for: status) }
    }

    /// Answers a request for a file.
    ///
    /// - Parameters:
    ///   - request: A GET or HEAD; OPTIONS is answered by 204 with Allow, wherever it points to,
    ///     other methods by 405 or 501.
    ///   - path: The path below the directory, decoded, where it is not the one of the request.
    /// - Returns: The file or the parts of it that were asked for, a 304, the index file or the list
    ///   of a directory, a redirection to the directory's name with a slash, or an error page.
    /// - Throws: `HTTPError`, where there is no page for it: 404 for what isn't there, not within or
    ///   hidden, 403 for what may not be read, 412 and 416 as the conditions and ranges say.
    public func respond(to request: Request, path: String? = nil) throws -> Response {
        try showingErrors { () throws(HTTPError) in
            try answer(request, path: path.map { SystemString($0) } ?? request.systemPath)
        }
    }

    /// Answers a request for a file whose path begins with a prefix.
    ///
    /// - Parameters:
    ///   - request: As for `respond(to:path:)`.
    ///   - prefix: The path that stands for the directory, such as `/assets`.
    /// - Returns: As `respond(to:path:)`.
    /// - Throws: As `respond(to:path:)`; a path that does not begin with the prefix is a 404.
    public func respond(to request: Request, under prefix: String) throws -> Response {
        try showingErrors { () throws(HTTPError) in
            let path = request.pathBytes
            var directory = Array(prefix.utf8)
            if directory.last != UInt8(ascii: "/") { directory.append(UInt8(ascii: "/")) }
            if path + [UInt8(ascii: "/")] == directory {
                return try Self.options(of: request) ?? Self.redirect(request)
            }
            guard path.starts(with: directory) else { throw HTTPError(.notFound) }
            // The slash at the end of the prefix begins the path.
            let rest = path.dropFirst(directory.count - 1)
            return try answer(request, path: SystemString(bytes: rest))
        }
    }

    /// Answers an error by its page, where there is one.
    private func showingErrors(
        _ body: () throws(HTTPError) -> Response
    ) throws(HTTPError) -> Response {
        do throws(HTTPError) {
            return try body()
        } catch {
            guard let path = options.errorPages[error.status.code],
                let page = page(path)
            else { throw error }
            return page.response(showing: error)
        }
    }

    private func answer(_ request: Request, path: SystemString) throws(HTTPError) -> Response {
        if let options = try Self.options(of: request) { return options }
        switch try find(path) {
        case .files(let files): return try files.choose(for: request).response(to: request)
        case .directoryWithoutSlash: return Self.redirect(request)
        case .directory(let entries): return list(entries, of: request.systemPath, in: path)
        }
    }

    /// The answer to OPTIONS, RFC 9110 section 9.3.7, which health checks of load balancers send;
    /// nil for GET and HEAD.
    ///
    /// It doesn't depend on what there is at the path.
    ///
    /// - Throws: 405 or 501 for other methods.
    private static func options(of request: Request) throws(HTTPError) -> Response? {
        try request.require(.get, .options)
        guard request.method == .options else { return nil }
        return Response(status: .noContent, fields: [.allow: "GET, HEAD, OPTIONS"])
    }

    private func find(_ path: SystemString) throws(HTTPError) -> FileFinder.Found {
        do throws(Errno) {
            return try finder.find(path)
        } catch {
            throw HTTPError(opening: "\(root)\(path)", error)
        }
    }

    /// Sends the client to the directory's path with a slash; never to another host, for which a
    /// browser takes what stands behind two slashes.
    private static func redirect(_ request: Request) -> Response {
        let path = "/" + request.rawPath.drop { $0 == "/" } + "/"
        let query = request.rawQuery.map { "?\($0)" } ?? ""
        return Response(redirect: path + query, status: .movedPermanently)
    }

    private func list(
        _ entries: [DirectoryEntry],
        of title: SystemString,
        in path: SystemString
    ) -> Response {
        let isTop = path.bytes.allSatisfy { $0 == UInt8(ascii: "/") }
        let page = DirectoryPage(path: title, isTop: isTop, entries: entries)
        var response = Response(html: page.html)
        response.fields[.cacheControl] = options.cacheControl(for: path)
        return response
    }

    /// A page that is shown for an error; nil where it can't be opened any more.
    private func page(_ path: String) -> FileSet? {
        do throws(Errno) {
            return try finder.page(SystemString(path))
        } catch {
            Logger.current?.warning(
                .errorPageFailed,
                "files.error_pages: \(path): \(error)",
                [LogField("path", path), LogField("reason", "\(error)")]
            )
            return nil
        }
    }

    /// Leaves out an error page that can't be opened.
    ///
    /// The arbiter has warned of it; each worker would say the same again.
    private mutating func dropPageIfMissing(for status: Int) {
        guard let path = options.errorPages[status] else { return }
        do throws(Errno) {
            _ = try finder.page(SystemString(path))
        } catch {
            Logger.current?.debug(
                .errorPageFailed,
                "files.error_pages \(status): \(path): \(error)",
                [LogField("path", path), LogField("reason", "\(error)")]
            )
            options.errorPages[status] = nil
        }
    }
}

extension FileOptions {
    /// The value of Cache-Control for a file, by its path below the directory.
    func cacheControl(for path: SystemString) -> String? {
        guard !cacheControl.isEmpty else { return nil }
        let slash = UInt8(ascii: "/")
        let path = path.bytes.first == slash ? path.bytes : [slash] + path.bytes
        return cacheControl.first { $0.pattern.matches(path) }?.value
    }
}

extension Request {
    /// The path as the system takes it.
    fileprivate var systemPath: SystemString { SystemString(bytes: pathBytes) }
}

extension MediaTypeTable {
    /// Makes the table that options ask for.
    fileprivate init(of options: FileOptions) throws(FilesError) {
        self.init()
        guard let path = options.mimeTypes else { return }
        do throws(Errno) {
            merge(try FileSystem.contents(of: SystemString(path)))
        } catch .noEntry where path == FileOptions.defaultMimeTypes {
            // A system without that file is none the worse for it.
        } catch {
            throw FilesError(description: "files.mime_types \(path): \(error)")
        }
    }
}
