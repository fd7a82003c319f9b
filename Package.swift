// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 mode, explicit existentials and imports, warnings are errors.
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Settings of the modules that do no I/O: no unsafe construct goes unmarked there.
let pure = common + [.strictMemorySafety()]

let package = Package(
    name: "forktail",
    products: [
        .library(name: "Forktail", targets: ["Forktail"]),
        .library(name: "ForktailFoundation", targets: ["ForktailFoundation"]),
        .library(name: "ForktailTest", targets: ["ForktailTest"]),
        .executable(name: "forktail", targets: ["ForktailCommand"]),
        .executable(name: "hello-app", targets: ["HelloApp"]),
        // What the user's Python loads as an extension module, in workers of the class wsgi.
        .library(name: "forktail-python", type: .dynamic, targets: ["ForktailPython"]),
    ],
    targets: [
        .target(
            name: "CForktail",
            cSettings: [
                .define("_GNU_SOURCE"),
                .enableWarning("all"),
                .enableWarning("extra"),
                .treatAllWarnings(as: .error),
            ]
        ),
        .target(name: "ForktailValues", swiftSettings: pure),
        .target(
            name: "ForktailHTTP",
            dependencies: ["ForktailValues"],
            swiftSettings: pure
        ),
        .target(
            name: "ForktailConnection",
            dependencies: ["ForktailValues", "ForktailHTTP"],
            swiftSettings: pure
        ),
        .target(
            name: "ForktailConfiguration",
            dependencies: ["ForktailValues"],
            swiftSettings: pure
        ),
        .target(
            name: "ForktailSupervision",
            dependencies: ["ForktailValues"],
            swiftSettings: pure
        ),
        .target(
            name: "ForktailSystem",
            dependencies: ["CForktail", "ForktailValues"],
            swiftSettings: common
        ),
        .target(
            name: "ForktailLog",
            dependencies: ["ForktailValues", "ForktailSystem"],
            swiftSettings: common
        ),
        .target(
            name: "ForktailTLS",
            dependencies: ["CForktail", "ForktailSystem"],
            swiftSettings: common
        ),
        .target(
            name: "ForktailFiles",
            dependencies: [
                "ForktailValues", "ForktailSystem", "ForktailHTTP", "ForktailConfiguration",
                "ForktailLog",
            ],
            swiftSettings: common
        ),
        .target(
            name: "ForktailWorker",
            dependencies: [
                "ForktailConnection", "ForktailTLS", "ForktailFiles",
                "ForktailValues", "ForktailSystem", "ForktailHTTP", "ForktailConfiguration",
                "ForktailLog",
            ],
            swiftSettings: common
        ),
        .target(
            name: "ForktailObserver",
            dependencies: [
                "ForktailValues", "ForktailSystem", "ForktailHTTP", "ForktailConfiguration",
                "ForktailLog", "ForktailWorker",
            ],
            swiftSettings: common
        ),
        .target(
            name: "ForktailArbiter",
            dependencies: [
                "ForktailValues", "ForktailSystem", "ForktailConfiguration",
                "ForktailSupervision", "ForktailLog", "ForktailTLS",
            ],
            swiftSettings: common
        ),
        .target(
            name: "Forktail",
            dependencies: [
                "ForktailArbiter", "ForktailWorker", "ForktailObserver", "ForktailFiles",
                "ForktailHTTP",
                "ForktailConfiguration",
            ],
            swiftSettings: common
        ),
        // Codable, for programs that have Foundation; no other target depends on it.
        .target(name: "ForktailFoundation", dependencies: ["Forktail"], swiftSettings: common),
        // For the tests of a user's program: starts it, asks it, reads its log.
        .target(
            name: "ForktailTest",
            dependencies: ["Forktail", "ForktailHTTP", "ForktailSystem"],
            swiftSettings: common
        ),
        .target(
            name: "ForktailPython",
            dependencies: [
                "CForktail", "ForktailValues", "ForktailSystem", "ForktailHTTP",
                "ForktailConfiguration", "ForktailLog", "ForktailWorker",
            ],
            resources: [.embedInCode("helper.py")],
            swiftSettings: common,
            // --static-swift-stdlib is for executables only.
            linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]
        ),
        .executableTarget(
            name: "ForktailCommand",
            dependencies: ["Forktail", "ForktailValues"],
            swiftSettings: common
        ),
        .executableTarget(name: "HelloApp", dependencies: ["Forktail"], swiftSettings: common),
        .executableTarget(name: "LinkShortener", dependencies: ["Forktail"], swiftSettings: common),
        // What several of the test targets use; no product depends on it.
        .target(
            name: "ForktailTestSupport",
            path: "Tests/ForktailTestSupport",
            swiftSettings: common
        ),
        .testTarget(
            name: "ForktailValuesTests",
            dependencies: ["ForktailValues"],
            swiftSettings: common
        ),
        .testTarget(
            name: "ForktailSystemTests",
            dependencies: ["ForktailSystem", "ForktailTestSupport"],
            swiftSettings: common
        ),
        .testTarget(
            name: "ForktailLogTests",
            dependencies: ["ForktailLog", "ForktailValues", "ForktailTestSupport"],
            swiftSettings: common
        ),
        .testTarget(
            name: "ForktailArbiterTests",
            dependencies: ["ForktailArbiter", "ForktailTestSupport"],
            swiftSettings: common
        ),
        .testTarget(
            name: "ForktailHTTPTests",
            dependencies: ["ForktailHTTP", "ForktailTestSupport"],
            swiftSettings: common
        ),
        .testTarget(
            name: "ForktailConnectionTests",
            dependencies: ["ForktailConnection", "ForktailTestSupport"],
            swiftSettings: common
        ),
        .testTarget(
            name: "ForktailConfigurationTests",
            dependencies: ["ForktailConfiguration", "ForktailValues", "ForktailTestSupport"],
            swiftSettings: common
        ),
        .testTarget(
            name: "ForktailSupervisionTests",
            dependencies: ["ForktailSupervision", "ForktailTestSupport"],
            swiftSettings: common
        ),
        .testTarget(
            name: "ForktailWorkerTests",
            dependencies: ["ForktailWorker", "ForktailTestSupport"],
            swiftSettings: common
        ),
        .testTarget(
            name: "ForktailFoundationTests",
            dependencies: ["ForktailFoundation", "Forktail"],
            swiftSettings: common
        ),
        // What the process tests serve: handlers that hang, crash, throw and wait to be let go.
        .executableTarget(
            name: "ForktailTestApp",
            dependencies: ["Forktail"],
            path: "Tests/ForktailTestApp",
            swiftSettings: common
        ),
        // The same for asynchronous handlers.
        .executableTarget(
            name: "ForktailAsyncApp",
            dependencies: ["Forktail"],
            path: "Tests/ForktailAsyncApp",
            swiftSettings: common
        ),
        .testTarget(
            name: "ForktailProcessTests",
            dependencies: [
                "ForktailCommand", "HelloApp", "LinkShortener", "ForktailTestApp",
                "ForktailAsyncApp", "ForktailTestSupport", "ForktailValues",
            ],
            // What workers of the class exec run; the tests build and find it by its path.
            exclude: ["Programs"],
            swiftSettings: common
        ),
    ]
)
