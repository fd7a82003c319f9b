extension ProcessTests {
    /// What only workers of the class `exec` do.
    enum ExecTests {}
}
