import Foundation
import Testing

/// What a worker of the C program says of itself at `/state`.
struct ProbeState {
    private let fields: [String: Any]

    init(of server: Server, at address: Address? = nil) throws {
        let reply = try Client.get("/state", at: address ?? server.address)
        let value = try JSONSerialization.jsonObject(with: Data(reply.body))
        fields = try #require(value as? [String: Any], "\(reply.text)")
    }

    var environment: [String: String] { fields["environment"] as? [String: String] ?? [:] }

    /// What each open descriptor stands for.
    var descriptors: [String: String] { fields["descriptors"] as? [String: String] ?? [:] }

    var groups: [Int] { fields["groups"] as? [Int] ?? [] }

    var listenerBlocks: Bool? { fields["listenerBlocks"] as? Bool }

    func number(_ name: String) -> Int? { fields[name] as? Int }

    subscript(_ name: String) -> String? { fields[name] as? String }
}
