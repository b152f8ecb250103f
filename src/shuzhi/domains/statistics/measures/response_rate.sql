-- name: response_rate
-- label-zh: 响应率
-- label-en: Response rate
-- place: 1
-- driver: services
-- unit: share
-- better: high
-- formula-zh: 按时首次联系诉求人的工单 ÷ 已派单且已联系或逾期未联系的工单
-- formula-en: Orders whose requester was first contacted in time ÷ dispatched orders whose contact is made or missed
-- numerator-zh: 首次联系未超时
-- numerator-en: first contact in time
-- denominator-zh: 本期派单，已联系或已过时限
-- denominator-en: dispatched in the period, contacted or no longer waiting
-- exclusions: unreachable, waiting
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: 北京市接诉即办工作条例（2021）第三十二条

SELECT
  order_id AS row_id, demand_id, dispatched_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND (contact_in_time IS NOT NULL OR closed_at IS NOT NULL OR replied_at IS NOT NULL OR due_at < now_at)
    AND (reachable OR contact_in_time IS NOT NULL) AND contact_in_time THEN 1 ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' AND (contact_in_time IS NOT NULL OR closed_at IS NOT NULL OR replied_at IS NOT NULL OR due_at < now_at)
    AND (reachable OR contact_in_time IS NOT NULL) THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    WHEN NOT (reachable OR contact_in_time IS NOT NULL) THEN 'unreachable'
    WHEN NOT COALESCE((contact_in_time IS NOT NULL OR closed_at IS NOT NULL OR replied_at IS NOT NULL OR due_at < now_at), FALSE) THEN 'waiting'
    ELSE '' END AS left_out
FROM orders CROSS JOIN moment
WHERE dispatched_at IS NOT NULL
