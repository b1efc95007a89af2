"""The enterprises' doors: registration, vetting, the group's own page, import."""

from marketplace.enterprises.views import registration, steps

blueprints = [registration.bp, steps.bp]
