import ForktailHTTP
import ForktailSystem
import Testing

@testable import ForktailWorker

@Suite struct PlainTransportTests {
    private final class Owner {}

    private static func region(of file: borrowing FileDescriptor) -> FileRegion {
        FileRegion(descriptor: file.rawValue, owner: Owner(), offset: 0, length: 10)
    }

    /// sendfile(2) and read(2) fail alike; the connection is whole.
    @Test func blamesTheFileForItsOwnFault() throws {
        let (near, far) = try Socket.pair()
        let other = FileDescriptor(owning: far)
        let transport = PlainTransport(FileDescriptor(owning: near))
        let directory = try FileSystem.openDirectory("/")
        #expect(throws: Errno.isDirectory) {
            try transport.send(Self.region(of: directory), offset: 0, count: 10)
        }
        _ = other.rawValue
    }

    @Test func blamesTheConnectionForItsOwnFault() throws {
        SignalDisposition.ignoreFailedWrites()
        let (near, far) = try Socket.pair()
        let transport = PlainTransport(FileDescriptor(owning: near))
        do { _ = FileDescriptor(owning: far).rawValue }
        let file = try FileSystem.openForSending("/proc/self/exe")
        let sent = try transport.send(Self.region(of: file), offset: 0, count: 10)
        guard case .failed(.brokenPipe) = sent else {
            Issue.record("\(sent)")
            return
        }
    }
}
