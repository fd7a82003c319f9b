import Testing

@testable import ForktailHTTP

/// Every fault explains itself.
struct RequestFaultTests {
    @Test(arguments: RequestFault.allCases)
    func namesStatusAndSection(_ fault: RequestFault) {
        #expect((400...599).contains(fault.status.code))
        #expect(fault.section.wholeMatch(of: /RFC \d{4} section \d+(\.\d+)*/) != nil)
        #expect(fault.description.contains(fault.reason))
        #expect(fault.description.contains(fault.section))
        #expect(!fault.description.contains("\n"))
        #expect(fault.answers == (fault != .tlsClientHello))
    }

    @Test func namesEachFaultDifferently() {
        #expect(Set(RequestFault.allCases.map(\.reason)).count == RequestFault.allCases.count)
    }

    @Test(arguments: [
        (RequestFault.http2Preface, "HTTP/2"), (.tlsClientHello, "TLS ClientHello"),
        (.http09, "HTTP/0.9"),
    ])
    func namesWhatCame(_ fault: RequestFault, name: String) {
        #expect(fault.description.contains(name))
    }
}
