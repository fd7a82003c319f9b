import ForktailConfiguration
import ForktailFiles
import ForktailHTTP
import ForktailSystem

/// Requests that are answered before the application gets them: those that shall come by HTTPS,
/// challenges of ACME, RFC 8555 section 8.3, and static files of an application of Python.
///
/// Each request asks for them, so they are shared, not copied.
final class FrontRules: Sendable {
    private let redirectPort: UInt16?
    private let challengeRoot: String?
    private let statics: (path: String, files: StaticFiles)?

    private static let challengePath = "/.well-known/acme-challenge/"

    /// Makes the rules of the settings; nil where they have none.
    ///
    /// - Throws: `BootError` for a directory that can't be served.
    init?(_ configuration: Configuration) throws {
        redirectPort = configuration.redirectToHTTPS
        challengeRoot = configuration.acmeChallengeRoot
        statics = try Self.statics(configuration)
        if redirectPort == nil, challengeRoot == nil, statics == nil { return nil }
    }

    private static func statics(
        _ configuration: Configuration
    ) throws -> (path: String, files: StaticFiles)? {
        guard configuration.workerClass == .wsgi, let root = configuration.wsgi.staticRoot else {
            return nil
        }
        do throws(Errno) {
            _ = try FileSystem.openDirectory(SystemString(root)).rawValue
        } catch {
            throw BootError(description: "wsgi.static_root \(root): \(error)")
        }
        return (configuration.wsgi.staticPath, try StaticFiles(root: root))
    }

    /// The answer to a request; nil where the application gives it.
    func response(to request: Request) -> Response? {
        if let challengeRoot, request.rawPath.hasPrefix(Self.challengePath) {
            return answer(request, below: challengeRoot)
        }
        guard let redirectPort, request.scheme == "http" else { return file(for: request) }
        guard let url = request.secureURL(port: redirectPort) else {
            return Response(text: "This server speaks HTTPS only.\n", status: .badRequest)
        }
        return Response(redirect: url, status: .permanentRedirect)
    }

    private func file(for request: Request) -> Response? {
        guard let (path, files) = statics, request.rawPath.hasPrefix(path + "/") else { return nil }
        do {
            return try files.respond(to: request, under: path)
        } catch {
            return Response(error as? HTTPError ?? HTTPError(.internalServerError))
        }
    }

    /// Answers a challenge with its file, whose name can't lead out of the directory.
    private func answer(_ request: Request, below root: String) -> Response {
        let token = request.rawPath.dropFirst(Self.challengePath.utf8.count)
        guard request.method == .get || request.method == .head else {
            return Response(HTTPError(.methodNotAllowed))
        }
        let isToken =
            !token.isEmpty
            && token.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        let path = SystemString(root + Self.challengePath + token)
        guard isToken, let bytes = (try? FileSystem.regularContents(of: path)) ?? nil else {
            return Response(HTTPError(.notFound))
        }
        return Response(bytes: bytes, contentType: "application/octet-stream")
    }
}
