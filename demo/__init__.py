"""The demonstration: invented people, groups and two years of sales, made by the operations.

Outside the house: nothing in `marketplace` imports it. `load-demo` puts it in, `remove-demo` takes
all of it out.
"""
