import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// What a program of the class `exec` sends doesn't hold up its arbiter, which would be late for
    /// a minute at least: more than the tests wait for a reload, a worker or the end.
    @Suite(.enabled(if: Tool.python3.isInstalled, "python3 is not installed"))
    struct HostileProgramTests {
        /// Connections to a peer that reads nothing, whose last close waits for a minute; directly,
        /// and in a socket that is in the message.
        private static let descriptors = """
            import array, os, socket, struct, threading, time

            def hand(sender, number):
                rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [number]))
                try: sender.sendmsg([b"WATCHDOG=1"], [rights])
                except OSError: pass

            def attack(server, is_nested):
                client = socket.create_connection(server.getsockname())
                linger = struct.pack("ii", 1, 60)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                client.setblocking(False)
                peers.append(server.accept())
                try:
                    while True: client.send(b"x" * 65536)
                except BlockingIOError: pass
                number = client.detach()
                if is_nested:
                    one, other = socket.socketpair()
                    hand(one, number)
                    os.close(number)
                    number = other.detach()
                hand(notify, number)
                threading.Thread(target=os.close, args=[number], daemon=True).start()

            notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            notify.connect(os.environ["NOTIFY_SOCKET"].replace("@", chr(0), 1))
            notify.send(b"READY=1")
            peers = []
            server = socket.create_server(("127.0.0.1", 0))
            server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            for count in range(40): attack(server, KIND)
            print("all sent", flush=True)
            time.sleep(600)
            """

        /// Since Linux 6.16 the kernel refuses descriptors for the arbiter; on older ones it closes
        /// those that it gets without waiting.
        @Test(arguments: [false, true])
        func waitsForNoDescriptor(isNested: Bool) throws {
            guard !isNested || Self.kernelRefusesDescriptors else { return }
            let program = Self.descriptors.replacing("KIND", with: isNested ? "True" : "False")
            try Self.run(program) { server in
                // Its threads wait for their connections, and don't end at once.
                server.expectErrors(.workerKilled, .workerExited)
                try server.waitForEvent(.workerOutput, ["message": "all sent"])
                server.send(SIGHUP)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
            }
        }

        /// A program that ends and leaves a thousand processes is replaced at once.
        @Test func looksOnceAtWhatAProgramLeaves() throws {
            let program = """
                import os, socket, time
                notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                notify.connect(os.environ["NOTIFY_SOCKET"].replace("@", chr(0), 1))
                notify.send(b"READY=1")
                if not os.path.exists("left"):
                    open("left", "w").close()
                    for count in range(1000):
                        if os.fork() == 0: time.sleep(600)
                    os._exit(1)
                time.sleep(600)
                """
            try Self.run(program) { server in
                server.expectErrors(.workerExited)
                try server.waitForEvent(.workerExited)
                try server.waitForEvent(.workerReady, count: 2)
            }
        }

        private static func run(
            _ program: String,
            _ body: (Server) throws -> Void
        ) throws {
            let directory = try TemporaryDirectory()
            try directory.write(program, to: "program.py")
            let settings = """
                worker_class = "exec"
                graceful_timeout = "2s"
                [exec]
                command = ["\(Tool.python3.path ?? "")", "program.py"]
                ready = "notify"
                """
            let setup = ServerSetup(executable: .forktail, workers: 1, settings: settings)
            try Server.run(setup, in: directory, body)
        }

        /// SO_PASSRIGHTS.
        private static var kernelRefusesDescriptors: Bool {
            let release = ProcessTable.text(of: "/proc/sys/kernel/osrelease").split(separator: ".")
            guard release.count > 1, let major = Int(release[0]), let minor = Int(release[1]) else {
                return false
            }
            return (major, minor) >= (6, 16)
        }
    }
}
