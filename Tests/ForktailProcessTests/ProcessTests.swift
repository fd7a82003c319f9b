import Testing

/// The tests that drive the built executables, one after the other: each has the machine to itself.
@Suite(.serialized)
enum ProcessTests {}
