/// A part of an open file.
public struct FileRegion {
    /// The number of the descriptor that the file is open under.
    package let descriptor: Int32
    /// What keeps the descriptor open for as long as the region lives.
    package let owner: AnyObject
    /// Where the part starts in the file, in bytes.
    package let offset: UInt64
    /// How many bytes the part is.
    public let length: UInt64

    /// Makes a part of the file that `owner` keeps open.
    package init(descriptor: Int32, owner: AnyObject, offset: UInt64, length: UInt64) {
        self.descriptor = descriptor
        self.owner = owner
        self.offset = offset
        self.length = length
    }
}
