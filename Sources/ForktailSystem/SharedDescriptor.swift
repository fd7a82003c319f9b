/// Lets several values hold one descriptor, which is closed with the last of them.
package final class SharedDescriptor: Sendable {
    package let descriptor: FileDescriptor

    /// Takes ownership.
    package init(_ descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
    }
}
