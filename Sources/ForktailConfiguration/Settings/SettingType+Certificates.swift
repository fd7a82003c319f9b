extension SettingType<[CertificateFiles]> {
    /// Tables with the paths of a certificate and its key; `CERTFILE:KEYFILE` in flags and variables.
    static var certificates: SettingType {
        SettingType(
            form: .list,
            placeholder: "CERTFILE:KEYFILE",
            allowed:
                "tables [[certificate]] with certfile and keyfile, or CERTFILE:KEYFILE in a flag",
            choices: [],
            decode: { value throws(SettingRefusal) in
                guard case .array(let values) = value.kind else {
                    throw SettingRefusal("\(value.typeName) is not accepted")
                }
                var refusals = RefusalCollector()
                var files: [CertificateFiles] = []
                for value in values {
                    refusals.collect(at: value.position) { () throws(SettingRefusal) in
                        files.append(try read(value))
                    }
                }
                try refusals.finish()
                return try checked(files)
            },
            parse: { texts throws(SettingRefusal) in
                var files: [CertificateFiles] = []
                for text in texts where !text.isEmpty { files.append(try read(text)) }
                return try checked(files)
            },
            format: { files in
                let tables = files.map { files in
                    let (certificate, key) = (files.certfile, files.keyfile)
                    return "{ certfile = \(TOMLText.string(certificate)), "
                        + "keyfile = \(TOMLText.string(key)) }"
                }
                return "[\(tables.joined(separator: ", "))]"
            }
        )
    }

    private static func read(_ value: TOMLValue) throws(SettingRefusal) -> CertificateFiles {
        guard case .table(let table) = value.kind else {
            throw SettingRefusal("\(value.typeName) is no table with certfile and keyfile")
        }
        var paths: [String: String] = [:]
        for entry in table.entries {
            guard ["certfile", "keyfile"].contains(entry.key) else {
                let suggestion = Suggestion.text(for: entry.key, in: ["certfile", "keyfile"])
                throw SettingRefusal(
                    "unknown key \(quoted(entry.key))\(suggestion)",
                    at: entry.position
                )
            }
            guard case .string(let path) = entry.value.kind, !path.isEmpty else {
                throw SettingRefusal("\(entry.key) has to be a path", at: entry.value.position)
            }
            try requireNoNUL(path)
            paths[entry.key] = path
        }
        guard let certfile = paths["certfile"] else { throw SettingRefusal("certfile is missing") }
        guard let keyfile = paths["keyfile"] else { throw SettingRefusal("keyfile is missing") }
        return CertificateFiles(certfile: certfile, keyfile: keyfile)
    }

    private static func read(_ text: String) throws(SettingRefusal) -> CertificateFiles {
        try requireNoNUL(text)
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw SettingRefusal("\(quoted(text)) is not CERTFILE:KEYFILE")
        }
        return CertificateFiles(certfile: String(parts[0]), keyfile: String(parts[1]))
    }

    private static func checked(
        _ files: [CertificateFiles]
    ) throws(SettingRefusal) -> [CertificateFiles] {
        for (index, pair) in files.enumerated() where files[..<index].contains(pair) {
            throw SettingRefusal("\(quoted(pair.certfile)) is given twice")
        }
        return files
    }
}
