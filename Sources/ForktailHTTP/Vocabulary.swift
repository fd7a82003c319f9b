// The words that this module shares with the others are part of its interface.

@_exported public import ForktailValues
