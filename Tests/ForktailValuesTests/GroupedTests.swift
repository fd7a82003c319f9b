import ForktailValues
import Testing

@Suite struct GroupedTests {
    @Test(
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (1_000_001, "1,000,001"),
            (.max, "18,446,744,073,709,551,615"),
        ] as [(UInt64, String)]
    )
    func groupsThousands(number: UInt64, text: String) {
        #expect(number.grouped == text)
    }
}
