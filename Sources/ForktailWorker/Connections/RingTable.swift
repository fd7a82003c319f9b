/// Several ordered rings of numbers: a number is in one ring at most, and is added and removed in
/// constant time.
struct RingTable {
    private struct Link {
        var next: Int32
        var previous: Int32
    }

    /// The rings' anchors come first, then a link for each number.
    private var links: [Link]
    private let rings: Int

    /// Makes the given number of empty rings.
    init(rings: Int) {
        self.rings = rings
        links = (0..<rings).map { Link(next: Int32($0), previous: Int32($0)) }
    }

    /// The first number of a ring; nil where it is empty.
    func first(of ring: Int) -> Int? {
        let next = Int(links[ring].next)
        return next == ring ? nil : next - rings
    }

    /// The numbers of a ring in order.
    func all(of ring: Int) -> [Int] {
        var numbers: [Int] = []
        var next = Int(links[ring].next)
        while next != ring {
            numbers.append(next - rings)
            next = Int(links[next].next)
        }
        return numbers
    }

    /// Whether the number is in any ring.
    func contains(_ number: Int) -> Bool {
        let index = number + rings
        return index < links.count && Int(links[index].next) != index
    }

    /// Puts a number that is in no ring at the end of one.
    mutating func append(_ number: Int, to ring: Int) {
        let index = number + rings
        while links.count <= index {
            links.append(Link(next: Int32(links.count), previous: Int32(links.count)))
        }
        let last = Int(links[ring].previous)
        links[index] = Link(next: Int32(ring), previous: Int32(last))
        links[last].next = Int32(index)
        links[ring].previous = Int32(index)
    }

    /// Takes a number out of the ring that it is in, if it is in any.
    mutating func remove(_ number: Int) {
        guard contains(number) else { return }
        let index = number + rings
        let link = links[index]
        links[Int(link.previous)].next = link.next
        links[Int(link.next)].previous = link.previous
        links[index] = Link(next: Int32(index), previous: Int32(index))
    }
}
