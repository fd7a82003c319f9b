import ForktailConfiguration
import ForktailConnection
import ForktailHTTP

extension ConnectionRules {
    /// The rules that the settings make.
    init(_ configuration: Configuration) {
        self.init()
        limits = RequestLimits(
            line: configuration.limitRequestLine,
            fields: configuration.limitRequestFields,
            fieldSize: configuration.limitRequestFieldSize,
            body: configuration.limitRequestBody
        )
        headerMap = HeaderMap(configuration.headerMap)
        proxyParser = ProxyHeaderParser(configuration.proxyProtocol)
        let (proxies, trusted) = (configuration.proxyAllowIPs, configuration.forwardedAllowIPs)
        isProxy = { proxies.contain($0) }
        isTrusted = { trusted.contain($0) }
        givesIDs = configuration.requestID != .off
        trustsIDs = configuration.requestID == .trust
        randomNumber = { UInt64.random(in: .min ... .max) }
        hsts = configuration.hsts
        redirectsToHTTPS = configuration.httpsRedirect
        headerTimeout = configuration.headerTimeout
        bodyTimeout = configuration.bodyTimeout
        writeTimeout = configuration.writeTimeout
        // The class sync closes each connection after its response.
        keepalive = configuration.hasEventLoop ? configuration.keepalive : nil
        keepaliveRequests = configuration.keepaliveRequests
        requestRate = configuration.limitRequestRate
        bodyBufferSize = configuration.requestBufferSize
        timeout = configuration.timeout
        threadSetting = configuration.workerClass == .wsgi ? "wsgi.threads" : "threads"
        gracefulTimeout = configuration.gracefulTimeout
    }
}

extension HeaderMap {
    init(_ mapping: HeaderMapping) {
        switch mapping {
        case .drop: self = .drop
        case .refuse: self = .refuse
        case .keep: self = .keep
        }
    }
}

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
