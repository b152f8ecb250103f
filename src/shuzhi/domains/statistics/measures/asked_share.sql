-- name: asked_share
-- label-zh: 回访覆盖率
-- label-en: Asked about the outcome
-- place: 14
-- driver: transparency
-- unit: share
-- better: high
-- formula-zh: 办结后问过诉求人结果如何的工单 ÷ 承办单位办理后办结的工单
-- formula-en: Closed orders whose requester was asked about the outcome ÷ closed orders that a unit handled
-- numerator-zh: 至少回访一次
-- numerator-en: called back at least once
-- denominator-zh: 期内办结，且由承办单位办理
-- denominator-en: closed in the period after a unit handled it
-- exclusions: not_dispatched
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, closed_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND dispatches > 0 AND callback_tries > 0 THEN 1 ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' AND dispatches > 0 THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    WHEN dispatches = 0 THEN 'not_dispatched'
    ELSE '' END AS left_out
FROM orders
WHERE closed_at IS NOT NULL
