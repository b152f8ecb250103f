"""Which room or engine brings which part of the command line."""

MOUNTED = {
    "accounts": "shuzhi.site.login.cli",
    "registry": "shuzhi.domains.registry.cli",
    "demands": "shuzhi.domains.intake.cli",
    "orders": "shuzhi.domains.casework.cli",
    "webhooks": "shuzhi.domains.notices.cli",
    "statistics": "shuzhi.domains.statistics.cli",
    "ledger": "shuzhi.domains.ledger.cli",
    "insight": "shuzhi.domains.insight.cli",
    "knowledge": "shuzhi.domains.knowledge.cli",
    "policy": "shuzhi.domains.policy.cli",
    "rules": "shuzhi.site.rules_cli",
    "text": "shuzhi.site.text_cli",
    "demo": "shuzhi.site.demo.cli",
}
