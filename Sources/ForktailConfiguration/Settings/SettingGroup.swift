/// The subjects by which settings are grouped in `--help` and in the manual.
enum SettingGroup: String, CaseIterable, Sendable {
    case listening = "Listening"
    case workers = "Workers"
    case times = "Time limits"
    case requests = "Request limits"
    case proxies = "Proxies in front"
    case application = "Application"
    case files = "Static files"
    case process = "Processes"
    case privileges = "Privileges"
    case logs = "Logs"
}
