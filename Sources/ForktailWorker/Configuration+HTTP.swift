import ForktailConfiguration
import ForktailHTTP

extension RequestLimits {
    init(_ configuration: Configuration) {
        self.init(
            line: configuration.limitRequestLine,
            fields: configuration.limitRequestFields,
            fieldSize: configuration.limitRequestFieldSize,
            body: configuration.limitRequestBody
        )
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
