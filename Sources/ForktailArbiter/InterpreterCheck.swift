import ForktailConfiguration
import ForktailSystem

/// What `--check-config` asks the interpreter of the class wsgi itself.
///
/// It may take as long as an interpreter takes to start, so that a reload doesn't do it: there a
/// worker finds out.
enum InterpreterCheck {
    /// Prints the version, and whether there is such a module or package; nothing is imported.
    private static let question = [
        "import sys",
        "print('%d %d' % sys.version_info[:2])",
        "path = sys.path[:]",
        "sys.path[:] = [folder for folder in path if folder]",
        "import importlib.util",
        "sys.path[:] = path",
        "print(importlib.util.find_spec(sys.argv[1]) is not None)",
    ].joined(separator: "\n")

    private static let limit = Duration.seconds(20)

    /// Returns what is wrong with the interpreter or the application, if something is.
    static func problem(_ configuration: Configuration) -> String? {
        let setup: InterpreterSetup
        do throws(StartFailure) {
            // Its paths are those of the new root.
            guard configuration.chroot == nil, let found = try InterpreterSetup(configuration)
            else { return nil }
            setup = found
        } catch {
            return "\(error)"
        }
        guard let target = configuration.wsgi.target else { return nil }
        let package = String(target.module.prefix { $0 != "." })
        let name = "wsgi.python \(configuration.wsgi.python)"
        let output: ProgramOutput
        let workers: Credentials?
        do throws(Credentials.UnknownName) {
            workers = try ServiceSettings.credentials(configuration)
        } catch {
            // It has been reported.
            return nil
        }
        do throws(Errno) {
            output = try ProgramOutput(
                of: setup.interpreter,
                [setup.interpreter, "-c", question, package],
                within: limit
            ) {
                // The interpreter runs code of its user, such as that of .pth files; root must not.
                if let workers, Credentials.ownUser == 0, (try? workers.assume()) == nil {
                    Process.leave(.systemError)
                }
                for (name, value) in configuration.env { Environment.set(name, to: value) }
                // A directory that is not there has been reported.
                configuration.chdir.map { try? FileSystem.changeDirectory(SystemString($0)) }
            }
        } catch {
            return "\(name): \(error)"
        }
        let lines = output.text.split(separator: "\n")
        let version = lines.first?.split(separator: " ").compactMap { Int($0) } ?? []
        guard version.count == 2 else {
            let reason = output.lastError.isEmpty ? "" : ": \(output.lastError)"
            return "\(name): it is not Python, or does not start\(reason)"
        }
        guard (version[0], version[1]) >= (3, 9) else {
            return "\(name) is Python \(version[0]).\(version[1]); forktail needs 3.9 or later"
        }
        guard lines.count > 1, lines[1] == "True" else {
            return "wsgi.application \(target.module):\(target.callable): there is no module "
                + "\(package) for \(configuration.wsgi.python), in its directory (chdir) or its path"
        }
        return nil
    }
}
