import ForktailLog
import Testing

@testable import ForktailArbiter

/// What Python's faulthandler has written, as the log has it.
@Suite struct InterpreterReportTests {
    private static let crash = """
        Fatal Python error: Aborted

        Thread 0x00007f8f19433410 (most recent call first):
          File "/usr/lib/python3.11/threading.py", line 320 in wait
          File "<forktail>", line 352 in handle

        Current thread 0x00007f8f194a8eec (most recent call first):
          File "/srv/shop, line 3 in/a.py", line 37 in inner
          File "/srv/shop.py", line 12 in app
          File "<forktail>", line 352 in handle
          File "<string>", line 9 in <module>

        Extension modules: _ctypes (total: 1)
        """

    @Test func namesTheThreadThatDiedFirst() {
        let report = InterpreterReport(Self.crash)
        #expect(
            report.words == "; Python was in inner (/srv/shop, line 3 in/a.py:37), called by "
                + "app (/srv/shop.py:12)"
        )
        let lines = report.fields.count
        #expect(lines == 1)
        #expect(report.otherLines == [])
    }

    @Test func quotesAnInterpreterThatFailed() {
        let text = """
            Python path configuration:
              PYTHONHOME = '/nowhere'
            Fatal Python error: init_fs_encoding: failed to get the Python codec
            ModuleNotFoundError: No module named 'encodings'

            Current thread 0x00007f8f194a8eec (most recent call first):
              <no Python frame>
            """
        let report = InterpreterReport(text)
        #expect(report.words == "")
        #expect(report.fields.isEmpty)
        #expect(report.otherLines.last == "ModuleNotFoundError: No module named 'encodings'")
    }

    /// It is text of the worker: any bytes must do.
    @Test(arguments: [
        "", "\n\n", "Current thread 0x", "  File \"", "Thread 0x\n  File \"a\", line in",
    ])
    func takesAnything(_ text: String) {
        #expect(InterpreterReport(text).words == "")
    }
}
