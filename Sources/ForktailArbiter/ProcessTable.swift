import ForktailSupervision
import ForktailSystem

/// The live workers with their processes, by name and by process.
struct ProcessTable {
    private var records: [WorkerID: WorkerRecord] = [:]
    private var names: [ProcessID: WorkerID] = [:]

    /// All workers, in the order in which they were spawned.
    var all: [WorkerRecord] { records.values.sorted { $0.id < $1.id } }

    subscript(id: WorkerID) -> WorkerRecord? { records[id] }

    mutating func insert(_ record: WorkerRecord) {
        records[record.id] = record
        names[record.process] = record.id
    }

    /// The worker with this process; nil where the process is no worker.
    func record(of process: ProcessID) -> WorkerRecord? {
        names[process].flatMap { records[$0] }
    }

    /// Forgets a worker that was reaped: from here on its pid may be another's.
    mutating func remove(_ record: WorkerRecord) {
        records[record.id] = nil
        // The kernel may have given the number to a newer worker already.
        if names[record.process] == record.id { names[record.process] = nil }
    }

    /// Closes every pipe, in a child, which must not hold its siblings' pipes.
    ///
    /// To drop the records is not enough: the loop that led to the fork still holds some.
    mutating func removeAll() {
        records.values.forEach { $0.close() }
        records.removeAll()
        names.removeAll()
    }
}
