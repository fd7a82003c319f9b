import ForktailHTTP
import ForktailSystem

/// A client's connection in a worker that serves many.
///
/// While it waits for its next request it holds no buffer.
final class EventConnection {
    /// What the connection is about.
    enum Phase {
        /// It waits for a request, or receives one.
        case receiving
        /// The application answers, or makes more of its answer, in a thread.
        case answering(HandlerJob)
        /// An answer is on its way.
        case sending(Output)
        /// It waits for a thread, its request's body being too large to wait for that on the loop.
        case queued
        /// A thread has it all to itself.
        case detached(DetachedExchange)
        /// Everything is said; what the client still sends is read and forgotten.
        case lingering
        /// It is closed.
        case closed
    }

    let descriptor: SharedDescriptor
    let accepted: Instant
    /// Who the client is: the peer, or whom a PROXY header names.
    var client: RemoteAddress
    /// Whether a PROXY header says that the client speaks TLS.
    var isSecure = false
    /// Whether a PROXY header has to come before anything else.
    var awaitsProxyHeader: Bool
    var phase = Phase.receiving
    /// What has come of a request; nil while nothing has.
    var intake: Intake?
    /// When it became idle, if it is.
    var idleSince: Instant
    /// How many requests it has made.
    var requests = 0
    /// Whether another request may follow the answer at hand.
    var persists = false
    /// Whether there may be something to read.
    var isReadable = true
    /// Whether the client has ended its side.
    var hasEnded = false
    /// Whether it is among those that the loop goes on with in its next turn.
    var isUnfinished = false
    /// What the loop waits for; nil as long as it does not.
    var interest: EventPoll.Interest?

    init(_ socket: consuming FileDescriptor, of peer: RemoteAddress, at now: Instant, proxied: Bool)
    {
        descriptor = SharedDescriptor(socket)
        client = peer
        accepted = now
        idleSince = now
        awaitsProxyHeader = proxied
    }

    /// The number of the socket.
    var number: CInt { descriptor.descriptor.rawValue }

    /// Whether a part of an answer may have been sent.
    var isBeingAnswered: Bool {
        switch phase {
        case .sending, .detached: true
        case .answering(let job): job.isPull
        case .receiving, .queued, .lingering, .closed: false
        }
    }

    /// Whether it could be closed without anybody losing something.
    var isExpendable: Bool {
        switch phase {
        case .receiving: intake == nil
        case .lingering: true
        case .answering, .sending, .queued, .detached, .closed: false
        }
    }
}
