import ForktailValues
import Testing

/// The classes of ASCII characters, against what Swift says of every byte.
@Suite struct ASCIITests {
    @Test(arguments: UInt8.min...UInt8.max)
    func knowsEachByte(byte: UInt8) {
        let character = Character(Unicode.Scalar(byte))
        let isASCII = character.isASCII
        #expect(byte.isDigit == (isASCII && character.isNumber))
        #expect(byte.isLetter == (isASCII && character.isLetter))
        #expect(byte.lowercased == (isASCII ? character.lowercased().utf8.first : byte))
        let value = isASCII ? character.hexDigitValue : nil
        #expect(byte.hexadecimalValue.map(Int.init) == value)
    }
}
