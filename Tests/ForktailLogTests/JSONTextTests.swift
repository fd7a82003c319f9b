import Foundation
import Testing

@testable import ForktailLog

/// Which lines of a program stay as they are in a log of JSON.
@Suite struct JSONTextTests {
    @Test(arguments: [
        "{}", "{ }", #"{"a":1}"#, #"{"a":-0.5e+10,"b":[1, 2,[]],"c":{"d":null}}"#,
        #"{"a":"\"\\\/\b\f\n\r\t\u00e9 é"}"#, #"{ "a" : [true ,false] , "b" : 0 }"#, #"{"":""}"#,
    ])
    func knowsAnObject(text: String) {
        #expect(JSONText.isObject(text))
        #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil)
    }

    @Test(arguments: [
        "", "{", "}", "[]", "1", #""a""#, "{not json}", "{a:1}", #"{"a"}"#, #"{"a":}"#,
        #"{"a":1,}"#,
        #"{"a":1} {"b":2}"#, #"{"a":1}}"#, #" {"a":1}"#, #"{"a":1} "#, #"{"a":"b"#, #"{"a":'b'}"#,
        "{\"a\":\"\u{1}\"}", "{\"a\":1\r}", #"{"a":"\x"}"#, #"{"a":"\u12g4"}"#, #"{"a":01}"#,
        #"{"a":1.}"#, #"{"a":.5}"#, #"{"a":1e}"#, #"{"a":+1}"#, #"{"a":nul}"#, #"{"a":[1 2]}"#,
        #"{"a":"\"#, "{\"a\":" + String(repeating: "[", count: 100_000),
    ])
    func knowsWhatIsNone(text: String) {
        #expect(!JSONText.isObject(text))
    }
}
