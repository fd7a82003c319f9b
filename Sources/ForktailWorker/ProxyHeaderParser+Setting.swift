import ForktailConfiguration
import ForktailHTTP

extension ProxyHeaderParser {
    /// Makes a parser as `proxy_protocol` says; nil where connections begin with a request.
    init?(_ setting: ProxyProtocol) {
        switch setting {
        case .off: return nil
        case .v1: self.init(version: .v1)
        case .v2: self.init(version: .v2)
        case .auto: self.init()
        }
    }
}

extension RequestStorage {
    /// Takes over what a header says, and leaves what is behind it.
    func take(_ header: ProxyHeader) {
        bytes.removeSubrange(..<header.length)
        remoteAddress = header.source ?? remoteAddress
        if header.isSecure { scheme = "https" }
    }
}
