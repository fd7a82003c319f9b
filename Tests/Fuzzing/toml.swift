/// One input for the TOML parser.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    run(TOMLProperty.check, on: UnsafeBufferPointer(start: start, count: count))
}
