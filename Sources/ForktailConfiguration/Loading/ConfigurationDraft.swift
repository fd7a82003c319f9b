/// Settings that grow source by source, from the weakest to the strongest.
///
/// A refused value leaves its setting as it was and is kept as a problem, so that one run finds
/// the mistakes of all sources.
struct ConfigurationDraft {
    private let catalogue: SettingCatalogue
    private(set) var configuration: Configuration
    private(set) var origins: [String: Origin] = [:]
    private(set) var problems: [Problem] = []

    init(_ catalogue: SettingCatalogue) {
        self.catalogue = catalogue
        configuration = catalogue.defaults
    }

    /// Keeps mistakes that were found elsewhere.
    mutating func report(_ found: [Problem]) {
        problems += found
    }

    /// Takes over what a file sets.
    mutating func apply(_ table: TOMLTable, path: String) {
        apply(table, path: path, prefix: "")
    }

    /// Takes over what variables of the environment set.
    mutating func apply(_ variables: EnvironmentVariables) {
        for (setting, texts) in variables.assignments {
            let name = setting.variable
            set(setting, from: .environment(name), at: .environment(name), texts)
        }
        report(variables.problems)
    }

    /// Takes over what flags set.
    mutating func apply(_ commandLine: CommandLineRequest) {
        for assignment in commandLine.assignments {
            let flag = assignment.flag
            set(assignment.setting, from: .flag(flag), at: .flag(flag), assignment.texts)
        }
        report(commandLine.problems)
    }

    /// Takes over the variables that replace defaults, where no source has set anything.
    mutating func applyFallbacks(_ variables: EnvironmentVariables) {
        for setting in catalogue.settings where origins[setting.name] == nil {
            guard let fallback = setting.fallback,
                let text = variables.text(of: fallback)
            else { continue }
            let name = fallback.variable
            set(setting, from: .environment(name), at: .environment(name), [text])
        }
    }

    /// Reports what addresses with `https://` lack.
    ///
    /// Call it once every source has been applied.
    mutating func checkHTTPS() {
        let isRefused = problems.contains { $0.setting == "certificate" }
        if configuration.bind.contains(where: \.isSecure), configuration.certificates.isEmpty,
            !configuration.selfSigned,
            configuration.workerClass != .exec, !isRefused
        {
            let reason =
                "https:// has no certificate: add a table [[certificate]], or --self-signed"
            report([Problem(place: place(of: "bind"), setting: "bind", reason: reason)])
        }
    }

    /// Reports a limit for all workers that a single one may exceed.
    ///
    /// Call it once every source has been applied.
    mutating func checkMemory() {
        guard let total = configuration.maxMemoryTotal, let limit = configuration.maxMemory,
            total < limit
        else { return }
        let reason =
            "\(ByteSize.text(total)) for all workers is less than max_memory, "
            + "\(ByteSize.text(limit)) for one"
        let place = place(of: "max_memory_total")
        report([Problem(place: place, setting: "max_memory_total", reason: reason)])
    }

    /// Reports settings that contradict the class of workers.
    ///
    /// Call it once every source has been applied.
    mutating func checkWorkerClass() {
        switch configuration.workerClass {
        case .exec: checkProgram()
        case .wsgi: checkWSGI()
        case .sync, .event: reportMeaningless(in: [.exec, .wsgi])
        }
    }

    private mutating func reportMeaningless(in groups: [SettingGroup]) {
        for group in groups {
            for setting in catalogue.settings(in: group) { reportMeaningless(setting) }
        }
    }

    /// The settings that choose another application than that of the class wsgi.
    private static let otherApplications = ["app", "preload_app", "threads"]

    private mutating func refuseTLS() {
        guard configuration.bind.contains(where: \.isSecure) else { return }
        let name = configuration.workerClass.rawValue
        let reason = "class \(name) has no TLS of its own: remove https://"
        report([Problem(place: place(of: "bind"), setting: "bind", reason: reason)])
    }

    private mutating func checkWSGI() {
        reportMeaningless(in: [.exec, .files])
        for setting in catalogue.settings where Self.otherApplications.contains(setting.name) {
            reportMeaningless(setting)
        }
        let isRefused = problems.contains { $0.setting == "wsgi.application" }
        guard configuration.wsgi.application == nil, !isRefused else { return }
        let reason =
            "class wsgi has no application: set wsgi.application, or write --wsgi MODULE:CALLABLE"
        report([Problem(place: place(of: "worker_class"), setting: nil, reason: reason)])
    }

    private mutating func checkProgram() {
        reportMeaningless(in: [.wsgi])
        for setting in catalogue.settings
        where setting.isForOwnWorkers || setting.name == "reload" {
            reportMeaningless(setting)
        }
        refuseTLS()
        let isRefused = problems.contains { $0.setting == "exec.command" }
        if configuration.exec.command.isEmpty, !isRefused {
            let reason = "class exec has no program: set exec.command, or write it behind `--`"
            let origin = origins["exec.command"] == nil ? "worker_class" : "exec.command"
            report([Problem(place: place(of: origin), setting: nil, reason: reason)])
        }
        let texts = configuration.env.values.sorted()
        for text in texts {
            do throws(SettingRefusal) {
                _ = try ProgramText(text)
            } catch {
                report(problems(of: error, setting: "env"))
            }
        }
        guard case .unix = configuration.bind.first?.address else { return }
        let all = configuration.exec.command + texts
        if all.contains(where: { (try? ProgramText($0))?.uses(.port) == true }) {
            let reason = "{port} has no value, because the first address of bind has no port"
            report([Problem(place: place(of: "exec.command"), setting: nil, reason: reason)])
        }
    }

    /// Reports a setting that has no effect, unless it has its default anyway.
    private mutating func reportMeaningless(_ setting: Setting) {
        guard origins[setting.name] != nil,
            setting.format(configuration) != setting.format(catalogue.defaults)
        else { return }
        let name = configuration.workerClass.rawValue
        let reason = "has no meaning with worker_class = \"\(name)\"; remove it"
        report([Problem(place: place(of: setting.name), setting: setting.name, reason: reason)])
    }

    /// Where the value of a setting was given.
    private func place(of name: String) -> Problem.Place {
        switch origins[name] {
        case .file(let path, let line):
            .file(path: path, position: TOMLPosition(line: line, column: 1))
        case .environment(let variable): .environment(variable)
        case .flag(let flag): .flag(flag)
        case .default, nil: .usage
        }
    }

    private func problems(of refusal: SettingRefusal, setting: String) -> [Problem] {
        refusal.reasons.map {
            Problem(place: place(of: setting), setting: setting, reason: $0.text)
        }
    }

    private mutating func apply(_ table: TOMLTable, path: String, prefix: String) {
        for entry in table.entries {
            let name = prefix + entry.key
            if let setting = setting(for: entry, named: name) {
                set(setting, to: entry, path: path)
            } else if case .table(let inner) = entry.value.kind, isTable(name) {
                apply(inner, path: path, prefix: name + ".")
            } else {
                reportUnknown(name, at: .file(path: path, position: entry.position))
            }
        }
    }

    /// Returns the setting of an entry; a key with a point in quotes is no dotted key.
    private func setting(for entry: TOMLTable.Entry, named name: String) -> Setting? {
        entry.key.contains(".") ? nil : catalogue.setting(named: name)
    }

    private func isTable(_ name: String) -> Bool {
        catalogue.settings.contains { $0.name.hasPrefix(name + ".") }
    }

    private mutating func reportUnknown(_ name: String, at place: Problem.Place) {
        let suggestion = Suggestion.text(for: name, in: catalogue.settings.map(\.name))
        let reason = "unknown setting \(quoted(name))\(suggestion)"
        report([Problem(place: place, setting: nil, reason: reason)])
    }

    private mutating func set(_ setting: Setting, to entry: TOMLTable.Entry, path: String) {
        let value = entry.value
        let place = Problem.Place.file(path: path, position: value.position)
        origins[setting.name] = .file(path: path, line: entry.position.line)
        attempt(setting, at: place) { configuration throws(SettingRefusal) in
            try setting.decode(value, &configuration)
        }
    }

    private mutating func set(
        _ setting: Setting,
        from origin: Origin,
        at place: Problem.Place,
        _ texts: [String]
    ) {
        origins[setting.name] = origin
        attempt(setting, at: place) { configuration throws(SettingRefusal) in
            try setting.parse(texts, &configuration)
        }
    }

    private mutating func attempt(
        _ setting: Setting,
        at place: Problem.Place,
        _ body: (inout Configuration) throws(SettingRefusal) -> Void
    ) {
        do throws(SettingRefusal) {
            try body(&configuration)
        } catch {
            report(
                error.reasons.map { reason in
                    Problem(
                        place: place.moved(to: reason.position),
                        setting: setting.name,
                        reason: "\(reason.text) (allowed: \(setting.allowed))"
                    )
                }
            )
        }
    }
}

extension Problem.Place {
    /// Returns the place of a part, where its position in the file is known.
    fileprivate func moved(to position: TOMLPosition?) -> Problem.Place {
        guard case .file(let path, _) = self, let position else { return self }
        return .file(path: path, position: position)
    }
}
