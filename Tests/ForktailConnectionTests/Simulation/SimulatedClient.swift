import ForktailTestSupport

/// A client: what it sends, when, and how it reads.
struct SimulatedClient {
    static let never = Int.max

    enum End {
        case staySilent, halfClose, reset
    }

    let plans: [RequestPlan]
    /// All that it is going to send.
    let bytes: [UInt8]
    /// Up to which offsets the PROXY header and each request reach.
    let ends: [Int]
    let hasProxyHeader: Bool
    /// Whether the server expects TLS of it.
    let isSecure: Bool
    let opensAt: Int
    /// Before which offset it waits for `100 Continue`, and for how long at most.
    private(set) var barriers: [(offset: Int, barrierTime: Int)] = []
    /// Whether it sends a request before it has the previous response.
    let pipelines: Bool
    /// How many bytes it sends at a time, about, and how many milliseconds lie between.
    let segment: Int
    let gap: Int
    /// What it does once it has sent everything, or `stopsAt` bytes.
    let end: End
    let stopsAt: Int
    /// How many bytes it reads at a time; 0 where it never reads.
    let reading: Int
    let firstRoom: Int
    /// Whether it closes once the server has ended its side.
    let leavesPolitely: Bool

    init(index: Int, hasProxyHeader: Bool, random: inout SeededGenerator) {
        var plans: [RequestPlan] = []
        while plans.count < 5, (plans.last?.flaw ?? RequestPlan.Flaw.none) == .none {
            plans.append(RequestPlan(id: index * 8 + plans.count, random: &random))
            if random.chance(percent: 30) { break }
        }
        self.plans = plans
        self.hasProxyHeader = hasProxyHeader
        var bytes = hasProxyHeader ? Self.proxyHeader(index, random: &random) : []
        var ends = [bytes.count]
        for plan in plans {
            bytes += plan.head
            if plan.expects, random.chance(percent: 85) {
                let isPatient = random.chance(percent: 60)
                let barrierTime = isPatient ? Self.never : random.number(1, 3000)
                barriers.append((bytes.count, barrierTime))
            }
            bytes += plan.body
            ends.append(bytes.count)
        }
        if case .connection = plans.last?.answer.body, plans.last?.flaw == RequestPlan.Flaw.none {
            bytes += Array(repeating: 35, count: random.number(0, 40))
        }
        self.bytes = bytes
        self.ends = ends
        opensAt = random.chance(percent: 60) ? 0 : random.number(1, 3000)
        pipelines = random.chance(percent: 40)
        segment = random.choice([1, 5, 40, 1000, 1000])
        gap = random.chance(percent: 70) ? random.number(0, 5) : random.number(0, 800)
        end = random.choice([.staySilent, .staySilent, .halfClose, .halfClose, .halfClose, .reset])
        stopsAt = random.chance(percent: 80) ? bytes.count : random.number(0, bytes.count)
        reading = random.choice([0, 3, 50, 2000, 100_000, 100_000, 100_000])
        firstRoom = random.choice([0, 10, 200, 100_000, 100_000, 100_000, 100_000])
        leavesPolitely = random.chance(percent: 70)
        isSecure = random.chance(percent: 30)
    }

    private static func proxyHeader(_ index: Int, random: inout SeededGenerator) -> [UInt8] {
        let line = "PROXY TCP4 192.0.2.\(index + 1) 192.0.2.99 \(index + 1) 80\r\n"
        return Array((random.chance(percent: 93) ? line : "PROXY nonsense\r\n").utf8)
    }

    /// How far it may send, given how many responses are over.
    func limit(responses: Int) -> Int {
        pipelines || responses >= plans.count ? stopsAt : min(stopsAt, ends[responses + 1])
    }
}
