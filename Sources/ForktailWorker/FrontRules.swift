import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

/// Requests that are answered before the application gets them: those that shall come by HTTPS, and
/// challenges of ACME, RFC 8555 section 8.3.
struct FrontRules: Sendable {
    private let redirectPort: UInt16?
    private let challengeRoot: String?

    private static let challengePath = "/.well-known/acme-challenge/"

    /// Makes the rules of the settings; nil where they have none.
    init?(_ configuration: Configuration) {
        redirectPort = configuration.redirectToHTTPS
        challengeRoot = configuration.acmeChallengeRoot
        if redirectPort == nil, challengeRoot == nil { return nil }
    }

    /// The answer to a request; nil where the application gives it.
    func response(to request: Request) -> Response? {
        if let challengeRoot, request.rawPath.hasPrefix(Self.challengePath) {
            return answer(request, below: challengeRoot)
        }
        guard let redirectPort, request.scheme == "http" else { return nil }
        guard let url = request.secureURL(port: redirectPort) else {
            return Response(text: "This server speaks HTTPS only.\n", status: .badRequest)
        }
        return Response(redirect: url, status: .permanentRedirect)
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
