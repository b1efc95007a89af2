"""The enterprises' doors: registration, vetting, the group's own page, import."""

from marketplace.enterprises.views import imports, registration, steps, vetting

blueprints = [registration.bp, steps.bp, imports.bp, vetting.bp]
