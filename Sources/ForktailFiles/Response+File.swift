public import ForktailHTTP
import ForktailSystem

extension Response {
    /// Makes a response of a whole file.
    ///
    /// The path is the application's own: never one that a client sends, for which there is
    /// `StaticFiles`.
    ///
    /// - Parameters:
    ///   - filePath: The file.
    ///   - contentType: The media type; nil: by the ending of the file's name, which for `svgz` also
    ///     says Content-Encoding.
    /// - Throws: `HTTPError`: 404 where there is no such file, 403 where it may not be read, 503
    ///   where the system has run out of something.
    public init(filePath: String, contentType: String? = nil) throws(HTTPError) {
        do throws(Errno) {
            let name = SystemString(filePath)
            let file = try OpenFile(try FileSystem.openForSending(name))
            guard file.status.isRegular else { throw .noEntry }
            let type = contentType ?? Self.types.type(ofFile: name, charset: "utf-8")
            self.init(file: file.whole, contentType: type)
            fields[.contentEncoding] =
                contentType == nil ? MediaTypeTable.coding(ofFile: name) : nil
        } catch {
            throw HTTPError(opening: filePath, error)
        }
    }

    private static let types = MediaTypeTable()
}
