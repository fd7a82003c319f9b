import Glibc

/// A value that two threads want while it is made.
enum Contention {
    static let value: Int = {
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { _ in
                _ = Contention.value
                return nil
            },
            nil
        )
        pthread_detach(thread)
        // Until the other thread waits for this one: it is asleep whenever it is looked at.
        var looks = 0
        while looks < 5 {
            usleep(2000)
            looks = newestThreadIsAsleep ? looks + 1 : 0
        }
        return 1
    }()

    private static var newestThreadIsAsleep: Bool {
        guard let folder = opendir("/proc/self/task") else { return false }
        defer { closedir(folder) }
        var newest = 0
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            newest = max(newest, Int(name) ?? 0)
        }
        guard let file = fopen("/proc/self/task/\(newest)/stat", "r") else { return false }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 200)
        fgets(&line, 200, file)
        // `4711 (its name) S`: proc_pid_stat(5).
        let text = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.split(separator: ")").last?.hasPrefix(" S") ?? false
    }
}
