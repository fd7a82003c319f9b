// What a program sees that imports Forktail: requests and responses, settings, the application.

@_exported public import ForktailConfiguration
@_exported public import ForktailFiles
@_exported public import ForktailHTTP
@_exported public import ForktailWorker
