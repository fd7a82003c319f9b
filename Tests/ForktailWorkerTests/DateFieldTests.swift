import ForktailSystem
import Testing

@testable import ForktailWorker

struct DateFieldTests {
    @Test func isMadeOncePerSecond() {
        var field = DateField()
        let start = Instant.now()
        #expect(field.update(at: start)?.count == 29)
        #expect(field.update(at: start) == nil)
        #expect(field.update(at: start + .seconds(1)) != nil)
    }
}
