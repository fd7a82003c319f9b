/// The spans of time that are fixed rather than settings.
enum Interval {
    /// A request to leave is repeated this often, since a signal may be lost around a fork.
    static let nudge = Duration.seconds(1)
    /// An aborted worker has this long to report and die before it is killed.
    static let abort = Duration.seconds(1)
    /// A worker told to quit has at most this long before it is killed.
    static let quick = Duration.seconds(2)
    /// While a worker is under a time limit the supervisor looks at the clock this often, so that
    /// a pause of the arbiter shows.
    static let pulse = Duration.seconds(1)
    /// A deadline that is noticed later than this means that the arbiter itself did not run.
    ///
    /// With the pulse a pause of two seconds always shows. A shorter one may pass for silence of
    /// the workers that paused with it: a timeout above three seconds is never hurt by that.
    static let pause = Duration.seconds(1)
    /// A worker that dies within this time of being ready, and has served nobody, counts as one that
    /// could not boot.
    static let settling = Duration.seconds(1)
    /// A worker that was ready for this long clears its slot's record of failures.
    static let health = Duration.seconds(30)
    /// The wait before the second replacement in a row.
    static let shortestDelay = Duration.milliseconds(100)
    /// The longest wait before a replacement.
    static let longestDelay = Duration.seconds(10)
}
