"""A stand-in for the payment provider, on this machine: stateful, honest, and worth nothing.

It speaks the provider's interface as its own Python library does, so that everything of ours that
pays runs and is tried without the provider's servers. It takes test keys only, listens on the
loopback only, and sends news to addresses of this machine only. What it cannot know (real fees,
days, what a bank does) are settings of its own.

**Source:** the pages of docs.stripe.com that each module names; package ``stripe`` 16.1.
"""
