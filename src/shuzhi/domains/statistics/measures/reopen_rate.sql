-- name: reopen_rate
-- label-zh: 重启率
-- label-en: Reopen rate
-- place: 8
-- driver: decisions
-- unit: share
-- better: low
-- formula-zh: 截至目前已重启的工单 ÷ 办结的工单
-- formula-en: Closed orders that were reopened so far ÷ closed orders
-- numerator-zh: 截至目前至少重启一次
-- numerator-en: reopened at least once so far
-- denominator-zh: 本期首次办结
-- denominator-en: first closed in the period
-- exclusions: -
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, first_closed_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND reopenings > 0 THEN 1 ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    ELSE '' END AS left_out
FROM orders
WHERE first_closed_at IS NOT NULL
