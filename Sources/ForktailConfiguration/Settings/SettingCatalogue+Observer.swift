extension SettingCatalogue {
    /// How the server can be asked and steered.
    static var observer: [Setting] {
        [
            Setting(
                "control_socket",
                \.controlSocket,
                .controlSocket,
                in: .process,
                summary: "the Unix-domain socket for commands, such as `forktail status`",
                details: """
                    \"auto\" is control.sock in the directory of RUNTIME_DIRECTORY, which systemd \
                    sets; else beside the pidfile, /run/shop.control.sock for /run/shop.pid; else \
                    in /run for root, in XDG_RUNTIME_DIR for others, named like proc_name, or like \
                    the program where that is not set: /run/forktail.control.sock; else there is \
                    none. Where it can't be made, as where another server has it, the server serves \
                    without, and warns. Only the user of the arbiter and root can connect. A process \
                    of its own serves it, the observer, so that it answers however busy the workers \
                    are. A command finds the socket by the same settings.
                    """
            ),
            Setting(
                "status_bind",
                \.statusBind,
                .addressOrNone,
                in: .process,
                summary: "the address for /metrics, /status, /healthz and /readyz",
                details: """
                    For monitoring and load balancers; it serves reading only, and the live page at \
                    /. Whatever can connect may read it, which includes the paths of requests: \
                    bind it to 127.0.0.1 or to an address of an inner network. /healthz says that \
                    the arbiter lives, /readyz that a worker is ready and no stop is under way; \
                    both answer at once however many clients wait for the workers.
                    """
            ),
        ]
    }
}

extension SettingType<ControlSocket> {
    /// The place of the control socket.
    static var controlSocket: SettingType {
        let accept = { @Sendable (text: String) throws(SettingRefusal) -> ControlSocket in
            try requirePath(text)
            switch text {
            case "auto": return .automatic
            case "": return .none
            case _ where text.utf8.count > 107:
                throw SettingRefusal("the path of a socket is longer than 107 bytes")
            case _: return .path(text)
            }
        }
        return spelled(
            placeholder: "PATH",
            allowed: "\"auto\", a path, or \"\" for none",
            parse: accept,
            spell: { socket in
                switch socket {
                case .automatic: "auto"
                case .none: ""
                case .path(let path): path
                }
            }
        )
    }
}

extension SettingType<BindAddress?> {
    /// An address, where the empty text stands for none.
    static var addressOrNone: SettingType {
        let accept = { @Sendable (text: String) throws(SettingRefusal) -> BindAddress? in
            if text.isEmpty { return nil }
            let binding = try Binding(parsing: text)
            guard !binding.isSecure else {
                throw SettingRefusal(
                    "\(quoted(text)): this address has no TLS; remove https://, and let a proxy "
                        + "speak TLS where the way to it is not trusted"
                )
            }
            return binding.address
        }
        return spelled(
            placeholder: "ADDRESS",
            allowed: "\"host:port\", \"[v6]:port\", \":port\" or \"unix:/path\", or \"\" for none",
            parse: accept,
            spell: { $0?.description ?? "" }
        )
    }
}
