/// What the sender must do with the body after a response's head.
package enum BodyTransfer: Hashable, Sendable {
    /// Send none of it.
    case none
    /// Send exactly that many bytes.
    case length(UInt64)
    /// Send it in chunks, with the last chunk at its end.
    case chunked
    /// Send it as it is and close the connection at its end.
    case untilClose
}
