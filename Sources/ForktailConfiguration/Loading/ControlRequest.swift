/// A command to a running server, as a command line gives it.
package struct ControlRequest: Equatable, Sendable {
    /// The command.
    package enum Action: Equatable, Sendable {
        case status
        case top
        case scale(Int)
        case reload
        case upgrade
        case stop(isQuick: Bool)
        case restartWorker(slot: Int)
        case requests
        /// The level of the log; `nil` for that of the settings.
        case logLevel(String?)
        case events(follows: Bool)
    }

    /// The command.
    package let action: Action
    /// Whether the answer is JSON.
    package let isJSON: Bool
}

/// The commands to a running server, by the words that name them.
enum ControlVerb: String, CaseIterable {
    case status
    case top
    case scale
    case reload
    case upgrade
    case stop
    case restartWorker = "restart-worker"
    case requests
    case logLevel = "loglevel"
    case events

    /// What stands for its argument in the help, if it has one.
    var placeholder: String? {
        switch self {
        case .scale: "N"
        case .restartWorker: "SLOT"
        case .logLevel: "LEVEL"
        case .status, .top, .reload, .upgrade, .stop, .requests, .events: nil
        }
    }

    /// The flags that it has beside the settings.
    var flags: [ControlFlag] {
        switch self {
        case .stop: [.json, .quick]
        case .events: [.json, .follow]
        case .status, .top, .scale, .reload, .upgrade, .restartWorker, .requests, .logLevel: [.json]
        }
    }

    /// What it does, in a few words.
    var summary: String {
        switch self {
        case .status: "show the workers and what they do"
        case .top: "show the same each second"
        case .scale: "run N workers until the next reload"
        case .reload: "read the settings again, and wait until they are in force"
        case .upgrade: "replace the server by its new executable, and wait until that serves"
        case .stop: "stop, and wait until the server is gone"
        case .restartWorker: "replace the worker of a slot without losing a request"
        case .requests: "list the requests that run, the longest first"
        case .logLevel: "log from LEVEL on until the next reload, or as set with `settings`"
        case .events: "list what happened to the service lately"
        }
    }

    /// What the help says beyond that.
    var details: String {
        switch self {
        case .status, .requests: ""
        case .events: "With --follow, --json prints one object a line."
        case .top:
            "Keys: s, r, m, t sort by slot, rate, memory, time of the request; q quits. With --json it "
                + "prints one object a line, once a second, until interrupted."
        case .scale: "It returns when the new workers are ready, or the surplus ones are gone."
        case .reload:
            "Exit status 0: the new settings are in force. 78: there are mistakes in them, which are "
                + "printed. 69: an address or a file is not available. 70: the new workers can't "
                + "boot. The old settings stay in force then."
        case .upgrade:
            "If the new executable can't serve, the old one stays. Exit status 78: it finds mistakes "
                + "in the settings, which are printed. 69: an address or a file is not available. "
                + "70: it can't start or its workers can't boot."
        case .stop:
            "The workers finish their requests, within graceful_timeout; with --quick they leave them "
                + "unfinished."
        case .restartWorker: "It returns when the new worker is ready, and the old one gone."
        case .logLevel:
            "Levels: debug, info, warning, error, critical; settings for the level of the settings."
        }
    }
}

/// A flag of a command to a running server.
enum ControlFlag: String, CaseIterable {
    case json = "--json"
    case quick = "--quick"
    case follow = "--follow"

    /// What it does, in a few words.
    var summary: String {
        switch self {
        case .json: "answer in JSON"
        case .quick: "leave requests unfinished"
        case .follow: "continue with what happens next, until interrupted"
        }
    }
}

/// A command to a running server while its words are read.
struct ControlWords {
    let verb: ControlVerb
    var arguments: [String] = []
    var flags: Set<ControlFlag> = []

    /// The command, or what is wrong with it.
    func request() -> Result<ControlRequest, ControlMistake> {
        do throws(ControlMistake) {
            return .success(
                ControlRequest(action: try action(), isJSON: flags.contains(.json))
            )
        } catch {
            return .failure(error)
        }
    }

    private func action() throws(ControlMistake) -> ControlRequest.Action {
        switch verb {
        case .status: .status
        case .top: .top
        case .scale: .scale(try number(in: 1...1024))
        case .reload: .reload
        case .upgrade: .upgrade
        case .stop: .stop(isQuick: flags.contains(.quick))
        case .restartWorker: .restartWorker(slot: try number(in: 0...1023))
        case .requests: .requests
        case .logLevel: .logLevel(try level())
        case .events: .events(follows: flags.contains(.follow))
        }
    }

    private func argument() throws(ControlMistake) -> String {
        guard let argument = arguments.first else {
            throw ControlMistake(
                reason: "\(verb.rawValue) needs \(verb.placeholder ?? "an argument")"
            )
        }
        return argument
    }

    private func number(in range: ClosedRange<Int>) throws(ControlMistake) -> Int {
        let text = try argument()
        guard let number = Int(text), range.contains(number) else {
            throw ControlMistake(
                reason: "\(verb.rawValue) \(text): not a number from \(range.lowerBound) to "
                    + "\(range.upperBound)"
            )
        }
        return number
    }

    private func level() throws(ControlMistake) -> String? {
        let text = try argument()
        if text == "settings" { return nil }
        guard LogLevel(rawValue: text) != nil else {
            let levels = LogLevel.allCases.map(\.rawValue) + ["settings"]
            throw ControlMistake(
                reason: "unknown level \(quoted(text))" + Suggestion.text(for: text, in: levels)
            )
        }
        return text
    }
}

/// Why a command can't be understood.
struct ControlMistake: Error {
    let reason: String
}
