/// The conditions of a request, RFC 9110 section 13.
///
/// ```swift
/// switch request.preconditions.evaluate(for: request.method, against: validators) {
/// case .met: …
/// case .metForWhole: …  // without looking at Range
/// case .notModified: return Response(status: .notModified)
/// case .failed: throw HTTPError(.preconditionFailed)
/// }
/// ```
public struct Preconditions: Hashable, Sendable {
    /// If-Match, section 13.1.1.
    public var ifMatch: EntityTagCondition?
    /// If-None-Match, section 13.1.2.
    public var ifNoneMatch: EntityTagCondition?
    /// If-Modified-Since, section 13.1.3; nil also where it is no date.
    public var ifModifiedSince: HTTPDate?
    /// If-Unmodified-Since, section 13.1.4; nil also where it is no date.
    public var ifUnmodifiedSince: HTTPDate?
    /// If-Range, section 13.1.5.
    public var ifRange: RangeCondition?

    /// Makes conditions of what a request may say.
    public init(
        ifMatch: EntityTagCondition? = nil,
        ifNoneMatch: EntityTagCondition? = nil,
        ifModifiedSince: HTTPDate? = nil,
        ifUnmodifiedSince: HTTPDate? = nil,
        ifRange: RangeCondition? = nil
    ) {
        self.ifMatch = ifMatch
        self.ifNoneMatch = ifNoneMatch
        self.ifModifiedSince = ifModifiedSince
        self.ifUnmodifiedSince = ifUnmodifiedSince
        self.ifRange = ifRange
    }

    /// What the conditions say together.
    public enum Outcome: Hashable, Sendable {
        /// Perform the method.
        case met
        /// Perform the method as if there were no Range, section 13.1.5.
        case metForWhole
        /// The client has the current representation: the answer is 304.
        case notModified
        /// The method must not be performed: the answer is 412.
        case failed
    }

    /// Evaluates the conditions in the order of section 13.2.2.
    ///
    /// Call it when the answer without them would be a 2xx, and before the method does
    /// anything (section 13.2.1).
    ///
    /// - Parameters:
    ///   - method: the method of the request.
    ///   - current: the validators of the representation that there is; nil where there is none.
    /// - Returns: what to do.
    public func evaluate(for method: Request.Method, against current: Validators?) -> Outcome {
        guard isCurrent(current) else { return .failed }
        guard isNew(current, for: method) else {
            return method == .get || method == .head ? .notModified : .failed
        }
        guard method == .get, let ifRange else { return .met }
        return ifRange.holds(for: current) ? .met : .metForWhole
    }

    /// Steps 1 and 2: whether the client's version is still the current one.
    private func isCurrent(_ current: Validators?) -> Bool {
        if let ifMatch {
            return ifMatch.holds(for: current) { $0.stronglyMatches($1) }
        }
        guard let limit = ifUnmodifiedSince, let modified = current?.lastModified else {
            return true
        }
        return modified <= limit
    }

    /// Steps 3 and 4: whether the client does not have the current version yet.
    private func isNew(_ current: Validators?, for method: Request.Method) -> Bool {
        if let ifNoneMatch {
            return !ifNoneMatch.holds(for: current) { $0.weaklyMatches($1) }
        }
        guard method == .get || method == .head, let limit = ifModifiedSince,
            let modified = current?.lastModified
        else { return true }
        return modified > limit
    }
}
