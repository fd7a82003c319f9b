import Testing

@testable import ForktailHTTP

/// Every fault explains itself.
struct ProxyFaultTests {
    @Test(arguments: ProxyFault.allCases)
    func namesItsSection(_ fault: ProxyFault) {
        #expect(fault.section.wholeMatch(of: /2(\.\d)*/) != nil)
        #expect(fault.description == "\(fault.reason) (PROXY protocol section \(fault.section))")
    }

    @Test func namesEachFaultDifferently() {
        #expect(Set(ProxyFault.allCases.map(\.reason)).count == ProxyFault.allCases.count)
    }
}
