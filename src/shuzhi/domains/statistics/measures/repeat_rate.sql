-- name: repeat_rate
-- label-zh: 30 天重复率
-- label-en: Repeat rate (30 days)
-- place: 7
-- driver: decisions
-- unit: share
-- better: low
-- formula-zh: 办结后 30 天内再次反映的工单 ÷ 办结已满 30 天的工单
-- formula-en: Closed orders whose matter came back within 30 days ÷ orders closed at least 30 days ago
-- numerator-zh: 30 天内重启，或同一事项再次反映
-- numerator-en: reopened, or the same matter reported again, within 30 days
-- denominator-zh: 本期首次办结，且已满 30 天
-- denominator-en: first closed in the period, at least 30 days ago
-- exclusions: too_recent
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, first_closed_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND first_closed_at <= now_at - INTERVAL '30' DAY AND (repeated OR reopenings > 0) THEN 1 ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' AND first_closed_at <= now_at - INTERVAL '30' DAY THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    WHEN first_closed_at > now_at - INTERVAL '30' DAY THEN 'too_recent'
    ELSE '' END AS left_out
FROM orders CROSS JOIN moment
WHERE first_closed_at IS NOT NULL
