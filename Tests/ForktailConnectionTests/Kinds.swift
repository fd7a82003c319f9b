import ForktailConnection

/// A state without its payload.
enum StateKind: Int, CaseIterable {
    case idle, greeting, handshaking, proxyHeader, head, body, continuing, queued, handling,
        readingBody, sending, pulling, suspended
    case paused, taken, logging, closing, endingSending, lingering, delegated, closed
}

extension ConnectionMachine {
    var kind: StateKind {
        switch state {
        case .idle: .idle
        case .greeting: .greeting
        case .handshaking: .handshaking
        case .proxyHeader: .proxyHeader
        case .head: .head
        case .body: .body
        case .continuing: .continuing
        case .queued: .queued
        case .handling: .handling
        case .readingBody: .readingBody
        case .sending: .sending
        case .pulling: .pulling
        case .suspended: .suspended
        case .paused: .paused
        case .taken: .taken
        case .logging: .logging
        case .closing: .closing
        case .endingSending: .endingSending
        case .lingering: .lingering
        case .delegated: .delegated
        case .closed: .closed
        }
    }
}

/// An event without its payload; `received` stands for received bytes.
enum EventKind: Int, CaseIterable {
    case opened, handshakeBegun, secured, handshakeFailed, spokeHTTP, ended, failed, deadline
    case evicted, aborted, preempted, resumed, sent, fileSent, fileFailed, blocked, responded
    case bodyFailed, handlerTimedOut, responseStuck, bodyWanted, threadGranted, threadRefused, piece
    case streamFailed, suspended, taskCancelled, released, logged, sendingEnded, received
}

extension ConnectionMachine.Event {
    var kind: EventKind {
        switch self {
        case .opened: .opened
        case .handshakeBegun: .handshakeBegun
        case .secured: .secured
        case .handshakeFailed: .handshakeFailed
        case .spokeHTTP: .spokeHTTP
        case .ended: .ended
        case .failed: .failed
        case .deadline: .deadline
        case .evicted: .evicted
        case .aborted: .aborted
        case .preempted: .preempted
        case .resumed: .resumed
        case .sent: .sent
        case .fileSent: .fileSent
        case .fileFailed: .fileFailed
        case .blocked: .blocked
        case .responded: .responded
        case .bodyFailed: .bodyFailed
        case .handlerTimedOut: .handlerTimedOut
        case .responseStuck: .responseStuck
        case .bodyWanted: .bodyWanted
        case .threadGranted: .threadGranted
        case .threadRefused: .threadRefused
        case .piece: .piece
        case .streamFailed: .streamFailed
        case .suspended: .suspended
        case .taskCancelled: .taskCancelled
        case .released: .released
        case .logged: .logged
        case .sendingEnded: .sendingEnded
        }
    }
}

/// A step without its payload.
enum StepKind: Int, CaseIterable {
    case receive, handshake, send, sendFile, run, delegate, giveBody, failBody, pull, takeOver, log
    case endSending, wait, close, reset, cancel
}

extension ConnectionMachine.Step {
    var kind: StepKind {
        switch self {
        case .receive: .receive
        case .handshake: .handshake
        case .send: .send
        case .sendFile: .sendFile
        case .run: .run
        case .delegate: .delegate
        case .giveBody: .giveBody
        case .failBody: .failBody
        case .pull: .pull
        case .cancel: .cancel
        case .takeOver: .takeOver
        case .log: .log
        case .endSending: .endSending
        case .wait: .wait
        case .close(let reset): reset ? .reset : .close
        }
    }
}

extension ConnectionMachine {
    /// Makes something of the bytes of a `send` step.
    func mapOutput<Result>(in workspace: Workspace, _ body: (Span<UInt8>) -> Result) -> Result {
        var result: Result?
        withOutput(in: workspace) { result = body($0) }
        guard let result else {
            let nothing: [UInt8] = []
            return body(nothing.span)
        }
        return result
    }
}
