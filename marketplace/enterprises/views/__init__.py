"""The enterprises' doors: registration, vetting, the group's own pages, import."""

from marketplace.enterprises.views import group, imports, members, registration, steps, vetting

blueprints = [registration.bp, steps.bp, group.bp, members.bp, imports.bp, vetting.bp]
