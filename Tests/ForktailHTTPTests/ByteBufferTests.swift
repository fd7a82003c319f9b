import Testing

@_spi(inlined) @testable import ForktailHTTP

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

    @Test(arguments: [0, 7, 10, 99, 100, 35_412, 999_999, 10_000_000, UInt64.max])
    func appendsDigits(number: UInt64) {
        var buffer = ByteBuffer(capacity: 1)
        buffer.append(decimal: number)
        buffer.append(decimal: number, digits: 6)
        buffer.append(literal: "!")
        let last = String(("000000" + String(number)).suffix(6))
        #expect(String(decoding: buffer.array, as: UTF8.self) == "\(number)\(last)!")
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
