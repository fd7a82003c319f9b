import Testing

@testable import ForktailHTTP

struct ByteBufferTests {
    /// The same as an array does, also where it has to grow.
    @Test(arguments: [1, 7, 512])
    func appendsWhatAnArrayAppends(capacity: Int) {
        var buffer = ByteBuffer(capacity: capacity)
        var array: [UInt8] = []
        for number: UInt64 in [0, 9, 10, 4711, .max] {
            buffer.append(decimal: number)
            array += String(number).utf8
            buffer.append(UInt8.space)
            array.append(.space)
            let text = String(repeating: "ü", count: Int(number % 100))
            buffer.append(text)
            array += text.utf8
            buffer.append(array.span)
            array += array
            #expect(buffer.array == array)
            #expect(buffer.count == array.count)
        }
    }

    @Test func keepsTheFirstBytes() {
        var buffer = ByteBuffer(capacity: 4)
        buffer.append("HTTP/1.1")
        buffer.truncate(to: 4)
        buffer.append("S")
        #expect(buffer.array == Array("HTTPS".utf8))
        buffer.truncate()
        #expect(buffer.array.isEmpty)
    }
}
