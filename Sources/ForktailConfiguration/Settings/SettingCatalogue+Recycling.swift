extension SettingCatalogue {
    /// When a worker has served its time.
    static var recycling: [Setting] {
        [
            Setting(
                "max_requests",
                \.maxRequests,
                .integer(0...1_000_000_000),
                in: .workers,
                isForOwnWorkers: true,
                summary: "the number of requests after which a worker is replaced; 0: never",
                details: """
                    A remedy for applications that leak. The replacement is ready before the old \
                    worker leaves, and one worker is replaced at a time.
                    """
            ),
            Setting(
                "max_requests_jitter",
                \.maxRequestsJitter,
                .integer(0...1_000_000_000),
                in: .workers,
                isForOwnWorkers: true,
                summary: "the most requests that are added to max_requests by chance",
                details: "Each worker draws its own number, so that they do not all end at once."
            ),
            Setting(
                "max_lifetime",
                \.maxLifetime,
                .durationOrOff(.seconds(1)...Duration.seconds(31_536_000)),
                in: .workers,
                summary: "the time after which a worker is replaced; 0: never",
                details: "As with max_requests, nothing is lost. 0 lets workers live for ever."
            ),
            Setting(
                "max_memory",
                \.maxMemory,
                .sizeOrOff(1 << 20...1 << 46),
                in: .workers,
                summary: "the memory that a worker may occupy before it is replaced; 0: any",
                details: """
                    It is compared with the proportional set size, which divides shared pages \
                    among the processes that share them. The arbiter checks every few seconds, so \
                    the limit also holds for a worker that is stuck. 0 sets no limit.
                    """
            ),
        ]
    }
}
