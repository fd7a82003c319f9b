import ForktailSupervision
import ForktailSystem

/// The workers that live, by their name and by their process.
struct WorkerTable {
    private var records: [WorkerID: WorkerRecord] = [:]
    private var names: [ProcessID: WorkerID] = [:]

    /// All workers, in the order in which they were spawned.
    var all: [WorkerRecord] { records.values.sorted { $0.id < $1.id } }

    subscript(id: WorkerID) -> WorkerRecord? { records[id] }

    mutating func insert(_ record: WorkerRecord) {
        records[record.id] = record
        names[record.process] = record.id
    }

    /// The worker with this process, or nil for a stranger.
    func record(of process: ProcessID) -> WorkerRecord? {
        names[process].flatMap { records[$0] }
    }

    /// Forgets a worker that was reaped: from here on its pid may be another's.
    mutating func remove(_ record: WorkerRecord) {
        records[record.id] = nil
        // The kernel may have given the number to a newer worker already.
        if names[record.process] == record.id { names[record.process] = nil }
    }

    /// Closes every pipe, in a child that has no business with its siblings.
    ///
    /// Letting go of the records would not do: the loop that led to the fork still holds some.
    mutating func removeAll() {
        records.values.forEach { $0.close() }
        records.removeAll()
        names.removeAll()
    }
}
