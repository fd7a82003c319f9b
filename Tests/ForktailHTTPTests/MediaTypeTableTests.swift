import ForktailValues
import Testing

@testable import ForktailHTTP

/// The media types of files.
struct MediaTypeTableTests {
    @Test(arguments: [
        ("index.html", "text/html; charset=utf-8"), ("a.b/c.CSS", "text/css; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"), ("feed.xml", "application/xml"),
        ("a.json", "application/json"), ("a.tar.gz", "application/gzip"),
        ("a.woff2", "font/woff2"), ("README", "application/octet-stream"),
        ("a.m3u8", "application/vnd.apple.mpegurl"), ("a.mpd", "application/dash+xml"),
        ("a.mov", "video/quicktime"), ("a.mkv", "video/matroska"), ("a.aac", "audio/aac"),
        ("a.geojson", "application/geo+json"), ("a.glb", "model/gltf-binary"),
        ("a.heic", "image/heic"), ("a.vcf", "text/vcard; charset=utf-8"),
        ("a.yaml", "application/yaml"), ("a.toml", "application/toml"),
        ("a.cjs", "text/javascript; charset=utf-8"), ("a.svgz", "image/svg+xml"),
        ("a.", "application/octet-stream"), ("a.nothing", "application/octet-stream"),
        ("", "application/octet-stream"), ("html", "application/octet-stream"),
    ])
    func knowsTheUsualTypes(_ name: String, _ type: String) {
        #expect(MediaTypeTable().type(ofFile: SystemString(name), charset: "utf-8") == type)
    }

    @Test func readsANameThatIsNoText() {
        let name = SystemString(bytes: [0xe9, UInt8(ascii: "."), 0xe9] + ".css".utf8)
        #expect(MediaTypeTable().type(ofFile: name, charset: nil) == "text/css")
    }

    @Test func knowsTheCodingOfAnEnding() {
        for (name, coding) in [
            ("a.svgz", "gzip"), ("a.SVGZ", "gzip"), ("a.gz", nil), ("svgz", nil),
        ] {
            #expect(MediaTypeTable.coding(ofFile: SystemString(name)) == coding, "\(name)")
        }
    }

    @Test func namesACharsetForTextsAlone() {
        let table = MediaTypeTable()
        #expect(table.type(ofFile: "a.txt", charset: nil) == "text/plain")
        #expect(table.type(ofFile: "a.txt", charset: "koi8-r") == "text/plain; charset=koi8-r")
        #expect(table.type(ofFile: "a.png", charset: "koi8-r") == "image/png")
    }

    @Test func takesTheTypesOfAFile() {
        var table = MediaTypeTable()
        let file = """
            # comment

            text/x-new\t\t\tNew newer
            text/html # htm html
            video/x-css css#js
            nothing png
            text/xml\txml\r
            text/plain;charset=us-ascii asc
            application/none
            """
        table.merge(Array(file.utf8))
        for (name, type) in [
            ("a.new", "text/x-new; charset=utf-8"), ("a.NEWER", "text/x-new; charset=utf-8"),
            ("a.html", "text/html; charset=utf-8"), ("a.css", "video/x-css"),
            ("a.js", "text/javascript; charset=utf-8"), ("a.png", "image/png"),
            ("a.xml", "text/xml"), ("a.asc", "text/plain;charset=us-ascii"),
        ] {
            #expect(table.type(ofFile: SystemString(name), charset: "utf-8") == type, "\(name)")
        }
    }
}
