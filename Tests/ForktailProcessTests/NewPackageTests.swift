import Testing

extension ProcessTests {
    /// What `forktail new` writes; `make test-packages` builds it and runs its tests.
    @Suite(.enabled(if: WorkerKind.chosen == .sync, "it serves nothing"))
    struct NewPackageTests {
        @Test func writesThePackageOnce() throws {
            let place = try TemporaryDirectory()
            let run = try OneShot(["new", "link-list", "../forktail"], in: place)
            #expect(run.ending == .exited(0), "\(run.errors)")
            let manifest = place.text(of: "link-list/Package.swift")
            #expect(manifest.contains("path: \"../../forktail\""))
            #expect(place.text(of: "link-list/Sources/link-list/LinkList.swift").contains("@main"))
            #expect(
                place.text(of: "link-list/Tests/link-list-tests/LinkListTests.swift")
                    .contains("@testable import link_list")
            )
            let again = try OneShot(["new", "link-list"], in: place)
            #expect(again.ending == .exited(70))
            #expect(again.errors.hasPrefix("forktail new: link-list: File exists; choose another"))
        }

        @Test(arguments: [[], ["Shop"], ["forktail"], ["a", "b", "c"], ["../a"], ["-a"]])
        func refusesWhatIsNoName(_ words: [String]) throws {
            let place = try TemporaryDirectory()
            let run = try OneShot(["new"] + words, in: place)
            #expect(run.ending == .exited(64) && !run.errors.isEmpty)
        }
    }
}
