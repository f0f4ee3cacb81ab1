"""The shared database: its schema, its snapshot, and one module a subject that pages may ask."""
