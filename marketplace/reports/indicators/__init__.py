"""The Division's indicators: what each is, how it is counted, and what it tells of a period.

`counting.compute` and `counting.split` answer; `measures.MEASURES` says what may be asked.
"""
