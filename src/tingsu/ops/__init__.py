"""Running Tingsu: launcher, embedded database, supervisor, command line, catalogues of texts, assets."""
