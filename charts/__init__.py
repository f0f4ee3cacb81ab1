"""Charts: a DataFrame and words in, a plotly Figure or a pydeck Deck out; no streamlit, no database, no language."""
