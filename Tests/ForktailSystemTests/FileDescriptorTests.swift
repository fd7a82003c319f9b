import ForktailSystem
import ForktailTestSupport
import Glibc
import Testing

/// Descriptors, pipes and the channel that hands open files to another process.
@Suite struct FileDescriptorTests {
    @Test func isCloseOnExecFromBirth() throws {
        let ends = try Pipe.open()
        let reading = FileDescriptor(owning: ends.reading)
        let writing = FileDescriptor(owning: ends.writing)
        let copy = try reading.duplicate()
        for number in [reading.rawValue, writing.rawValue, copy.rawValue] {
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
        }
        try copy.setCloseOnExec(false)
        #expect(fcntl(copy.rawValue, F_GETFD) & FD_CLOEXEC == 0)
    }

    @Test func takesOverOnlyWhatIsOpen() throws {
        #expect(throws: Errno.badDescriptor) {
            _ = try FileDescriptor.inherited(1_000_000).rawValue
        }
        let number = try FilePlace.find("/dev/null").openForAppending().release()
        #expect(try FileDescriptor.inherited(number).rawValue == number)
    }

    @Test func writesOnlyToAStreamThatTakesIt() throws {
        let reading = try FileSystem.openForReading("/dev/null")
        #expect(throws: Errno.badDescriptor) {
            _ = try FileDescriptor.standardStream(reading.rawValue).rawValue
        }
        let writing = try FilePlace.find("/dev/null").openForAppending()
        #expect(throws: Never.self) {
            try FileDescriptor.standardStream(writing.rawValue).writeAll("x")
        }
    }

    @Test func closesWithItsOwner() throws {
        let ends = try Pipe.open()
        let reading = FileDescriptor(owning: ends.reading)
        do { _ = FileDescriptor(owning: ends.writing) }
        #expect(try reading.readChunk() == [])
    }

    @Test func pipesReturnInsteadOfWaiting() throws {
        let ends = try Pipe.open()
        let reading = FileDescriptor(owning: ends.reading)
        let writing = FileDescriptor(owning: ends.writing)
        #expect(throws: Errno.wouldBlock) { try reading.readChunk() }
        try writing.write(byte: 7)
        #expect(try reading.readChunk() == [7])
        #expect(throws: Errno.wouldBlock) {
            while true { try writing.writeAll(String(repeating: "x", count: 4096)) }
        }
    }

    @Test func keepsItsNumberWhenItIsReplaced() throws {
        let folder = try TemporaryFolder()
        let first = try FilePlace.find(SystemString(folder.file("first"))).openForAppending()
        let number = first.rawValue
        try first.replace(
            with: FilePlace.find(SystemString(folder.file("second"))).openForAppending()
        )
        try first.writeAll("moved")
        #expect(first.rawValue == number)
        #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
        #expect(try folder.text(of: "first") == "")
        #expect(try folder.text(of: "second") == "moved")
    }

    /// More files than one message can have arrive in their order, and are closed unless they are taken.
    @Test(arguments: [1, 200, 201, 700]) func sendsAnyNumberOfFiles(count: Int) throws {
        let channel = try DescriptorChannel.open()
        let giving = FileDescriptor(owning: channel.giving)
        let taking = FileDescriptor(owning: channel.taking)
        let file = try FilePlace.find("/dev/null").openForAppending()
        let last = try MemoryFile.makeSealed([7])
        try giving.send(files: Array(repeating: file.rawValue, count: count - 1) + [last.rawValue])
        try giving.send("and a text")
        guard let received = taking.receiveFiles() else {
            Issue.record("no files")
            return
        }
        #expect(received.expected == count && received.files.count == count)
        let numbers = received.files.take()
        #expect(numbers.allSatisfy { fcntl($0, F_GETFD) & FD_CLOEXEC != 0 })
        let end = try #require(numbers.last)
        #expect(try MemoryFile.contents(of: end, upTo: 2) == [7])
        numbers.forEach { close($0) }
        guard case .text(let text, let files) = taking.receiveMessage(waits: false) else {
            Issue.record("no text")
            return
        }
        #expect(text == "and a text" && files.count == 0)
    }

    @Test func closesFilesThatAreNotTaken() throws {
        let channel = try DescriptorChannel.open()
        let giving = FileDescriptor(owning: channel.giving)
        let taking = FileDescriptor(owning: channel.taking)
        let pipe = try Pipe.open()
        let reading = FileDescriptor(owning: pipe.reading)
        do {
            let writing = FileDescriptor(owning: pipe.writing)
            try giving.send(files: [writing.rawValue])
        }
        #expect(throws: Errno.wouldBlock) { try reading.readChunk() }
        _ = taking.receiveFiles()
        #expect(try reading.readChunk() == [])
    }

    @Test func sealsWhatNeverChanges() throws {
        let file = try MemoryFile.makeSealed([1, 2, 3])
        let mode = try file.status().mode
        #expect(mode == 0o400)
        #expect(throws: Errno.notPermitted) { try file.writeAll("x") }
        #expect(throws: Errno.notPermitted) { try MemoryFile.clear(file.rawValue) }
        let bytes = try MemoryFile.contents(of: file.rawValue, upTo: 9)
        #expect(bytes == [1, 2, 3])
    }

    @Test func changesNothingButTheFlagForWaiting() throws {
        let file = try FilePlace.find("/dev/null").openForAppending()
        let before = fcntl(file.rawValue, F_GETFL)
        try file.setNonBlocking(false)
        #expect(fcntl(file.rawValue, F_GETFL) == before & ~O_NONBLOCK)
        try file.setNonBlocking(true)
        #expect(fcntl(file.rawValue, F_GETFL) == before | O_NONBLOCK)
    }

    @Test func handsOverOpenFilesInOrder() throws {
        let folder = try TemporaryFolder()
        let ends = try DescriptorChannel.open()
        let giving = FileDescriptor(owning: ends.giving)
        let taking = FileDescriptor(owning: ends.taking)
        #expect(throws: Errno.wouldBlock) { try taking.take() }
        for round in 0..<2 {
            let one = try FilePlace.find(SystemString(folder.file("one\(round)")))
                .openForAppending()
            let two = try FilePlace.find(SystemString(folder.file("two\(round)")))
                .openForAppending()
            try giving.give([one.rawValue, two.rawValue])
        }
        for round in 0..<2 {
            let taken = try taking.take()
            try #require(taken.count == 2)
            try taken[0].descriptor.writeAll("first")
            try taken[1].descriptor.writeAll("second")
            #expect(try folder.text(of: "one\(round)") == "first")
            #expect(try folder.text(of: "two\(round)") == "second")
        }
        #expect(throws: Errno.wouldBlock) { try taking.take() }
    }

    @Test func waitsForSeveralAtOnce() throws {
        let (first, second) = (try Pipe.open(), try Pipe.open())
        let reading = [
            SharedDescriptor(FileDescriptor(owning: first.reading)),
            SharedDescriptor(FileDescriptor(owning: second.reading)),
        ]
        let silent = FileDescriptor(owning: first.writing)
        let numbers = [-1] + reading.map { $0.descriptor.rawValue }
        #expect(try Poll.readable(numbers, timeout: .zero) == [])
        let start = Instant.now()
        #expect(try Poll.readable(numbers, timeout: .milliseconds(30)) == [])
        #expect(start.elapsed >= .milliseconds(30))
        do { _ = FileDescriptor(owning: second.writing) }
        #expect(try Poll.readable(numbers, timeout: nil) == [second.reading])
        try silent.write(byte: 1)
        #expect(try Poll.readable(numbers, timeout: nil) == [first.reading, second.reading])
    }

    @Test func tellsWhichOfManyAreReady() throws {
        let ends = try Pipe.open()
        let reading = FileDescriptor(owning: ends.reading)
        let writing = FileDescriptor(owning: ends.writing)
        let poll = try EventPoll(limit: 8)
        try poll.add(reading.rawValue, .input, key: 7)
        #expect(try poll.wait(timeout: .zero) == 0)
        try writing.write(byte: 1)
        #expect(try poll.wait(timeout: .seconds(5)) == 1)
        #expect(poll[0].key == 7)
        #expect(poll[0].isReadable && !poll[0].isWritable && !poll[0].hasEnded)
        try poll.change(reading.rawValue, to: .edges, key: 7)
        #expect(try poll.wait(timeout: .zero) == 1)
        #expect(try poll.wait(timeout: .zero) == 0)
        try poll.remove(reading.rawValue)
        try writing.write(byte: 1)
        #expect(try poll.wait(timeout: .zero) == 0)
    }
}
