import ForktailSystem
import Testing

@testable import ForktailArbiter
@testable import ForktailLog

/// What the log says of the place in the code where a worker crashed.
@Suite struct CrashReportTests {
    @Test(arguments: [
        ("Shop.Shop.orders(Swift.Int) -> [Swift.String]", "Shop.orders(_:)"),
        ("Shop.Shop.orders(for: Swift.String, Swift.Int) throws -> ()", "Shop.orders(for:_:)"),
        ("Shop.helper(a: (Swift.Int, b: Swift.Int) -> ()) -> Swift.Int", "Shop.helper(a:)"),
        ("static Shop.Shop.make<A where A: Shop.P>(A) async throws -> A", "Shop.make(_:)"),
        ("Shop.Shop.Item.(total in _8F3D0A)() -> Swift.Int", "Shop.Item.total()"),
        ("Shop.Shop.total.getter : Swift.Int", "Shop.total.getter"),
        ("Shop.Shop.subscript.getter : (Swift.Int) -> Swift.Int", "Shop.subscript.getter"),
        ("static Shop.Item.== infix(Shop.Item, Shop.Item) -> Swift.Bool", "Item.==(_:_:)"),
        (
            "generic specialization <Swift.Int, () -> ()> of Shop.Box.take(A) -> ()",
            "Box.take(_:)"
        ),
        (
            "closure #2 (Swift.Int) -> () in closure #1 () -> () in Shop.Shop.run(n: Swift.Int) -> ()",
            "closure #2 in closure #1 in Shop.run(n:)"
        ),
        (
            "protocol witness for Forktail.Application.respond(to: Forktail.Request) throws -> "
                + "Forktail.Response in conformance Shop.Shop : Forktail.Application in Shop",
            "Shop.respond(to:)"
        ),
        ("(extension in Shop):Swift.String.slug() -> Swift.String", "String.slug()"),
        ("(2) suspend resume partial function for Shop.Shop.load() async -> ()", "Shop.load()"),
        ("Shop.Box.init(value: A) -> Shop.Box<A>", "Box.init(value:)"),
    ])
    func namesAFunctionAsItsSourceDoes(demangled: String, name: String) {
        let function = FunctionName(demangled, isSwift: true)
        #expect(function.text == name)
        #expect(function.origin == .application)
    }

    @Test(arguments: [
        ("Swift.Array.subscript.getter : (Swift.Int) -> A", true, FunctionName.Origin.runtime),
        ("Swift._assertionFailure(_: Swift.StaticString) -> Swift.Never", true, .runtime),
        ("generic specialization <A.B> of Swift.Array.sort() -> ()", true, .runtime),
        ("reabstraction thunk helper from X to Y", true, .runtime),
        ("ForktailWorker.RequestHandler.respond(to: Request) -> Response", true, .forktail),
        ("swift_unexpectedError", false, .runtime),
        ("main", false, .runtime),
        ("Shop_main", false, .runtime),
        ("static Shop.Shop.$main() -> ()", true, .runtime),
        ("partial apply forwarder for reabstraction thunk helper from X to Y", true, .runtime),
        ("compress_block", false, .application),
        ("forktail_ppoll", false, .forktail),
    ])
    func tellsTheApplicationFromWhatItRunsOn(
        symbol: String,
        isSwift: Bool,
        origin: FunctionName.Origin
    ) {
        #expect(FunctionName(symbol, isSwift: isSwift).origin == origin)
    }

    /// The arbiter must survive any text: every cut, and characters that are exchanged.
    @Test(arguments: [
        "closure #12 (Swift.Int) -> () in generic specialization <A<B>, () -> C> of Shop.(x in _8F)<A>(a: B)",
        "protocol witness for A.B.c(to: D) throws -> E in conformance F.G<H> : A.B in F",
        "(extension in Shop):Swift.String.== infix((1) await resume partial function for é",
    ])
    func survivesAnyText(text: String) {
        let characters = Array(text)
        for end in characters.indices {
            #expect(FunctionName(String(characters[..<end]), isSwift: true).text.count <= 3 * end)
            #expect(
                FunctionName(String(characters[end...]), isSwift: true).text.count <= 3 * text.count
            )
            for distance in [1, 7, 31] {
                var changed = characters
                changed.swapAt(end, (end + distance) % characters.count)
                #expect(FunctionName(String(changed), isSwift: true).text.count <= 3 * text.count)
            }
        }
    }

    /// Functions as swiftc -O makes them; the trap is at the end.
    @Test(
        arguments: [
            // add rdi, rsi; jo; mov; ret; ud2
            ([0x48, 0x01, 0xf7, 0x70, 0x04, 0x48, 0x89, 0xf8, 0xc3], Trap.overflow),
            // sub rdi, rsi; jb
            ([0x48, 0x29, 0xf7, 0x72, 0x04, 0x48, 0x89, 0xf8, 0xc3], .overflow),
            // cmp [rdi + 16], rsi; jae
            ([0x48, 0x3b, 0x77, 0x10, 0x73, 0x01, 0xc3], .range),
            // test rsi, rsi; js
            ([0x48, 0x85, 0xf6, 0x78, 0x01, 0xc3], .range),
            // cmp rsi, rdi; jl, with a distance of four bytes
            ([0x48, 0x39, 0xfe, 0x0f, 0x8c, 0x01, 0, 0, 0, 0xc3], .range),
            // test rdi, rdi; je
            ([0x48, 0x85, 0xff, 0x74, 0x01, 0xc3], .absent),
            // test rsi, rsi; je; idiv rsi
            ([0x48, 0x85, 0xf6, 0x74, 0x04, 0x48, 0xf7, 0xfe, 0xc3], .absentOrDivision),
            // test rdi, rdi; jne over the trap
            ([0x48, 0x85, 0xff, 0x75, 0x02], .absent),
        ] as [([UInt8], Trap)]
    )
    func tellsTheCheckThatFailed(code: [UInt8], trap: Trap) {
        #expect(Trap(code: code + [0x0f, 0x0b], offset: code.count) == trap)
        #expect(Trap(code: code, offset: code.count) == nil)
    }

    /// The same for arm64, where a trap is `brk #1`.
    @Test(
        arguments: [
            // adds x0, x0, x1; b.vs; ret
            ([0xab01_0000, 0x5400_0046, 0xd65f_03c0], Trap.overflow),
            // subs x0, x0, x1; b.lo; ret
            ([0xeb01_0000, 0x5400_0043, 0xd65f_03c0], .overflow),
            // mov; mul; smulh; cmp x8, x0, asr #63; b.ne; ret
            (
                [0xaa00_03e8, 0x9b01_7c00, 0x9b41_7d08, 0xeb80_fd1f, 0x5400_0041, 0xd65f_03c0],
                .overflow
            ),
            // ldr; cmp x1, x8; b.hs; ret
            ([0xf940_0808, 0xeb08_003f, 0x5400_0042, 0xd65f_03c0], .range),
            // tbnz x0, #63; ret
            ([0xb7f8_0040, 0xd65f_03c0], .range),
            // cmp x1, x0; b.lt; ret
            ([0xeb00_003f, 0x5400_004b, 0xd65f_03c0], .range),
            // cbz x0; ret
            ([0xb400_0040, 0xd65f_03c0], .absent),
            // and; cmp w8, #1; b.eq; ret
            ([0x1200_1c28, 0x7100_051f, 0x5400_0040, 0xd65f_03c0], .absent),
            // cbz x1; sdiv; ret
            ([0xb400_0061, 0x9ac1_0c00, 0xd65f_03c0], .absentOrDivision),
            // cmp x1, x0; b.ge over the trap
            ([0xeb00_003f, 0x5400_004a], .range),
        ] as [([UInt32], Trap)]
    )
    func tellsTheCheckThatFailedOnARM(words: [UInt32], trap: Trap) {
        let code = words.flatMap { word in [0, 8, 16, 24].map { UInt8(word >> $0 & 0xff) } }
        let breakpoint: [UInt8] = [0x20, 0x00, 0x20, 0xd4]
        #expect(Trap(code: code + breakpoint, offset: code.count) == trap)
        #expect(Trap(code: code, offset: code.count) == nil)
        #expect(Trap(code: breakpoint, offset: 0) == nil)
    }

    @Test func saysNothingOfCodeThatItCannotRead() {
        #expect(Trap(code: [0x0f, 0x0b], offset: 0) == nil)
        #expect(Trap(code: [], offset: 0) == nil)
        #expect(Trap(code: [0x90, 0x90], offset: -1) == nil)
        #expect(Trap(code: [0x90, 0x90], offset: .max - 1) == nil)
    }

    private func frame(_ text: String, _ offset: UInt64) -> CrashReport.Frame {
        CrashReport.Frame(name: FunctionName(text, isSwift: true), offset: offset)
    }

    @Test func showsTheApplicationFirst() {
        let report = CrashReport(
            frames: [
                frame("Swift._assertionFailure() -> Swift.Never", 5),
                frame("Shop.Shop.item(Swift.Int) -> Swift.Int", 42),
                frame("Shop.Shop.respond(to: R) -> S", 7),
                frame("protocol witness for F.A.respond(to: R) in conformance Shop.Shop : F.A", 9),
                frame("ForktailWorker.RequestHandler.respond(to: R) -> S", 1),
            ],
            trap: .range,
            address: 0x1234
        )
        #expect(
            report.words
                == ", in Shop.item(_:) + 42 (an index, range or conversion out of bounds), "
                + "called by Shop.respond(to:) + 7"
        )
        #expect(report.fields.map(\.name) == ["stack", "trap", "address"])
    }

    @Test func showsTheAddressWhereNothingHasAName() {
        let report = CrashReport(frames: [], trap: nil, address: 0x1234)
        #expect(report.words == ", at address 0x1234")
        #expect(CrashReport(frames: [], trap: nil, address: nil).words.isEmpty)
    }

    /// The test's own executable has a symbol table.
    @Test func findsFunctionsOfThisProcess() {
        let function: @convention(c) () -> Void = {}
        let address = UInt64(UInt(bitPattern: unsafeBitCast(function, to: Int.self)))
        guard let image = ProgramImage() else {
            Issue.record("the executable can't be read")
            return
        }
        let found = image.functions(at: [address + 1, 0, .max, 1])
        #expect(found[0]?.offset == 1)
        #expect(found[0]?.demangled.contains("CrashReportTests") == true)
        #expect(found.dropFirst().allSatisfy { $0 == nil })
        #expect(found[0].flatMap { image.code(of: $0) }?.isEmpty == false)
        #expect(image.fileAddress(of: address) != nil && image.fileAddress(of: .max) == nil)
    }
}
