"""Figures into sentences: what a headline, a chart's title and a hover say, the same on a page, a slide and in a pack.

Sentences are made from figures and the language alone; nothing here asks the database or draws.
"""
