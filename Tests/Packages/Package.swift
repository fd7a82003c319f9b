// swift-tools-version: 6.2
import PackageDescription

// Programs that serve with forktail and use libraries of others. No part of forktail depends on them;
// `make test-packages` builds them where the packages can be had.
let package = Package(
    name: "forktail-examples",
    dependencies: [
        .package(name: "forktail", path: "../.."),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.29.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.25.0"),
    ],
    targets: [
        .target(
            name: "ForktailLogHandler",
            dependencies: [
                .product(name: "Forktail", package: "forktail"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .executableTarget(
            name: "SwiftLogExample",
            dependencies: [
                "ForktailLogHandler",
                .product(name: "Forktail", package: "forktail"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .executableTarget(
            name: "AsyncHTTPClientExample",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Forktail", package: "forktail"),
                .product(name: "ForktailFoundation", package: "forktail"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .executableTarget(
            name: "SwiftNIOExample",
            dependencies: [
                .product(name: "Forktail", package: "forktail"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .executableTarget(
            name: "EarlyThreadsExample",
            dependencies: [
                .product(name: "Forktail", package: "forktail"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .executableTarget(
            name: "HummingbirdExample",
            dependencies: [
                "ForktailLogHandler",
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "Forktail", package: "forktail"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        // What `compare` measures beside the first example.
        .executableTarget(
            name: "HummingbirdServer",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "ExampleTests",
            dependencies: [
                "AsyncHTTPClientExample", "EarlyThreadsExample", "HummingbirdExample",
                "SwiftLogExample", "SwiftNIOExample",
                .product(name: "Forktail", package: "forktail"),
                .product(name: "ForktailTest", package: "forktail"),
            ]
        ),
    ]
)
