import ForktailSystem
import Glibc

/// An executable of the package under test, which SwiftPM builds into the directory of the tests.
enum BuiltExecutable {
    /// The path of the executable that has a module; `-` in its name is `_` in the module's.
    static func path(ofModule module: String) throws -> String {
        let directory = String(decoding: Process.executableDirectory.bytes, as: UTF8.self)
        let name = names(in: directory).sorted().first { name in
            name.utf8.count == module.utf8.count
                && String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" }) == module
                && access("\(directory)/\(name)", X_OK) == 0 && !isDirectory("\(directory)/\(name)")
        }
        guard let name else {
            throw TestFailure(
                "\(directory) has no executable of the module \(module): the application must be in an "
                    + "executable target of that name, on which the test target depends"
            )
        }
        return "\(directory)/\(name)"
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
            )
        }
        return names
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
