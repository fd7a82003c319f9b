import Testing

@testable import ForktailHTTP

/// RFC 6265 sections 4.2 and 5.4: the cookies of a request.
struct CookieFieldTests {
    @Test(
        arguments: [
            // section 3.1
            (["SID=31d4d96e407aad42"], ["SID=31d4d96e407aad42"]),
            (["SID=31d4d96e407aad42; lang=en-US"], ["SID=31d4d96e407aad42", "lang=en-US"]),
            // section 5.4: the longer path first
            (["a=1; a=2"], ["a=1", "a=2"]),
            (["a=1", "b=2"], ["a=1", "b=2"]),
            (["a=1;b=2"], ["a=1", "b=2"]),
            (["  a = 1 \t; ;; b=2;"], ["a=1", "b=2"]),
            (["a="], ["a="]),
            (["a=b=c"], ["a=b=c"]),
            (["a=\"b c\""], ["a=\"b c\""]),
            (["a=x,y"], ["a=x,y"]),
            (["a=%20+"], ["a=%20+"]),
            (["A=1; a=2"], ["A=1", "a=2"]),
            (["a[0]=1; \u{e9}=\u{20ac}"], ["a[0]=1", "\u{e9}=\u{20ac}"]),
            (["a"], []),
            (["=a; b=1"], ["b=1"]),
            ([""], []),
            ([], []),
        ] as [([String], [String])]
    )
    func reads(_ values: [String], cookies: [String]) throws {
        var fields = HTTPFields()
        fields[values: .cookie] = values
        let request = try Request(fields: fields)
        #expect(request.cookies.map { "\($0.name)=\($0.value)" } == cookies)
        for (name, _) in request.cookies {
            #expect(request.cookie(name) == request.cookies.first { $0.name == name }?.value)
        }
        #expect(request.cookie("missing") == nil)
    }
}
