import Testing

@testable import ForktailHTTP

/// Version 1 of the PROXY protocol, section 2.1 of its specification.
struct ProxyLineTests {
    @Test(arguments: accepted)
    func takesAddresses(_ line: String, client: String) {
        let text = "PROXY \(line)\r\n"
        for version in [nil, ProxyHeader.Version.v1] {
            let header = proxyOutcome(of: text + "GET / HTTP/1.1\r\n", version: version).header
            #expect(header?.source?.description == client)
            #expect(header?.length == text.utf8.count)
            #expect(header?.isSecure == false)
        }
    }

    @Test(arguments: [
        "UNKNOWN", "UNKNOWN ", "UNKNOWN TCP4 x y", "UNKNOWN ::1 ::1 4711 80", "UNKNOWN \u{0} \t é",
        "UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535", "UNKNOWN a\rb",
        "UNKNOWN " + String(repeating: "x", count: 107 - 16),
    ])
    func ignoresWhatFollowsUnknown(_ line: String) {
        let text = "PROXY \(line)\r\n"
        let outcome = proxyOutcome(of: text + "x")
        #expect(outcome == .complete(ProxyHeader(length: text.utf8.count)))
    }

    @Test(arguments: refused)
    func refuses(_ line: String, fault: ProxyFault) {
        #expect(proxyOutcome(of: "PROXY \(line)") == .refused(fault))
        #expect(proxyOutcome(of: "PROXY \(line)", version: .v1) == .refused(fault))
    }

    @Test func takesTheOtherVersionForAFault() {
        let line = "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\n"
        #expect(proxyOutcome(of: line, version: .v2) == .refused(.unexpectedVersion))
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n", "P", "PO", "PRI * HTTP/2.0\r\n\r\n", "PROX", "PROXY", "PROXI",
        "PROXY\r\n", "PROXYTCP4", "proxy TCP4", " PROXY", "\nPROXY ", "\u{16}\u{3}\u{1}",
    ])
    func tellsAbsenceFromTheBeginning(_ text: String) {
        let isBeginning = "PROXY ".hasPrefix(text)
        #expect(proxyOutcome(of: text) == (isBeginning ? .incomplete : .absent))
    }

    @Test func waitsForTheEndOfTheLine() {
        let line = Array("PROXY TCP6 2001:db8::1 2001:db8::2 4711 80\r\n".utf8)
        for count in 0..<line.count {
            #expect(parseProxy(Array(line.prefix(count))) == .incomplete)
        }
        #expect(parseProxy(Array(repeating: 0x50, count: 0)) == .incomplete)
    }

    static let accepted: [(String, String)] = [
        // what follows "PROXY ", and the client
        ("TCP4 192.168.0.1 192.168.0.11 56324 443", "192.168.0.1:56324"),
        ("TCP4 255.255.255.255 255.255.255.255 65535 65535", "255.255.255.255:65535"),
        ("TCP4 0.0.0.0 0.0.0.0 0 0", "0.0.0.0"),
        ("TCP4 10.0.0.1 10.0.0.2 1 65535", "10.0.0.1:1"),
        ("TCP4 1.2.3.4 1.2.3.4 80 0", "1.2.3.4:80"),
        ("TCP6 ::1 ::1 4711 80", "[::1]:4711"),
        ("TCP6 :: :: 1 2", "[::]:1"),
        ("TCP6 2001:db8::1 2001:db8::2 4711 80", "[2001:db8::1]:4711"),
        ("TCP6 2001:DB8:0:0:0:0:0:1 2001:db8::2 4711 80", "[2001:db8::1]:4711"),
        ("TCP6 ::ffff:192.0.2.1 ::ffff:192.0.2.2 5 6", "[::ffff:192.0.2.1]:5"),
        ("TCP6 1:2:3:4:5:6:7:8 8:7:6:5:4:3:2:1 5 6", "[1:2:3:4:5:6:7:8]:5"),
        ("TCP6 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 5 6", "[1:2:3:4:5:6:7:0]:5"),
        ("TCP6 1::8 fe80::1 5 6", "[1::8]:5"),
        ("TCP6 1:2::7:8 fe80::1 5 6", "[1:2::7:8]:5"),
        ("TCP6 64:ff9b::192.0.2.33 fe80::1 5 6", "[64:ff9b::c000:221]:5"),
        (
            "TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                + "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535",
            "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"
        ),
    ]

    static let refused: [(String, ProxyFault)] = [
        // what follows "PROXY ", and its fault
        ("\r\n", ProxyFault.unknownProtocol),
        (" \r\n", .unknownProtocol),
        ("TCP\r\n", .unknownProtocol),
        ("TCP5 1.1.1.1 1.1.1.1 1 1\r\n", .unknownProtocol),
        ("tcp4 1.1.1.1 1.1.1.1 1 1\r\n", .unknownProtocol),
        ("UDP4 1.1.1.1 1.1.1.1 1 1\r\n", .unknownProtocol),
        ("TCP44 1.1.1.1 1.1.1.1 1 1\r\n", .unknownProtocol),
        (" TCP4 1.1.1.1 1.1.1.1 1 1\r\n", .unknownProtocol),
        ("TCP4\t1.1.1.1 1.1.1.1 1 1\r\n", .unknownProtocol),
        ("UNKNOWNX\r\n", .unknownProtocol),
        ("unknown\r\n", .unknownProtocol),
        ("UNKNOW\r\n", .unknownProtocol),
        ("/ HTTP/1.1\r\n", .unknownProtocol),
        ("TCP4\r\n", .malformedLine),
        ("TCP4 \r\n", .malformedLine),
        ("TCP4 1.1.1.1\r\n", .malformedLine),
        ("TCP4 1.1.1.1 1.1.1.1\r\n", .malformedLine),
        ("TCP4 1.1.1.1 1.1.1.1 1\r\n", .malformedLine),
        ("TCP4 1.1.1.1 1.1.1.1 1 1 \r\n", .malformedLine),
        ("TCP4 1.1.1.1 1.1.1.1 1 1 1\r\n", .malformedLine),
        ("TCP4  1.1.1.1 1.1.1.1 1 1\r\n", .malformedLine),
        ("TCP4 1.1.1.1  1.1.1.1 1 1\r\n", .malformedLine),
        ("TCP4 1.1.1.1\t1.1.1.1 1 1\r\n", .malformedLine),
        ("TCP4 1.1.1.1 1.1.1.1 1\t1\r\n", .malformedLine),
        ("TCP4 1.1.1.1 1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 1.1.1 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 1.1.1.1.1 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 1.1.1.256 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 01.1.1.1 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 1.1.1.00 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 1.1.1.-1 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 1.1.1. 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 .1.1.1 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 1.1..1 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 0x1.1.1.1 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 16843009 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 a.b.c.d 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP4 ::1 ::1 1 1\r\n", .malformedAddress),
        ("TCP4 1.1.1.1 ::1 1 1\r\n", .malformedAddress),
        ("TCP4 1.1.1.1\u{0} 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP6 1.1.1.1 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP6 ::1 1.1.1.1 1 1\r\n", .malformedAddress),
        ("TCP6 [::1] ::1 1 1\r\n", .malformedAddress),
        ("TCP6 ::1%lo ::1 1 1\r\n", .malformedAddress),
        ("TCP6 : ::1 1 1\r\n", .malformedAddress),
        ("TCP6 ::: ::1 1 1\r\n", .malformedAddress),
        ("TCP6 1::2::3 ::1 1 1\r\n", .malformedAddress),
        ("TCP6 1:2:3:4:5:6:7 ::1 1 1\r\n", .malformedAddress),
        ("TCP6 1:2:3:4:5:6:7:8:9 ::1 1 1\r\n", .malformedAddress),
        ("TCP6 1:2:3:4:5:6:7:8:: ::1 1 1\r\n", .malformedAddress),
        ("TCP6 :1:2:3:4:5:6:7:8 ::1 1 1\r\n", .malformedAddress),
        ("TCP6 1:2:3:4:5:6:7: ::1 1 1\r\n", .malformedAddress),
        ("TCP6 12345::1 ::1 1 1\r\n", .malformedAddress),
        ("TCP6 g::1 ::1 1 1\r\n", .malformedAddress),
        ("TCP6 ::1.2.3.4.5 ::1 1 1\r\n", .malformedAddress),
        ("TCP6 1.2.3.4::1 ::1 1 1\r\n", .malformedAddress),
        ("TCP6 1:2:3:4:5:6:7:1.2.3.4 ::1 1 1\r\n", .malformedAddress),
        ("TCP4 1.1.1.1 1.1.1.1  1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 1 \r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 65536 1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 1 65536\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 99999 1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 100000 1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 18446744073709551617 1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 01 1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 00 1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 -1 1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 +1 1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 0x1 1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 1. 1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 x 1\r\n", .malformedPort),
        ("TCP4 1.1.1.1 1.1.1.1 1 1\r\r\n", .malformedPort),
        ("\n", .bareLineFeed),
        ("TCP4 1.1.1.1 1.1.1.1 1 1\n", .bareLineFeed),
        ("TCP4 1.1.1.1\n1.1.1.1 1 1\r\n", .bareLineFeed),
        ("UNKNOWN\n", .bareLineFeed),
        ("UNKNOWN x\ny\r\n", .bareLineFeed),
        ("UNKNOWN " + String(repeating: "x", count: 107 - 15) + "\r\n", .lineTooLong),
        ("TCP4 " + String(repeating: "1", count: 200), .lineTooLong),
        ("UNKNOWN " + String(repeating: "\r", count: 200), .lineTooLong),
    ]
}
