/// The spans of time that are fixed rather than settings.
enum Interval {
    /// The signal of an instruction is sent again this often, because one may be lost around a fork.
    static let resend = Duration.seconds(1)
    /// An aborted worker has this long to report and die before it is killed.
    static let abort = Duration.seconds(1)
    /// A worker told to quit has at most this long before it is killed.
    static let quick = Duration.seconds(2)
    /// While a worker has a time limit the supervisor looks at the clock this often, to detect
    /// pauses of the arbiter.
    static let pulse = Duration.seconds(1)
    /// A deadline that is noticed later than this means that the arbiter itself did not run.
    ///
    /// With the pulse a pause of two seconds is always detected. A shorter one may look like a hang
    /// of the workers that paused with it, which does no harm with a timeout above three seconds.
    static let pause = Duration.seconds(1)
    /// Samples of the load that are further apart say nothing of the time between them.
    static let longestSampleGap = Duration.seconds(2)
    /// How often the log says that the limit of memory keeps the same number of workers from growing.
    static let holdReport = Duration.seconds(60)
    /// A worker that dies this soon after it was ready, and has served no request, counts as one that
    /// could not boot.
    static let settling = Duration.seconds(1)
    /// A worker that was ready for this long clears its slot's record of failures.
    static let health = Duration.seconds(30)
    /// The delay before the second respawn in a row.
    static let shortestDelay = Duration.milliseconds(100)
    /// The longest delay before a respawn.
    static let longestDelay = Duration.seconds(10)
    /// The longest delay where more than half of the slots wait for it.
    static let longestDelayInNeed = Duration.seconds(1)
    /// How often a slot whose workers serve and end again and again gets a respawn.
    static let pace = Duration.milliseconds(100)
}
