"""One person's data at a clinic: found, handed out, erased. Each package that holds any registers a part."""
