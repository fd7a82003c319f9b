public import ForktailHTTP
import ForktailSystem

/// Answers with the files below a directory, and with nothing outside of it.
///
/// The kernel keeps to the directory: every file is opened by openat2(2) with RESOLVE_BENEATH, so
/// neither `..` nor a symbolic link leads out.
public struct StaticFiles: Sendable {
    private let root: Root

    /// Opens a directory.
    ///
    /// - Parameter root: The path of the directory.
    /// - Throws: An error that names the path where it can't be opened.
    public init(root: String) throws {
        do throws(Errno) {
            self.root = Root(try FileSystem.openDirectory(root))
        } catch {
            throw BootFailure(description: "files.root \(root): \(error)")
        }
    }

    /// Answers a request for a file.
    ///
    /// - Parameters:
    ///   - request: A GET or HEAD; other methods are answered by 405 or 501.
    ///   - path: The path below the directory, where it is not the one of the request.
    /// - Returns: The file, `index.html` for a directory, or a redirection to the directory's name
    ///   with a slash.
    /// - Throws: `HTTPError`: 404 for what isn't there or not within, 403 for what may not be read.
    public func respond(to request: Request, path: String? = nil) throws -> Response {
        try request.require(.get)
        let path = path ?? request.path
        let relative = path.drop { $0 == "/" }
        do throws(Errno) {
            if relative.isEmpty || relative.hasSuffix("/") {
                return try file("\(relative)index.html")
            }
            let opened = OpenFile(try root.directory.openBeneath(String(relative)))
            if try opened.descriptor.status().isDirectory {
                return Response(
                    redirect: Self.location(request.rawPath),
                    status: .movedPermanently
                )
            }
            return try opened.response(named: relative)
        } catch {
            throw HTTPError(opening: error)
        }
    }

    private func file(_ path: String) throws(Errno) -> Response {
        try OpenFile(try root.directory.openBeneath(path)).response(named: path)
    }

    /// The directory's path with a slash; never one that a browser takes for another host's.
    private static func location(_ rawPath: String) -> String {
        "/" + rawPath.drop { $0 == "/" } + "/"
    }
}

extension StaticFiles {
    /// The open directory, shared by all copies of the value.
    private final class Root: Sendable {
        let directory: FileDescriptor

        init(_ directory: consuming FileDescriptor) {
            self.directory = directory
        }
    }
}
