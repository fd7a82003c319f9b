// The folders of an application's files, with the setting `reload`.

import ForktailLog
import ForktailSystem
import ForktailValues
import ForktailWorker

/// Waits for changes of files; one thread of the worker uses it.
final class SourceWatch: @unchecked Sendable {
    // SAFETY: only the thread that looks for changes calls it.
    static let shared = SourceWatch()

    private static let limit = Duration.seconds(1)
    /// How often files are looked at that can't be watched.
    private static let interval = Duration.milliseconds(400)
    private var watch: FolderWatch?
    private var hasFailed = false
    /// The folders that were reported.
    private var unreadable: Set<String> = []

    /// Waits until something has changed, for a second at most.
    ///
    /// - Parameter folders: The folders, with NULs between.
    /// - Returns: Whether the files have to be looked at.
    func awaitChange(in folders: String) -> Bool {
        guard !hasFailed else { return sleep() }
        do throws(Errno) {
            if watch == nil { watch = try FolderWatch() }
            for folder in folders.split(separator: "\0") {
                do throws(Errno) {
                    try watch?.add(SystemString(String(folder)))
                } catch  where [.noEntry, .notDirectory].contains(error) {
                    // It has no file that could be loaded again.
                } catch  where error == .permissionDenied {
                    guard unreadable.insert(String(folder)).inserted else { continue }
                    report(
                        error,
                        "changes in \(folder) are found within five seconds, since it can't be watched",
                        [LogField("path", String(folder))]
                    )
                }
            }
            guard let descriptor = watch?.descriptor else { return sleep() }
            _ = try Poll.readable([descriptor], timeout: Self.limit)
            switch watch?.take() {
            case .nothing, nil: return false
            case .change, .loss: return true
            }
        } catch {
            hasFailed = true
            watch = nil
            report(
                error,
                "the files of the application are looked at twice a second, since they can't be watched"
            )
            return sleep()
        }
    }

    private func sleep() -> Bool {
        Process.sleep(for: Self.interval)
        return true
    }

    private func report(_ error: Errno, _ effect: String, _ fields: [LogField] = []) {
        guard let context = WorkerContext.current else { return }
        context.log(
            .warning,
            .watchFailed,
            "\(effect): \(error)\(FolderWatch.cure(for: error))",
            [LogField("slot", context.slot)] + fields + [LogField("reason", "\(error)")]
        )
    }
}
