-- name: on_time_rate
-- label-zh: 按时率
-- label-en: On-time rate
-- place: 4
-- driver: efficiency
-- unit: share
-- better: high
-- formula-zh: 承诺时限内答复的工单 ÷ 已办结的工单与逾期未办结的工单之和
-- formula-en: Orders answered within the promised time ÷ closed orders and open ones that are overdue
-- numerator-zh: 在承诺的工作时间内答复
-- numerator-en: answered within the promised working time
-- denominator-zh: 本期办结，或在本期逾期且仍未办结
-- denominator-en: closed in the period, or overdue in it and still open
-- exclusions: -
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, closed_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND late_minutes = 0 THEN 1 ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    ELSE '' END AS left_out
FROM orders
WHERE closed_at IS NOT NULL
UNION ALL
SELECT
  order_id AS row_id, demand_id, due_at AS happened_at, unit, category, area, channel,
  0 AS numerator,
  1 AS denominator,
  '' AS left_out
FROM orders CROSS JOIN moment
WHERE due_at IS NOT NULL AND due_at < now_at AND closed_at IS NULL AND replied_at IS NULL
  AND set_aside = '' AND state <> 'suspended'
