import Forktail

@main
struct HelloApp: Application {
    init() throws {}

    func respond(to request: Request) throws -> Response {
        Response(text: "Hello, World!\n")
    }
}
