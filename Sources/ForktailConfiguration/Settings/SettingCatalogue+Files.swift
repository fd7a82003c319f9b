extension SettingCatalogue {
    /// How the built-in application `files` serves a directory, empty for a program without any.
    static func files(for applications: [String]) -> [Setting] {
        applications.isEmpty ? [] : content + answers + protection + openFiles
    }

    /// What there is to serve.
    private static var content: [Setting] {
        [
            Setting(
                "files.root",
                \.filesRoot,
                .text(placeholder: "PATH", allowed: "the path of a directory"),
                in: .files,
                summary: "the directory that the application files serves",
                details: """
                    A relative path starts in the working directory. Nothing outside of the \
                    directory is ever served, whatever a path or a symbolic link says. It is \
                    opened when a worker starts: reload after another directory has taken its \
                    place.
                    """
            ),
            Setting(
                "files.index",
                \.files.index,
                .fileNames,
                in: .files,
                summary: "the files that answer for their directory",
                details: """
                    A path that ends in a slash is answered with the first of them that is \
                    there. Without any, such a path is a 404, or a list with files.listing. A \
                    directory without its slash is redirected to the path with one.
                    """
            ),
            Setting(
                "files.listing",
                \.files.listing,
                .boolean,
                in: .files,
                summary: "answer for a directory with a list of its files",
                details: """
                    It is a page with names, sizes and times, where there is no file of \
                    files.index. Only what can be asked for is in the list.
                    """
            ),
            Setting(
                "files.error_pages",
                \.files.errorPages,
                .errorPages,
                in: .files,
                summary: "the files that are shown for errors, by status",
                details: """
                    The paths are below files.root, and the files have to be there at the start. \
                    A page is sent with the status of the error. Errors that are none of serving \
                    files, such as a 400, are always plain text.
                    """
            ),
        ]
    }

    /// What is said of it.
    private static var answers: [Setting] {
        [
            Setting(
                "files.cache_control",
                \.files.cacheControl,
                .cacheRules,
                in: .files,
                summary: "the values of Cache-Control by path",
                details: """
                    A pattern is compared with the whole path of the file, and * stands for any \
                    characters, slashes too: "*.css" are all style sheets, "/assets/*" is all of \
                    a directory, "*" is everything. The first pattern that fits holds; where \
                    none does, there is no such field. Error pages have none.
                    """
            ),
            Setting(
                "files.precompressed",
                \.files.precompressed,
                .precompressions,
                in: .files,
                summary: "the codings whose files lie beside the originals",
                details: """
                    With gzip in it, a client that accepts it gets page.html.gz for page.html, \
                    where there is one; the files of br and zstd end in .br and .zst. Of those \
                    that a client likes equally well the first is taken. It is your business \
                    that a file and its neighbours have the same content, so it is off unless \
                    you list some.
                    """
            ),
            Setting(
                "files.mime_types",
                \.files.mimeTypes,
                .pathOrNone(allowed: "the path of a file, or \"\" for the built-in types alone"),
                in: .files,
                summary: "the file with the media types of name endings",
                details: """
                    Its lines are a type and the endings that have it; what it doesn't know has \
                    a built-in type or application/octet-stream. It is read when a worker \
                    starts. A file other than the default has to be there.
                    """
            ),
            Setting(
                "files.charset",
                \.files.charset,
                .charsetOrNone,
                in: .files,
                summary: "the charset of texts",
                details: """
                    Content-Type names it for text of all kinds and for scripts, unless \
                    files.mime_types does already.
                    """
            ),
        ]
    }

    /// What is not served.
    private static var protection: [Setting] {
        [
            Setting(
                "files.symlinks",
                \.files.symlinks,
                .choice(placeholder: "RULE"),
                in: .files,
                summary: "which symbolic links are followed",
                details: """
                    within: those that lead to what is below files.root, as the kernel sees it; \
                    an absolute link never does. never: none, neither to a file nor to a \
                    directory on the way. What a link that is not followed leads to is a 404. \
                    files.root itself may be a link.
                    """
            ),
            Setting(
                "files.dot_files",
                \.files.dotFiles,
                .boolean,
                in: .files,
                summary: "serve files and directories whose name begins with a dot",
                details: """
                    They are a 404 otherwise, such as .git and .env. A directory .well-known at \
                    the top, which is meant for everybody, is served in any case.
                    """
            ),
        ]
    }

    /// What is kept open.
    private static var openFiles: [Setting] {
        [
            Setting(
                "files.open_cache_age",
                \.files.openCacheAge,
                .durationOrOff(.milliseconds(100)...(.seconds(3600))),
                in: .files,
                summary: "how long an open file is used before it is looked at again",
                details: """
                    Within that time a file costs no system call but those that send it. For so \
                    long one that was replaced or removed may still be sent as it was; one that \
                    was changed in place may be sent with its earlier ETag, and one that became \
                    shorter cuts the connection. Replace files by renaming new ones, and no \
                    answer is ever a mixture. 0 opens the file for each request.
                    """
            ),
            Setting(
                "files.open_cache_size",
                \.files.openCacheSize,
                .integer(1...65_536),
                in: .files,
                summary: "how many paths each worker keeps open",
                details: """
                    Each takes a descriptor, and one for each precompressed neighbour. When \
                    there are too many, the least recently used are closed. \
                    limit_open_files has to leave room for the connections.
                    """
            ),
        ]
    }
}
