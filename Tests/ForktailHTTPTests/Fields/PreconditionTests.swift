import Testing

@testable import ForktailHTTP

/// RFC 9110 section 13: conditional requests.
struct PreconditionTests {
    static let earlier = "Sat, 29 Oct 1994 19:43:30 GMT"
    static let now = "Sat, 29 Oct 1994 19:43:31 GMT"
    static let later = "Sat, 29 Oct 1994 19:43:32 GMT"

    /// The representation that there is, in the tests.
    enum Current: Sendable {
        case none, strong, weak, undated, untagged, strongDate

        var validators: Validators? {
            let tag = EntityTag("a")
            let date = HTTPDate(now)
            return switch self {
            case .none: nil
            case .strong: Validators(entityTag: tag, lastModified: date)
            case .weak: Validators(entityTag: EntityTag("a", isWeak: true), lastModified: date)
            case .undated: Validators(entityTag: tag)
            case .untagged: Validators(lastModified: date)
            case .strongDate: Validators(lastModified: date, isLastModifiedStrong: true)
            }
        }
    }

    typealias Case = (
        method: Request.Method, fields: HTTPFields, current: Current,
        outcome: Preconditions.Outcome
    )

    static func evaluate(_ example: Case) throws -> Preconditions.Outcome {
        let request = try Request(example.method, fields: example.fields)
        return request.preconditions.evaluate(
            for: request.method,
            against: example.current.validators
        )
    }

    /// Section 13.1.1, and step 1 of section 13.2.2.
    static let ifMatch: [Case] = [
        (.put, [:], .strong, .met),
        (.put, [.ifMatch: "\"a\""], .strong, .met),
        (.put, [.ifMatch: "\"b\", \"a\""], .strong, .met),
        (.put, [.ifMatch: "\"b\""], .strong, .failed),
        (.get, [.ifMatch: "\"b\""], .strong, .failed),
        (.put, [.ifMatch: "W/\"a\""], .strong, .failed),
        (.put, [.ifMatch: "\"a\""], .weak, .failed),
        (.put, [.ifMatch: "\"a\""], .untagged, .failed),
        (.put, [.ifMatch: "\"a\""], .none, .failed),
        (.put, [.ifMatch: "*"], .untagged, .met),
        (.put, [.ifMatch: "*"], .none, .failed),
        (.put, [.ifMatch: "a"], .strong, .failed),
        (.put, [.ifMatch: ""], .strong, .failed),
        // it prevails over If-Unmodified-Since
        (.put, [.ifMatch: "\"a\"", .ifUnmodifiedSince: earlier], .strong, .met),
        (.put, [.ifMatch: "\"b\"", .ifUnmodifiedSince: later], .strong, .failed),
    ]

    /// Section 13.1.4, and step 2.
    static let ifUnmodifiedSince: [Case] = [
        (.put, [.ifUnmodifiedSince: earlier], .strong, .failed),
        (.put, [.ifUnmodifiedSince: now], .strong, .met),
        (.put, [.ifUnmodifiedSince: later], .strong, .met),
        (.get, [.ifUnmodifiedSince: earlier], .strong, .failed),
        (.put, [.ifUnmodifiedSince: earlier], .undated, .met),
        (.put, [.ifUnmodifiedSince: earlier], .none, .met),
        (.put, [.ifUnmodifiedSince: "yesterday"], .strong, .met),
        (.put, [.ifUnmodifiedSince: earlier, .ifUnmodifiedSince: earlier], .strong, .met),
    ]

    /// Section 13.1.2, and step 3.
    static let ifNoneMatch: [Case] = [
        (.get, [.ifNoneMatch: "\"a\""], .strong, .notModified),
        (.head, [.ifNoneMatch: "\"a\""], .strong, .notModified),
        (.put, [.ifNoneMatch: "\"a\""], .strong, .failed),
        (.get, [.ifNoneMatch: "W/\"a\""], .strong, .notModified),
        (.get, [.ifNoneMatch: "\"a\""], .weak, .notModified),
        (.get, [.ifNoneMatch: "\"b\", \"c\""], .strong, .met),
        (.get, [.ifNoneMatch: "\"b\"", .ifNoneMatch: "\"a\""], .strong, .notModified),
        (.get, [.ifNoneMatch: "\"a\""], .untagged, .met),
        (.get, [.ifNoneMatch: "\"a\""], .none, .met),
        (.put, [.ifNoneMatch: "*"], .none, .met),
        (.put, [.ifNoneMatch: "*"], .untagged, .failed),
        (.get, [.ifNoneMatch: "*"], .untagged, .notModified),
        (.get, [.ifNoneMatch: "a"], .strong, .met),
        // it prevails over If-Modified-Since
        (.get, [.ifNoneMatch: "\"b\"", .ifModifiedSince: later], .strong, .met),
        (.get, [.ifNoneMatch: "\"a\"", .ifModifiedSince: earlier], .strong, .notModified),
        // and comes after If-Match and If-Unmodified-Since
        (.get, [.ifMatch: "\"b\"", .ifNoneMatch: "\"a\""], .strong, .failed),
        (.get, [.ifMatch: "\"a\"", .ifNoneMatch: "\"a\""], .strong, .notModified),
        (.get, [.ifUnmodifiedSince: earlier, .ifNoneMatch: "\"a\""], .strong, .failed),
    ]

    /// Section 13.1.3, and step 4.
    static let ifModifiedSince: [Case] = [
        (.get, [.ifModifiedSince: earlier], .strong, .met),
        (.get, [.ifModifiedSince: now], .strong, .notModified),
        (.get, [.ifModifiedSince: later], .strong, .notModified),
        (.head, [.ifModifiedSince: now], .strong, .notModified),
        (.post, [.ifModifiedSince: now], .strong, .met),
        (.get, [.ifModifiedSince: "Saturday, 29-Oct-94 19:43:31 GMT"], .strong, .notModified),
        (.get, [.ifModifiedSince: "Sat Oct 29 19:43:31 1994"], .strong, .notModified),
        (.get, [.ifModifiedSince: "0"], .strong, .met),
        (.get, [.ifModifiedSince: now, .ifModifiedSince: now], .strong, .met),
        (.get, [.ifModifiedSince: now], .undated, .met),
        (.get, [.ifModifiedSince: now], .none, .met),
    ]

    /// Section 13.1.5, and step 5.
    static let ifRange: [Case] = [
        (.get, [.ifRange: "\"a\""], .strong, .met),
        (.get, [.ifRange: "\"b\""], .strong, .metForWhole),
        (.get, [.ifRange: "W/\"a\""], .strong, .metForWhole),
        (.get, [.ifRange: "\"a\""], .weak, .metForWhole),
        (.get, [.ifRange: "\"a\", \"b\""], .strong, .metForWhole),
        (.get, [.ifRange: "a"], .strong, .metForWhole),
        (.get, [.ifRange: now], .strongDate, .met),
        (.get, [.ifRange: later], .strongDate, .metForWhole),
        (.get, [.ifRange: earlier], .strongDate, .metForWhole),
        (.get, [.ifRange: now], .untagged, .metForWhole),
        (.get, [.ifRange: "\"a\""], .none, .metForWhole),
        (.put, [.ifRange: "\"b\""], .strong, .met),
        (.get, [.ifRange: "\"b\"", .ifNoneMatch: "\"a\""], .strong, .notModified),
    ]

    @Test(arguments: ifMatch + ifUnmodifiedSince)
    func checksThatTheVersionIsCurrent(_ example: Case) throws {
        #expect(try Self.evaluate(example) == example.outcome)
    }

    @Test(arguments: ifNoneMatch + ifModifiedSince)
    func checksThatTheVersionIsNew(_ example: Case) throws {
        #expect(try Self.evaluate(example) == example.outcome)
    }

    @Test(arguments: ifRange)
    func checksThatTheRangeIsOfTheSameBytes(_ example: Case) throws {
        #expect(try Self.evaluate(example) == example.outcome)
    }
}
