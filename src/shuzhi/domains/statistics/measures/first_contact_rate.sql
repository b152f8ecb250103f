-- name: first_contact_rate
-- label-zh: 首次解决率
-- label-en: Settled at first contact
-- place: 10
-- driver: efficiency
-- unit: share
-- better: high
-- formula-zh: 当场答复且 30 天内未再来的诉求数 ÷ 办结满 30 天的诉求数
-- formula-en: Demands answered at once that did not come back within 30 days ÷ demands closed at least 30 days ago
-- numerator-zh: 直接答复，未派单、未重启、未重复反映、未被否认解决
-- numerator-en: answered directly, never dispatched, reopened, reported again or called unsolved
-- denominator-zh: 本期首次办结，且已满 30 天
-- denominator-en: first closed in the period, at least 30 days ago
-- exclusions: too_recent
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: GB/T 33358-2016

SELECT
  order_id AS row_id, demand_id, first_closed_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND first_closed_at <= now_at - INTERVAL '30' DAY
    AND answered_directly AND dispatches = 0 AND reopenings = 0 AND NOT repeated
    AND COALESCE(callback_solved, TRUE) AND COALESCE(rated_solved, TRUE) THEN 1 ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' AND first_closed_at <= now_at - INTERVAL '30' DAY THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    WHEN first_closed_at > now_at - INTERVAL '30' DAY THEN 'too_recent'
    ELSE '' END AS left_out
FROM orders CROSS JOIN moment
WHERE first_closed_at IS NOT NULL
