/// A setting whose new value a reload does not put in force, or not wholly.
package struct FixedSetting: Equatable, Sendable {
    /// Its name as the file spells it.
    package let name: String
    /// What holds in place of the new value until a restart.
    package let effect: Effect

    /// What holds until a restart.
    package enum Effect: Sendable {
        /// The value of the start.
        case isKept
        /// The value of the start, for what the application has read of it while it was made; what it
        /// reads later is the new value.
        case isKeptByApplication
    }
}

extension Configuration {
    /// The settings of a reload that do not take effect, or not wholly, since the server was started
    /// with these: with `preload_app` the application was made then.
    package func fixedSettings(against new: Configuration) -> [FixedSetting] {
        var fixed: [FixedSetting] = []
        if pidfile != new.pidfile { fixed.append(.init(name: "pidfile", effect: .isKept)) }
        if preloadApp != new.preloadApp {
            fixed.append(.init(name: "preload_app", effect: .isKept))
        }
        guard preloadApp else { return fixed }
        let made = SettingCatalogue.builtIn([app]) + settingsOfApplication
        for setting in made where setting.format(self) != setting.format(new) {
            fixed.append(.init(name: setting.name, effect: .isKept))
        }
        if chdir != new.chdir {
            fixed.append(.init(name: "chdir", effect: .isKeptByApplication))
        }
        if env != new.env { fixed.append(.init(name: "env", effect: .isKeptByApplication)) }
        return fixed
    }

    /// The settings that the built-in application reads while it is made.
    private var settingsOfApplication: [Setting] {
        switch app {
        case "echo": SettingCatalogue.requests.filter { $0.name == "limit_request_body" }
        case "files": SettingCatalogue.files(for: [app])
        default: []
        }
    }
}
