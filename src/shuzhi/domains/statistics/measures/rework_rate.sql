-- name: rework_rate
-- label-zh: 返工率
-- label-en: Rework rate
-- place: 5
-- driver: decisions
-- unit: share
-- better: low
-- formula-zh: 至少退回重办一次的办结工单 ÷ 由单位承办的办结工单
-- formula-en: Closed orders that were sent back for rework at least once ÷ closed orders that a unit handled
-- numerator-zh: 至少退回重办一次
-- numerator-en: sent back for rework at least once
-- denominator-zh: 本期办结，且由单位承办
-- denominator-en: closed in the period after a unit handled it
-- exclusions: not_dispatched
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, closed_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND dispatches > 0 AND reworks > 0 THEN 1 ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' AND dispatches > 0 THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    WHEN dispatches = 0 THEN 'not_dispatched'
    ELSE '' END AS left_out
FROM orders
WHERE closed_at IS NOT NULL
