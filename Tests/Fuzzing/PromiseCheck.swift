import ForktailTestSupport

/// Crashes, so that libFuzzer keeps the input, where a promise is not kept for it.
func run(
    _ check: ([UInt8]) throws(BrokenPromise) -> Void,
    on input: UnsafeBufferPointer<UInt8>
) -> CInt {
    do throws(BrokenPromise) {
        try check(Array(input))
    } catch {
        fatalError("\(error)")
    }
    return 0
}
