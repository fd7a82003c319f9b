import ForktailValues
import Testing

/// Numbers of bytes for people.
@Suite struct ByteCountTests {
    @Test(
        arguments: [
            (0, "0", "0 B"), (1, "1", "1 B"), (1000, "1000", "1000 B"), (1023, "1023", "1023 B"),
            (1024, "1KiB", "1.0 KiB"), (1500, "1500", "1.4 KiB"), (10 << 10, "10KiB", "10 KiB"),
            ((1 << 20) - 1, "1048575", "1023 KiB"), (1 << 20, "1MiB", "1.0 MiB"),
            (3 << 40, "3TiB", "3.0 TiB"), (.max, "18446744073709551615", "16777215 TiB"),
        ] as [(UInt64, String, String)]
    )
    func showsANumberOfBytes(bytes: UInt64, exact: String, rounded: String) {
        #expect(ByteCount(bytes).exact == exact)
        #expect(ByteCount(bytes).rounded == rounded)
    }

    @Test func ordersItsUnitsBySize() {
        let sizes = ByteCount.units.map(\.bytes)
        #expect(sizes == sizes.sorted())
        #expect(Set(sizes).count == sizes.count)
    }
}
