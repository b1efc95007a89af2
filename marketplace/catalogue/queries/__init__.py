"""Questions asked of the catalogue; nothing here writes.

`products` is about one product, `listing` the shop's pages of many, `cards` a few of them beside
something else, `choices` what the shop's filters offer, `own` a producer's and the staff's tables,
`lists` what is picked from.
"""
