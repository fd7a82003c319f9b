import ForktailLog
import ForktailSystem

/// Where in the code a worker crashed, for the log.
///
/// Functions that the compiler has put into others have no name of their own; the others stand for them.
struct CrashReport {
    /// A function on the stack of a crash, with how far in it.
    struct Frame: Equatable {
        let name: FunctionName
        let offset: UInt64

        var text: String { "\(name.text) + \(offset)" }
    }

    /// The application's functions, the innermost first; all that have a name where none is the
    /// application's.
    let frames: [Frame]
    let trap: Trap?
    /// The address of the instruction in the executable's file, for addr2line(1).
    let address: UInt64?

    private static let mostInText = 3

    /// Reads the executable to name the functions of a crash.
    init(_ site: CrashSite) {
        self.init(site, ProgramImage())
    }

    private init(_ site: CrashSite, _ image: consuming ProgramImage?) {
        guard let image = consume image else {
            self.init(frames: [], trap: Trap(site, nil, []), address: nil)
            return
        }
        // What is returned to may be the start of the next function.
        let places = site.addresses.enumerated().map {
            $0.offset > 0 ? $0.element &- 1 : $0.element
        }
        let functions = image.functions(at: places)
        let frames = functions.enumerated().compactMap { index, function in
            function.map { Frame($0, isReturn: index > 0) }
        }
        let trap: Trap? =
            if case let function?? = functions.first, let code = image.code(of: function) {
                Trap(code: code, offset: Int(function.offset))
            } else {
                nil
            }
        self.init(
            frames: frames,
            trap: Trap(site, trap, frames),
            address: site.addresses.first.flatMap { image.fileAddress(of: $0) }
        )
    }

    init(frames: [Frame], trap: Trap?, address: UInt64?) {
        let own = frames.filter { $0.name.origin == .application }
        let shown = own.isEmpty ? frames : own
        // A thunk has the name of the function that it calls.
        self.frames = shown.indices.filter { $0 == 0 || shown[$0].name != shown[$0 - 1].name }
            .map { shown[$0] }
        self.trap = trap
        self.address = address
    }

    /// The same for people: `, in Shop.orders(_:) + 42 (arithmetic overflow), called by …`.
    var words: String {
        let reason = trap.map { " (\($0.words))" } ?? ""
        guard let first = frames.first else {
            return reason + (address.map { ", at address 0x\(String($0, radix: 16))" } ?? "")
        }
        let callers = frames.dropFirst().prefix(Self.mostInText - 1).map {
            ", called by \($0.text)"
        }
        return ", in \(first.text)\(reason)\(callers.joined())"
    }

    /// The same for programs that read the log.
    var fields: [LogField] {
        (frames.isEmpty ? [] : [LogField("stack", frames.map(\.text))])
            + (trap.map { [LogField("trap", $0.rawValue)] } ?? [])
            + (address.map { [LogField("address", "0x" + String($0, radix: 16))] } ?? [])
    }
}

extension CrashReport.Frame {
    fileprivate init(_ function: ProgramImage.Function, isReturn: Bool) {
        let text = function.demangled
        name = FunctionName(text, isSwift: text != function.symbol)
        offset = function.offset + (isReturn ? 1 : 0)
    }
}

extension Trap {
    /// Why a thread crashed: by its signal, by its instruction, or by the functions that it was in.
    fileprivate init?(_ site: CrashSite, _ instruction: Trap?, _ frames: [CrashReport.Frame]) {
        if site.isStackUsedUp {
            self = .stackOverflow
        } else if site.isDescriptorClosed {
            self = .closedDescriptor
        } else if let fault = site.fault {
            guard fault < 4096 else { return nil }
            self = .nullPointer
        } else if let first = frames.first?.name, first.origin == .runtime,
            Self.reporters.contains(where: first.text.contains)
        {
            self = .failedCheck
        } else if let instruction {
            self = instruction
        } else {
            return nil
        }
    }

    /// The functions of the language's runtime that print a message and trap.
    private static let reporters = [
        "assertionFailure", "fatalError", "unexpectedError", "dynamicCast", "swift_",
    ]
}
