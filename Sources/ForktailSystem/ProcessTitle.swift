import CForktail

/// What ps(1) and top(1) show for this process.
package enum ProcessTitle {
    /// Makes room for titles.
    ///
    /// To be called once, early, when the program's arguments have been read.
    package static func prepare() {
        forktail_title_prepare()
    }

    /// Sets the command line that ps(1) shows, and the 15 characters of the kernel's own name.
    package static func set(_ title: String) {
        forktail_title_set(title)
        forktail_set_thread_name(title)
    }

    /// Shows a request behind the title; only the main thread calls it.
    @inline(never)
    static func show(_ method: Span<UInt8>, _ target: Span<UInt8>) {
        method.withUnsafeBytes { method in
            target.withUnsafeBytes { target in
                forktail_title_show(
                    method.baseAddress?.assumingMemoryBound(to: CChar.self),
                    method.count,
                    target.baseAddress?.assumingMemoryBound(to: CChar.self),
                    target.count
                )
            }
        }
    }

    /// Shows none.
    @inline(never)
    static func hide() {
        forktail_title_hide()
    }
}
