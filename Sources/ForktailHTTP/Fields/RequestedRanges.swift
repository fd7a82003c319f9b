/// The parts of a representation that a client asks for, RFC 9110 section 14.
public enum RequestedRanges: Hashable, Sendable {
    /// No part, or none that must be sent alone: the answer is 200 with the whole.
    case whole
    /// These parts, one or more and none empty, in the order asked for: the answer is 206.
    case parts([Range<UInt64>])
    /// Only parts that the representation does not have: the answer is 416, with a Content-Range of
    /// `bytes */` and the length.
    case unsatisfiable
}
