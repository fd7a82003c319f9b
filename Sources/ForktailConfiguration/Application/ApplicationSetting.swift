/// A setting of an application's own.
///
/// One declaration gives the key of the file, the flag, the variable of the environment, the line of
/// `--help`, and the check of the value:
///
/// ```swift
/// static let pageSize = ApplicationSetting(
///     "shop.page_size", default: 20, in: 1...100, summary: "how many articles a page has"
/// )
/// static let settings = ApplicationSettings(pageSize)
/// ```
///
/// is `page_size = 50` in the table `[shop]` of the file, `--shop-page-size 50` and
/// `FORKTAIL_SHOP_PAGE_SIZE=50`. A worker reads it by `worker.configuration[Self.pageSize]`.
///
/// The name has a table of the application's own, a point and a key, of small letters, digits and
/// underscores.
public struct ApplicationSetting<Value: Sendable>: Sendable {
    let setting: Setting
    fileprivate let get: @Sendable (Configuration) -> Value
    fileprivate let set: @Sendable (inout Configuration, Value) -> Void

    private init(
        _ name: String,
        _ fallback: Value,
        _ type: SettingType<Value>,
        _ summary: String,
        wrap: @escaping @Sendable (Value) -> ApplicationValue,
        unwrap: @escaping @Sendable (ApplicationValue) -> Value?
    ) {
        get = { $0.own[name].flatMap(unwrap) ?? fallback }
        set = { $0.own[name] = wrap($1) }
        setting = Setting(
            name,
            type,
            in: .own,
            summary: summary,
            details: "",
            get: get,
            set: set
        )
    }
}

extension ApplicationSetting<String> {
    /// Declares a text, which may be empty.
    public init(_ name: String, default value: String, summary: String) {
        self.init(
            name,
            value,
            .text(placeholder: "TEXT", allowed: "a text") { _ in },
            summary,
            wrap: { .text($0) },
            unwrap: { if case .text(let text) = $0 { text } else { nil } }
        )
    }
}

extension ApplicationSetting<Int> {
    /// Declares a whole number of a range.
    public init(
        _ name: String,
        default value: Int,
        in range: ClosedRange<Int>,
        summary: String
    ) {
        self.init(
            name,
            value,
            .integer(range),
            summary,
            wrap: { .number($0) },
            unwrap: { if case .number(let number) = $0 { number } else { nil } }
        )
    }
}

extension ApplicationSetting<Bool> {
    /// Declares what is true or false: `--shop-cache` and `--no-shop-cache`.
    public init(_ name: String, default value: Bool, summary: String) {
        self.init(
            name,
            value,
            .boolean,
            summary,
            wrap: { .toggle($0) },
            unwrap: { if case .toggle(let isOn) = $0 { isOn } else { nil } }
        )
    }
}

extension ApplicationSetting<Duration> {
    /// Declares a duration of a range, such as `"30s"`.
    public init(
        _ name: String,
        default value: Duration,
        in range: ClosedRange<Duration>,
        summary: String
    ) {
        self.init(
            name,
            value,
            .duration(range),
            summary,
            wrap: { .duration($0) },
            unwrap: { if case .duration(let duration) = $0 { duration } else { nil } }
        )
    }
}

extension ApplicationSetting<[String]> {
    /// Declares any number of texts, none of them empty.
    public init(_ name: String, default value: [String], summary: String) {
        self.init(
            name,
            value,
            .texts(
                placeholder: "TEXT",
                allowed: "texts in an array",
                read: { $0 },
                write: { $0 }
            ),
            summary,
            wrap: { .texts($0) },
            unwrap: { if case .texts(let texts) = $0 { texts } else { nil } }
        )
    }
}

extension ApplicationSetting where Value: RawRepresentable<String> & CaseIterable {
    /// Declares one of the cases of an enumeration.
    public init(_ name: String, default value: Value, summary: String) {
        self.init(
            name,
            value,
            .choice(placeholder: "NAME"),
            summary,
            wrap: { .text($0.rawValue) },
            unwrap: { if case .text(let text) = $0 { Value(rawValue: text) } else { nil } }
        )
    }
}

/// The value of an application's own setting.
package enum ApplicationValue: Sendable, Equatable {
    case text(String)
    case number(Int)
    case toggle(Bool)
    case duration(Duration)
    case texts([String])
}

extension Configuration {
    /// The value of a setting of the application's own; tests may set it.
    public subscript<Value>(_ setting: ApplicationSetting<Value>) -> Value {
        get { setting.get(self) }
        set { setting.set(&self, newValue) }
    }
}

/// The settings of an application's own.
public struct ApplicationSettings: Sendable {
    let settings: [Setting]

    /// Collects declarations, in the order of `--help`.
    public init<each Value>(_ settings: repeat ApplicationSetting<each Value>) {
        var all: [Setting] = []
        for setting in repeat each settings { all.append(setting.setting) }
        self.settings = all
    }
}
