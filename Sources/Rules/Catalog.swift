// The 42 rules; see Catalog.swift.
