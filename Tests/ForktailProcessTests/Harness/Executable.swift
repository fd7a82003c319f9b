import Glibc

/// An executable of this package, found beside the test process.
enum Executable: String {
    case forktail
    case helloApp = "hello-app"
    case linkShortener = "LinkShortener"
    case testApp = "ForktailTestApp"
    case asyncApp = "ForktailAsyncApp"

    var path: String { "\(Self.directory)/\(rawValue)" }

    private static let directory: String = {
        let own = ProcessTable.link("/proc/self/exe") ?? "./unknown"
        return own[..<(own.lastIndex(of: "/") ?? own.startIndex)].description
    }()
}
