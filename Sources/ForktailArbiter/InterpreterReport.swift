import ForktailLog
import ForktailSystem

/// What an interpreter has written before it died: the stacks of its threads, by Python's module
/// faulthandler, or why it could not load the worker or the application.
///
/// It is text of the worker, and may hold anything.
struct InterpreterReport {
    /// A thread's frames as they stand there, the innermost first; the thread that died comes first.
    private var threads: [[Frame]] = []
    private var printed: [String] = []

    /// What it has printed, where it did not crash.
    var otherLines: [String] { threads.allSatisfy(\.isEmpty) ? printed : [] }

    /// The same as a text.
    var text: String { otherLines.joined(separator: "\n") }

    private struct Frame {
        /// `app (/srv/shop.py:37)`.
        let text: String
    }

    private static let longest = 65_536
    private static let mostLines = 200

    /// Reads the file of a worker.
    init(_ file: SharedDescriptor) {
        let bytes =
            (try? MemoryFile.contents(of: file.descriptor.rawValue, upTo: Self.longest)) ?? []
        self.init(String(decoding: bytes, as: UTF8.self))
    }

    /// Reads the text of a report.
    init(_ text: String) {
        for line in text.split(separator: "\n").prefix(Self.mostLines) {
            if line.hasPrefix("Thread 0x") {
                threads.append([])
            } else if line.hasPrefix("Current thread 0x") || line.hasPrefix("Stack (") {
                // It is the one that died, wherever it stands.
                threads.append([])
                current = threads.count - 1
            } else if line.hasPrefix("  File "), !threads.isEmpty {
                if let frame = Self.frame(line.dropFirst(7)) {
                    threads[threads.count - 1].append(frame)
                }
            } else if !line.hasPrefix("  <no Python frame>") {
                printed.append(String(line))
            }
        }
    }

    private var current = 0

    /// Reads `"/srv/shop.py", line 37 in app`; nil for forktail's own code.
    private static func frame(_ text: Substring) -> Frame? {
        let marker = "\", line "
        guard text.first == "\"", let end = text.ranges(of: marker).last else { return nil }
        let file = text[text.index(after: text.startIndex)..<end.lowerBound]
        let rest = text[end.upperBound...].split(separator: " in ", maxSplits: 1)
        guard rest.count == 2, file != "<forktail>", file != "<string>" else { return nil }
        return Frame(text: "\(rest[1]) (\(file):\(rest[0]))")
    }

    private static let mostInText = 3

    private var ordered: [[Frame]] {
        guard threads.indices.contains(current) else { return threads }
        var all = threads
        let first = all.remove(at: current)
        return ([first] + all).filter { !$0.isEmpty }
    }

    /// The stack for people: `; Python was in app (/srv/shop.py:37), called by …`.
    var words: String {
        guard let first = ordered.first else { return "" }
        let frames = first.prefix(Self.mostInText).map(\.text)
        return "; Python was in \(frames.joined(separator: ", called by "))"
    }

    /// All stacks for programs that read the log: those of other threads behind a line for each.
    var fields: [LogField] {
        let all = ordered
        guard !all.isEmpty else { return [] }
        let lines = all.enumerated().flatMap { index, frames in
            (index == 0 ? [] : ["another thread:"]) + frames.map(\.text)
        }
        return [LogField("python_stack", lines)]
    }
}
