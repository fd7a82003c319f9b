import CForktail

/// Where a worker crashed, as its crash handler has noted it; the numbers may be garbage.
package struct CrashSite: Equatable, Sendable {
    /// The signal of the crash.
    package let signal: Signal
    /// Whether the crashed thread had used up its stack.
    package let isStackUsedUp: Bool
    /// Whether it trapped because a descriptor was not open.
    package let isDescriptorClosed: Bool
    /// The address whose access failed, if that was the fault.
    package let fault: UInt64?
    /// The address of the instruction, and then of each return.
    package let addresses: [UInt64]

    init?(_ site: inout forktail_crash_site) {
        guard site.signal != 0 else { return nil }
        signal = Signal(rawValue: CInt(truncatingIfNeeded: site.signal))
        isStackUsedUp = site.is_stack_used_up != 0
        isDescriptorClosed = site.is_descriptor_closed != 0
        fault = site.is_fault != 0 ? site.fault : nil
        let count = min(Int(site.count), Int(FORKTAIL_FRAME_ROOM))
        addresses = withUnsafeBytes(of: &site.addresses) {
            Array($0.bindMemory(to: UInt64.self).prefix(count))
        }
    }
}
