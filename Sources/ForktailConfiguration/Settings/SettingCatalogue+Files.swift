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
                    opened when a worker starts: reload after replacing the directory.
                    """
            ),
            Setting(
                "files.index",
                \.files.index,
                .fileNames,
                in: .files,
                summary: "the files that answer for their directory",
                details: """
                    A path that ends in a slash is answered with the first of them that exists. \
                    Without any, such a path is a 404, or a list with files.listing. A directory \
                    without its slash is redirected to the path with one.
                    """
            ),
            Setting(
                "files.listing",
                \.files.listing,
                .boolean,
                in: .files,
                summary: "answer for a directory with a list of its files",
                details: """
                    It is a page with names, sizes and times, for a directory without a file of \
                    files.index. It lists only what can be requested.
                    """
            ),
            Setting(
                "files.error_pages",
                \.files.errorPages,
                .errorPages,
                in: .files,
                summary: "the files that are shown for errors, by status",
                details: """
                    The paths are below files.root. A page that can't be opened at the start is \
                    left out, with a warning. A page is sent with the status of the error. \
                    Errors that do not come from serving files, such as a 400, are always plain \
                    text.
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
                    characters, slashes too: "*.css" matches all style sheets, "/assets/*" all of \
                    a directory, "*" everything. The first pattern that matches decides; where \
                    none does, the field is not sent. Error pages never have it.
                    """
            ),
            Setting(
                "files.precompressed",
                \.files.precompressed,
                .precompressions,
                in: .files,
                summary: "the codings of precompressed files beside the originals",
                details: """
                    With gzip in the list, a client that accepts it gets page.html.gz for \
                    page.html, where that file exists; the files of br and zstd end in .br and \
                    .zst. If a client accepts several equally, the first in the list is used. You \
                    must make sure that both files have the same content, so it is off by default.
                    """
            ),
            Setting(
                "files.mime_types",
                \.files.mimeTypes,
                .pathOrNone(allowed: "the path of a file, or \"\" for the built-in types alone"),
                in: .files,
                summary: "the file with the media types of name endings",
                details: """
                    Each line is a media type and the name endings that have it. Other endings get \
                    a built-in type or application/octet-stream. The file is read when a worker \
                    starts. A file other than the default must exist.
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
                    within: those whose target is below files.root, as the kernel resolves it; an \
                    absolute link is never followed. never: no link at all, neither to a file nor \
                    to a directory on the way. The target of a link that is not followed is a 404. \
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
                    Otherwise they are a 404, such as .git and .env. A directory .well-known at \
                    the top is public and always served.
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
                summary: "how long an open file is used before it is checked again",
                details: """
                    Within that time a file costs no system call except those that send it. For \
                    that long, a file that was replaced or removed may still be sent as it was; \
                    one that was changed in place may be sent with its earlier ETag, and one that \
                    became shorter cuts the connection. Replace files by renaming new ones over \
                    them, and no response ever mixes two versions. 0 opens the file for each \
                    request.
                    """
            ),
            Setting(
                "files.open_cache_size",
                \.files.openCacheSize,
                .integer(1...65_536),
                in: .files,
                summary: "how many paths each worker keeps open",
                details: """
                    Each needs a descriptor, and one more for each precompressed file beside it. \
                    When there are too many, the least recently used are closed. limit_open_files \
                    must leave room for the connections.
                    """
            ),
        ]
    }
}
