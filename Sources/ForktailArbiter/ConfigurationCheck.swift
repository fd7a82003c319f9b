// What `--check-config` finds beyond the settings themselves: the users, directories and files that
// they name. Nothing is opened for writing and nothing is made.

import ForktailConfiguration
import ForktailSystem

/// A look at what a configuration needs on this machine.
struct ConfigurationCheck {
    /// What would keep the service from starting.
    private(set) var problems: [String] = []
    /// What it would start with, but not as meant.
    private(set) var warnings: [String]
    private let isForUpgrade: Bool
    /// The code to exit with, where there are problems.
    private(set) var exitCode = ExitCode.configuration

    /// Looks around.
    ///
    /// - Parameters:
    ///   - loaded: The configuration.
    ///   - isThorough: Whether the certificates are loaded, as a start does itself, and the
    ///     interpreter is asked, which takes a moment.
    ///   - isForUpgrade: Whether a running arbiter asks before an upgrade. A certificate that has
    ///     expired is then no problem: the arbiter serves with it, and the new one does no worse.
    init(_ loaded: LoadedConfiguration, isThorough: Bool = true, isForUpgrade: Bool = false) {
        self.isForUpgrade = isForUpgrade
        warnings = loaded.idleSettings
        let configuration = loaded.configuration
        checkNames(configuration)
        checkFiles(configuration)
        if isThorough, loaded.mayServeHTTPS { checkCertificates(configuration) }
        // The application's paths are those of the new root.
        if let root = configuration.chroot {
            checkDirectory(root, "chroot")
        } else {
            checkApplication(configuration, isThorough: isThorough)
        }
    }

    private mutating func checkNames(_ configuration: Configuration) {
        do throws(Credentials.UnknownName) {
            let workers = try ServiceSettings.credentials(configuration)
            _ = try SocketFileSettings(configuration, workers: workers)
        } catch {
            problems.append("\(error)")
        }
    }

    /// Checks the directories of the files that the arbiter makes.
    private mutating func checkFiles(_ configuration: Configuration) {
        var paths = [("errorlog", configuration.errorlog)]
        if let path = configuration.accesslog { paths.append(("accesslog", path)) }
        if let path = configuration.pidfile { paths.append(("pidfile", path)) }
        for case .unix(let path) in configuration.bind.map(\.address) {
            paths.append(("bind", path))
        }
        if case .unix(let path) = configuration.statusBind { paths.append(("status_bind", path)) }
        if case .path(let path) = configuration.controlSocket {
            paths.append(("control_socket", path))
        }
        for (setting, path) in paths where path != "-" {
            do throws(FileFailure) {
                _ = try FilePlace.find(SystemString(path))
            } catch {
                problems.append("\(setting) \(path): \(error)")
            }
        }
    }

    /// Loads the certificates as a start does.
    private mutating func checkCertificates(_ configuration: Configuration) {
        guard !configuration.certificates.isEmpty || configuration.selfSigned else { return }
        do throws(StartFailure) {
            if configuration.certificates.isEmpty {
                let path = SystemString(try SelfSignedCertificate.files().certfile)
                // A start makes it.
                if (try? FileSystem.openForSending(path).rawValue) == nil { return }
            }
            let store = try CertificateStore(configuration, mayMake: false)
            let now = WallClock.now().seconds
            // As for a reload.
            if isForUpgrade { warnings += store.invalid } else { problems += store.invalid }
            warnings += store.warnings.filter { !store.invalid.contains($0) }
            warnings += store.expiring(within: CertificateStore.notice, of: now)
                .filter { $0.entry.end > now }.map(\.message)
        } catch {
            problems.append("\(error)")
            if error.exitCode == .unavailable { exitCode = .unavailable }
        }
    }

    private mutating func checkApplication(_ configuration: Configuration, isThorough: Bool) {
        if let directory = configuration.chdir { checkDirectory(directory, "chdir") }
        do throws(StartFailure) {
            try ServiceSettings.checkProgram(configuration)
        } catch {
            problems.append("\(error)")
        }
        if isThorough, let problem = InterpreterCheck.problem(configuration) {
            problems.append(problem)
        }
        if let root = configuration.acmeChallengeRoot {
            do throws(Errno) {
                _ = try FileSystem.openDirectory(SystemString(root)).rawValue
            } catch {
                warnings.append("acme_challenge_root \(root): \(error)")
            }
        }
        guard configuration.app == "files" else { return }
        var root = SystemString(configuration.filesRoot)
        if let directory = configuration.chdir { root = root.path(in: SystemString(directory)) }
        guard checkDirectory(root.description, "files.root") else { return }
        for (status, path) in configuration.files.errorPages.sorted(by: { $0.key < $1.key }) {
            let page = SystemString(bytes: root.bytes + Array(path.utf8))
            do throws(Errno) {
                _ = try FileSystem.openForSending(page).rawValue
            } catch {
                warnings.append("files.error_pages \(status): \(page): \(error)")
            }
        }
    }

    @discardableResult
    private mutating func checkDirectory(_ path: String, _ setting: String) -> Bool {
        do throws(Errno) {
            _ = try FileSystem.openDirectory(SystemString(path)).rawValue
            return true
        } catch {
            problems.append("\(setting) \(path): \(error)")
            return false
        }
    }
}
