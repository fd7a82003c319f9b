import Glibc

/// The worker that answered: what the test application says at `/pid`.
struct WorkerIdentity: Hashable {
    let slot: Int
    let process: pid_t
    let generation: Int

    init?(_ text: String) {
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard numbers.count == 3 else { return nil }
        slot = numbers[0]
        process = pid_t(numbers[1])
        generation = numbers[2]
    }
}
