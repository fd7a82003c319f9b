import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// How the command line reaches the server.
    @Suite struct CommandLineTests {
        /// A library that moves the environment, as observability injectors do in a constructor.
        ///
        /// The C library moves it for a new variable; env(1), which starts the server, has it too.
        /// The shared library of Swift comes before the constructor, but not before the constructors
        /// of the C++ library, which call __cxa_atexit.
        private static let library = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <stdlib.h>

            static void move(void) {
                static int done;
                if (done++) return;
                unsetenv("INJECTED");
                setenv("INJECTED", "1", 1);
            }

            int __cxa_atexit(void (*call)(void *), void *argument, void *library) {
                int (*next)(void (*)(void *), void *, void *) = dlsym(RTLD_NEXT, "__cxa_atexit");
                move();
                return next(call, argument, library);
            }

            __attribute__((constructor)) static void begin(void) { move(); }
            """

        private static let compiler: String? = ["cc", "gcc", "clang"].map { "/usr/bin/\($0)" }
            .first { access($0, X_OK) == 0 }

        /// Builds the library in a directory and returns its path.
        private static func makeLibrary(in directory: TemporaryDirectory) throws -> String {
            let compiler = try #require(compiler)
            try directory.write(library, to: "injector.c")
            let path = directory.path(of: "injector.so")
            let source = directory.path(of: "injector.c")
            let words = [compiler, "-shared", "-fPIC", "-o", path, source, "-ldl"]
            let run = try OneShot(words, searchPath: Tool.searchPath, in: directory)
            try #require(run.ending == .exited(0), "\(run.errors)")
            return path
        }

        @Test(.enabled(if: compiler != nil, "no C compiler is installed"))
        func isReadWhereALibraryHasMovedTheEnvironment() throws {
            let directory = try TemporaryDirectory()
            let environment = ["LD_PRELOAD": try Self.makeLibrary(in: directory)]
            let version = try OneShot(["--version"], environment: environment, in: directory)
            #expect(version.ending == .exited(0))
            #expect(version.output.hasPrefix("forktail "))
            let unknown = try OneShot(["--workres=2"], environment: environment, in: directory)
            #expect(unknown.ending == .exited(64))
            try Server.run(ServerSetup(workers: 1, environment: environment), in: directory) {
                try #expect($0.get("/environment/INJECTED").text == "1")
                #expect(ProcessTable.title(of: $0.arbiter) == "forktail: arbiter")
            }
        }

        /// A directory, the name of a file and a variable in Latin-1 are the same bytes after a
        /// reload and an upgrade.
        @Test func keepsBytesThatAreNotUTF8() throws {
            let script = """
                name=$(printf 'caf\\351')
                mkdir "$name" && cp forktail.toml "$name/$name.toml" && cd "$name" || exit 1
                DB_PASSWORD=$name exec "$@" --config="../$name/$name.toml"
                """
            let directory = try TemporaryDirectory()
            defer {
                let words = ["/bin/sh", "-c", "rm -rf caf*"]
                _ = try? OneShot(words, searchPath: "/bin", in: directory)
            }
            var setup = ServerSetup(workers: 1)
            setup.wrapper = ["/bin/sh", "-c", script, "sh"]
            let password = Array("caf".utf8) + [0xE9]
            try Server.run(setup, in: directory) { server in
                try #expect(server.get("/environment/DB_PASSWORD").body == password)
                server.send(SIGHUP)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                let new = try server.upgrade()
                try server.handOver(to: new)
                try server.waitForWorkers(1, of: new)
                try #expect(server.get("/environment/DB_PASSWORD").body == password)
            }
        }

        /// A setting is text: what isn't is refused, not changed.
        @Test func refusesSettingsThatAreNotUTF8() throws {
            let directory = try TemporaryDirectory()
            let program = Executable.forktail.path
            for command in [
                "\(program) --chdir=$(printf 'caf\\351')",
                "FORKTAIL_CHDIR=$(printf 'caf\\351') \(program)",
            ] {
                let words = ["/bin/sh", "-c", command]
                let run = try OneShot(words, searchPath: "/bin", in: directory)
                #expect(run.ending == .exited(command.hasPrefix("/") ? 64 : 78))
                #expect(run.errors.contains("`caf\\xe9` isn't UTF-8"), "\(run.errors)")
            }
        }

        /// Defaults would be served that nothing has asked for.
        @Test func mustNotBeEmpty() throws {
            let directory = try TemporaryDirectory()
            let errors = directory.path(of: "errors")
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            let flags = O_WRONLY | O_CREAT
            posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o644)
            var arguments: [UnsafeMutablePointer<CChar>?] = [nil]
            var environment: [UnsafeMutablePointer<CChar>?] = [nil]
            var process: pid_t = 0
            let path = Executable.forktail.path
            try #require(
                posix_spawn(&process, path, &actions, nil, &arguments, &environment) == 0
            )
            defer { kill(process, SIGKILL) }
            let status = try eventually("the end of the process") {
                var status: Int32 = 0
                return waitpid(process, &status, WNOHANG) == process ? status : nil
            }
            #expect(status == 64 << 8)
            #expect(ProcessTable.text(of: errors).contains("empty argument array"))
        }
    }
}
