// Where a file is, or will be made: an open directory and a name in it.
//
// Invariant: root follows no symbolic link that another user has made, so that a user with the right to write
// a directory on the way can't choose which file root opens, makes, renames or removes. Everything
// after the walk names the file relative to the open directory; what it is, is asked of the open
// file.

import CForktail
import Glibc

/// A name in an open directory.
package struct FilePlace: ~Copyable {
    /// Opened with O_PATH.
    let directory: FileDescriptor
    package let name: SystemString
    /// Whether the name is a link of proc(5), which only the kernel can follow.
    private let isKernelLink: Bool

    private init(_ directory: consuming FileDescriptor, _ name: SystemString, isKernelLink: Bool) {
        self.directory = directory
        self.name = name
        self.isKernelLink = isKernelLink
    }

    /// Walks to the directory of a path, one name at a time.
    ///
    /// - Parameters:
    ///   - path: A path from the root or from the working directory.
    ///   - followingLastLink: Whether a symbolic link at the end of the path is followed, too.
    /// - Returns: The place; the file need not exist.
    /// - Throws: What the system says, or which link root must not follow.
    package static func find(
        _ path: SystemString,
        followingLastLink: Bool = false
    ) throws(FileFailure) -> FilePlace {
        var walk = try FileWalk(path)
        return try walk.run(followingLastLink: followingLastLink)
    }

    /// What the name stands for, without following a link: fstatat(2).
    ///
    /// - Throws: `.noEntry` where there is nothing.
    package func status() throws(FileFailure) -> FileStatus {
        try fileCall { () throws(Errno) in try directory.status(of: name) }
    }

    /// Opens a file for appending, made with mode 0644 less the umask where it is missing.
    ///
    /// It does not wait for the reader of a FIFO; without one that is an error.
    package func openForAppending() throws(FileFailure) -> FileDescriptor {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK
        let file = try open(isKernelLink ? flags : flags | O_NOFOLLOW)
        if !isKernelLink { try refuseIfPlanted(file) }
        return file
    }

    /// Opens a regular file that exists for reading and writing, never through a link.
    ///
    /// - Throws: `.noEntry` where there is none, `.invalidArgument` where there is something else.
    package func openRegularFile() throws(FileFailure) -> FileDescriptor {
        // To open a device can do something to it.
        try status().requireRegular()
        let file = try open(O_RDWR | O_NOFOLLOW | O_NONBLOCK)
        let status = try fileCall { () throws(Errno) in try file.status() }
        try status.requireRegular()
        return file
    }

    /// Makes a file for reading and writing, with mode 0644 less the umask.
    ///
    /// - Throws: `.exists` where there is something already.
    package func make() throws(FileFailure) -> FileDescriptor {
        try open(O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
    }

    /// Opens the directory, to lock it.
    package func openDirectory() throws(FileFailure) -> FileDescriptor {
        try fileCall { () throws(Errno) in
            try FileDescriptor.open(at: directory.rawValue, ".", O_RDONLY | O_DIRECTORY)
        }
    }

    /// Where a file is made that is renamed to this one.
    ///
    /// There is one such name, so that what a process leaves that is killed is found by the next.
    package func draft() throws(FileFailure) -> FilePlace {
        let name = SystemString(bytes: name.bytes + Array(".forktail".utf8))
        return try fileCall { () throws(Errno) in
            FilePlace(try directory.duplicate(), name, isKernelLink: false)
        }
    }

    /// Gives the file the name of another place, replacing what had it: renameat(2).
    package func rename(to other: borrowing FilePlace) throws(FileFailure) {
        let (here, there) = (directory.rawValue, other.directory.rawValue)
        let (old, new) = (name, other.name)
        _ = try fileCall { () throws(Errno) in
            try check {
                old.withCString { old in new.withCString { renameat(here, old, there, $0) } }
            }
        }
    }

    /// The same where the other name is free: linkat(2), unlinkat(2).
    ///
    /// - Throws: `.exists` where it isn't.
    package func renameUnlessTaken(to other: borrowing FilePlace) throws(FileFailure) {
        let (here, there) = (directory.rawValue, other.directory.rawValue)
        let (old, new) = (name, other.name)
        _ = try fileCall { () throws(Errno) in
            try check {
                old.withCString { old in new.withCString { linkat(here, old, there, $0, 0) } }
            }
            return try check { old.withCString { unlinkat(here, $0, 0) } }
        }
    }

    /// Removes the file if it is still the one that is meant: unlinkat(2).
    package func remove(_ identity: FileStatus.Identity) throws(FileFailure) {
        guard try status().identity == identity else { return }
        _ = try fileCall { () throws(Errno) in
            try check { name.withCString { unlinkat(directory.rawValue, $0, 0) } }
        }
    }

    private func open(_ flags: CInt) throws(FileFailure) -> FileDescriptor {
        try fileCall { () throws(Errno) in
            try FileDescriptor.open(at: directory.rawValue, name, flags)
        }
    }

    /// Refuses, for root, a file that another user may have put here: a second name of a file that
    /// is elsewhere, or a file of its own where every user can make one.
    private func refuseIfPlanted(_ file: borrowing FileDescriptor) throws(FileFailure) {
        guard geteuid() == 0 else { return }
        let parent = try fileCall { () throws(Errno) in try directory.status() }
        let status = try fileCall { () throws(Errno) in try file.status() }
        guard status.isRegular, !parent.isTrusted || parent.isWritableByOthers else { return }
        guard status.linkCount <= 1 else {
            throw FileFailure(
                .notPermitted,
                "the file has \(status.linkCount) names, and users other than root can write its "
                    + "directory; remove it, or choose a directory that only root can write"
            )
        }
        guard !parent.isWritableByAll || status.isTrusted else {
            throw FileFailure(
                .notPermitted,
                "the file belongs to user \(status.owner), and every user can write its directory; "
                    + "remove it, or choose another directory"
            )
        }
    }
}

extension FilePlace {
    /// Makes the place of a name in an open directory.
    fileprivate init(
        in directory: consuming FileDescriptor,
        _ name: SystemString,
        isKernelLink: Bool = false
    ) {
        self.init(directory, name, isKernelLink: isKernelLink)
    }
}

/// The walk along a path, which reads each symbolic link itself to see whose it is.
private struct FileWalk: ~Copyable {
    /// How many links the kernel follows in one path: path_resolution(7).
    private static let mostLinks = 40

    private var directory: FileDescriptor
    /// The names that are left, the next one last.
    private var names: [[UInt8]] = []
    private var links = 0

    init(_ path: SystemString) throws(FileFailure) {
        directory = try fileCall { () throws(Errno) in
            try Self.start(isAbsolute: path.bytes.first == UInt8(ascii: "/"))
        }
        push(path)
    }

    private static func start(isAbsolute: Bool) throws(Errno) -> FileDescriptor {
        try FileDescriptor.openDirectory(isAbsolute ? "/" : ".", in: AT_FDCWD)
    }

    private mutating func push(_ path: SystemString) {
        names += path.bytes.split(separator: UInt8(ascii: "/")).reversed().map(Array.init)
    }

    mutating func run(followingLastLink: Bool) throws(FileFailure) -> FilePlace {
        while let bytes = names.popLast() {
            let name = SystemString(bytes: bytes)
            let isLast = names.isEmpty
            let status: FileStatus?
            do throws(Errno) {
                status = try directory.status(of: name)
            } catch .noEntry where isLast {
                status = nil
            } catch {
                throw FileFailure(error)
            }
            if let status, status.isSymbolicLink, !isLast || followingLastLink {
                if let place = try follow(name, status, isLast: isLast) { return place }
            } else if isLast {
                return FilePlace(in: try take(), name)
            } else {
                try enter(name)
            }
        }
        throw FileFailure(.isDirectory)
    }

    /// Follows a symbolic link.
    ///
    /// - Returns: The place, if the link is the last name and one that only the kernel can follow.
    private mutating func follow(
        _ name: SystemString,
        _ status: FileStatus,
        isLast: Bool
    ) throws(FileFailure) -> FilePlace? {
        guard geteuid() != 0 || status.isTrusted else {
            throw FileFailure(
                .symbolicLinkLoop,
                "\(name) is a symbolic link of user \(status.owner), which root does not follow; "
                    + "name the path without the link, or give the link to root (chown -h)"
            )
        }
        links += 1
        guard links <= Self.mostLinks else { throw FileFailure(.symbolicLinkLoop) }
        // The links there lead to open files, and their texts are no paths.
        guard forktail_is_process_information(directory.rawValue) else {
            let target = try fileCall { () throws(Errno) in try directory.target(of: name) }
            if target.bytes.first == UInt8(ascii: "/") {
                directory = try fileCall { () throws(Errno) in try Self.start(isAbsolute: true) }
            }
            push(target)
            return nil
        }
        if isLast { return FilePlace(in: try take(), name, isKernelLink: true) }
        try enter(name, followingLink: true)
        return nil
    }

    private mutating func enter(
        _ name: SystemString,
        followingLink: Bool = false
    ) throws(FileFailure) {
        let here = directory.rawValue
        directory = try fileCall { () throws(Errno) in
            try FileDescriptor.openDirectory(name, in: here, followingLink: followingLink)
        }
    }

    private func take() throws(FileFailure) -> FileDescriptor {
        try fileCall { () throws(Errno) in try directory.duplicate() }
    }
}

extension FileDescriptor {
    /// Opens a directory to start other calls in it: openat(2) O_PATH.
    fileprivate static func openDirectory(
        _ name: SystemString,
        in directory: CInt,
        followingLink: Bool = false
    ) throws(Errno) -> FileDescriptor {
        let number = try check {
            name.withCString { forktail_open_directory(directory, $0, followingLink) }
        }
        return FileDescriptor(owning: number)
    }

    /// Opens a name of a directory, close-on-exec: openat(2).
    ///
    /// A new file gets mode 0644 less the umask.
    fileprivate static func open(
        at directory: CInt,
        _ name: SystemString,
        _ flags: CInt
    ) throws(Errno) -> FileDescriptor {
        let number = try checkUninterrupted {
            name.withCString { openat(directory, $0, flags | O_CLOEXEC | O_NOCTTY, 0o644) }
        }
        return FileDescriptor(owning: number)
    }

    /// The target of a symbolic link in this directory: readlinkat(2).
    fileprivate func target(of name: SystemString) throws(Errno) -> SystemString {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try check {
            name.withCString { readlinkat(rawValue, $0, &buffer, buffer.count) }
        }
        return SystemString(bytes: buffer.prefix(count).map(UInt8.init(bitPattern:)))
    }
}
