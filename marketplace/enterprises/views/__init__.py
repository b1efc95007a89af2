"""The enterprises' doors: registration, vetting, the group's own page, import."""

from marketplace.enterprises.views import registration, steps, vetting

blueprints = [registration.bp, steps.bp, vetting.bp]
