/// One input for the parser of PROXY headers.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    run(ProxyProperty.check, on: UnsafeBufferPointer(start: start, count: count))
}
