/// Room for one receive call, made once per worker.
final class ReceiveBuffer {
    let room: UnsafeMutableRawBufferPointer

    init(size: Int) {
        // SAFETY: freed in deinit only; `Connection` keeps a reference for as long as it uses it.
        room = .allocate(byteCount: size, alignment: 16)
    }

    deinit {
        room.deallocate()
    }
}
