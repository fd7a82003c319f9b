import Forktail
import Glibc
import Synchronization

/// Asks one `StaticFiles` for files in several threads at once.
///
/// The directory `root` has files 0 … 15, each as many bytes long as its name says.
enum Hammering {
    private static let threads = 4
    private static let names = 0..<16

    /// Says how many answers were right.
    static func response(rounds: Int) throws -> Response {
        var options = FileOptions()
        options.openCacheAge = .milliseconds(1)
        options.openCacheSize = 8
        let shift = Shift(files: try StaticFiles(root: "root", options: options), rounds: rounds)
        var running: [pthread_t] = []
        for _ in 0..<threads { running.append(start(shift)) }
        for thread in running { pthread_join(thread, nil) }
        return Response(text: "\(shift.right.load(ordering: .relaxed))\n")
    }

    /// The work of all threads, and its result.
    private final class Shift: Sendable {
        let files: StaticFiles
        let rounds: Int
        let right = Atomic(0)

        init(files: StaticFiles, rounds: Int) {
            self.files = files
            self.rounds = rounds
        }

        func work() {
            for round in 0..<rounds {
                let name = names.randomElement() ?? round
                guard let request = try? Request(.get, "/\(name)"),
                    let response = try? files.respond(to: request),
                    case .file(let region) = response.body, region.length == UInt64(name)
                else { continue }
                right.add(1, ordering: .relaxed)
            }
        }
    }

    private static func start(_ shift: Shift) -> pthread_t {
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { raw in
                guard let raw else { return nil }
                // SAFETY: passRetained below kept the reference for this one use.
                Unmanaged<Shift>.fromOpaque(raw).takeRetainedValue().work()
                return nil
            },
            Unmanaged.passRetained(shift).toOpaque()
        )
        return thread
    }
}
