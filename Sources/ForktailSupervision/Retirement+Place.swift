extension Retirement {
    /// What a worker is to its slot after that.
    var place: Worker.Place {
        switch self {
        case .replaced, .reloadGivenUp, .recycled, .recyclingGivenUp: .leaver
        case .slotRemoved, .surplus, .allRetired, .handedOver: .surplus
        }
    }
}
