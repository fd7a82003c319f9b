/// One input for the decoder of the chunked coding.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    run(ChunkedProperty.check, on: UnsafeBufferPointer(start: start, count: count))
}
