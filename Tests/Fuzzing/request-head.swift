/// One input for the parser of request heads.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    run(RequestHeadProperty.check, on: UnsafeBufferPointer(start: start, count: count))
}
