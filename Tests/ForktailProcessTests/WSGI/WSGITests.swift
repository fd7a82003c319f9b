extension ProcessTests {
    /// What only workers of the class `wsgi` do.
    enum WSGITests {}
}
