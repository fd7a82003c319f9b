/// Which symbolic links below a directory of files are followed.
public enum SymlinkPolicy: String, CaseIterable, Sendable {
    /// None: neither a file nor a directory on the way to it may be one.
    case never
    /// Those that lead to what is below the directory, too; an absolute one never does.
    case within
}
