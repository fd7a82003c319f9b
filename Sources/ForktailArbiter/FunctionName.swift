// The short name of a function, from the text that Swift's runtime makes of a symbol:
//
//     generic specialization <Swift.Int> of Shop.Shop.orders(Swift.Int, for: A) throws -> Swift.Int
//
// becomes `Shop.orders(_:for:)`. What it can't read it leaves as it is.

/// The name of a function, for people.
struct FunctionName: Equatable {
    /// What a function belongs to.
    enum Origin: Equatable {
        case application
        case forktail
        /// The language's runtime, or code that the compiler has put between two functions.
        case runtime
    }

    let text: String
    let origin: Origin

    private static let runtimeModules: Set<Substring> = [
        "Swift", "_Concurrency", "_StringProcessing", "Synchronization", "Glibc", "SwiftGlibc",
        "Musl",
        "Foundation", "FoundationEssentials", "__C", "__C_Synthesized",
    ]
    private static let ownModules: Set<Substring> = [
        "Forktail", "ForktailValues", "ForktailHTTP", "ForktailConnection", "ForktailConfiguration",
        "ForktailSupervision", "ForktailSystem", "ForktailLog", "ForktailFiles", "ForktailWorker",
        "ForktailArbiter", "ForktailObserver", "ForktailTLS", "ForktailFoundation",
    ]
    private static let runtimePrefixes = [
        "swift_", "_swift", "__swift", "_ZN5swift", "_ZNK5swift", "_ZL", "_start", "__libc", "main",
        "abort", "raise",
    ]
    private static let wrappers = [
        "merged ", "specialized ", "static ", "dispatch thunk of ", "partial apply forwarder for ",
        "partial apply for ", "@objc ", "override ",
        "variable initialization expression of ",
    ]
    private static let thunks = [
        "reabstraction thunk", "outlined ", "type metadata ", "lazy protocol",
    ]

    /// Shortens the text of a symbol.
    init(_ demangled: String, isSwift: Bool) {
        guard isSwift else {
            let isRuntime =
                Self.runtimePrefixes.contains(where: demangled.hasPrefix)
                || demangled.hasSuffix("_main")
            text = demangled
            origin =
                demangled.hasPrefix("forktail_") ? .forktail : isRuntime ? .runtime : .application
            return
        }
        let declaration = Declaration(demangled[...])
        text = declaration.text
        let isStart = text.hasSuffix(".$main()")
        if declaration.isThunk || isStart || Self.runtimeModules.contains(declaration.module) {
            origin = .runtime
        } else {
            origin = Self.ownModules.contains(declaration.module) ? .forktail : .application
        }
    }

    /// A function's module, and its name without module and types.
    private struct Declaration {
        var text: String
        var module: Substring
        var isThunk = false

        init(_ full: Substring) {
            var rest = full
            while let shorter = Self.withoutWrapper(rest) { rest = shorter }
            if FunctionName.thunks.contains(where: rest.hasPrefix) {
                self.init(text: String(full), module: "", isThunk: true)
            } else if let witness = Self(witness: rest) {
                self = witness
            } else if let closure = Self(closure: rest) {
                self = closure
            } else {
                self.init(qualified: rest)
            }
        }

        private init(text: String, module: Substring, isThunk: Bool = false) {
            self.text = text
            self.module = module
            self.isThunk = isThunk
        }

        /// `closure #1 (Swift.Int) -> () in Shop.Shop.orders() -> ()`.
        private init?(closure text: Substring) {
            let kinds = ["closure #", "implicit closure #"]
            guard kinds.contains(where: text.hasPrefix),
                let place = Self.firstRange(of: " in ", in: text)
            else { return nil }
            let kind = text.prefix { $0 != "#" }
            let number = text.dropFirst(kind.count + 1).prefix(while: \.isNumber)
            let outer = Declaration(text[place.upperBound...])
            self.init(text: "\(kind)#\(number) in \(outer.text)", module: outer.module)
        }

        /// `protocol witness for Forktail.Application.respond(to: X) -> Y in conformance Shop.Shop : …`:
        /// the compiler may have put the function itself in it.
        private init?(witness text: Substring) {
            let start = "protocol witness for "
            guard text.hasPrefix(start), let place = text.firstRange(of: " in conformance ") else {
                return nil
            }
            let requirement = Declaration(text[..<place.lowerBound].dropFirst(start.count))
            let type = text[place.upperBound...].prefix { $0 != " " }
            let method = requirement.text.drop { $0 != "." }
            let name = type.drop { $0 != "." }.dropFirst()
            self.init(text: "\(name)\(method)", module: type.prefix { $0 != "." })
        }

        private init(qualified full: Substring) {
            var rest = full
            var module: Substring?
            if rest.hasPrefix("(extension in "), let end = rest.firstRange(of: "):") {
                module = rest[..<end.lowerBound].dropFirst("(extension in ".count)
                rest = rest[end.upperBound...]
            }
            let (components, parameters) = Self.split(rest)
            let own = components.first ?? ""
            // A function outside of any type keeps its module.
            let names = components.count > 2 ? components.dropFirst() : components[...]
            let labels = parameters.map { "(\(Self.labels(of: $0)))" } ?? ""
            self.init(text: names.joined(separator: ".") + labels, module: module ?? own)
        }

        /// What follows a word before the declaration, if there is one.
        private static func withoutWrapper(_ text: Substring) -> Substring? {
            for word in FunctionName.wrappers where text.hasPrefix(word) {
                return text.dropFirst(word.count)
            }
            // `(2) suspend resume partial function for X`, `generic specialization <T> of X`.
            if let place = text.firstRange(of: " resume partial function for "), text.hasPrefix("(")
            {
                return text[place.upperBound...]
            }
            guard let kind = text.firstRange(of: " specialization <"),
                !text[..<kind.lowerBound].contains("."),
                let place = firstRange(of: " of ", in: text)
            else { return nil }
            return text[place.upperBound...]
        }

        /// The names of a declaration, and what is between the parentheses behind the last one.
        private static func split(_ text: Substring) -> ([Substring], parameters: Substring?) {
            var components: [Substring] = []
            var rest = text
            while !rest.isEmpty {
                let component = component(at: &rest)
                if !component.isEmpty { components.append(component) }
                skipGeneric(&rest)
                if rest.first == "(" {
                    return (components, parentheses(at: &rest))
                }
                guard rest.first == "." else { break }
                rest = rest.dropFirst()
            }
            return (components, nil)
        }

        /// Takes a name; of a private one, `(name in _1B2C…)`, what the source says.
        private static func component(at rest: inout Substring) -> Substring {
            if rest.first == "(" {
                let inner = parentheses(at: &rest)
                return inner.firstRange(of: " in ").map { inner[..<$0.lowerBound] } ?? inner
            }
            let name = rest.prefix { !"(<. ".contains($0) }
            rest = rest[name.endIndex...]
            // `== infix(…)`.
            if name.first?.isLetter == false, rest.hasPrefix(" "),
                let end = rest.firstIndex(of: "(")
            {
                rest = rest[end...]
            }
            return name
        }

        private static func skipGeneric(_ rest: inout Substring) {
            guard rest.first == "<" else { return }
            var depth = 0
            var last: Character = " "
            for index in rest.indices {
                if rest[index] == "<" { depth += 1 }
                if rest[index] == ">", last != "-" { depth -= 1 }
                last = rest[index]
                if depth == 0 {
                    rest = rest[rest.index(after: index)...]
                    return
                }
            }
            rest = ""
        }

        /// Takes a pair of parentheses, and returns what is between them.
        private static func parentheses(at rest: inout Substring) -> Substring {
            var depth = 0
            for index in rest.indices {
                if rest[index] == "(" { depth += 1 }
                if rest[index] == ")" { depth -= 1 }
                if depth == 0 {
                    let inner = rest[..<index].dropFirst()
                    rest = rest[rest.index(after: index)...]
                    return inner
                }
            }
            defer { rest = "" }
            return rest.dropFirst()
        }

        /// `to: Swift.Int, Swift.Int` as `to:_:`.
        private static func labels(of parameters: Substring) -> String {
            guard !parameters.isEmpty else { return "" }
            var labels = ""
            var rest = parameters
            while true {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                let isLabel = !word.isEmpty && rest[word.endIndex...].hasPrefix(": ")
                labels += isLabel ? "\(word):" : "_:"
                guard let place = firstRange(of: ", ", in: rest) else { return labels }
                rest = rest[place.upperBound...]
            }
        }

        /// Finds a text outside of all brackets.
        private static func firstRange(
            of wanted: String,
            in text: Substring
        ) -> Range<Substring.Index>? {
            var depth = 0
            var last: Character = " "
            for index in text.indices {
                let character = text[index]
                if depth == 0, text[index...].hasPrefix(wanted) {
                    return index..<text.index(index, offsetBy: wanted.count)
                }
                if "(<[".contains(character) { depth += 1 }
                if ")]".contains(character) || (character == ">" && last != "-") { depth -= 1 }
                last = character
            }
            return nil
        }
    }
}
