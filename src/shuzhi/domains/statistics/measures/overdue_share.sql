-- name: overdue_share
-- label-zh: 在办超期率
-- label-en: Overdue among open orders
-- place: 20
-- driver: efficiency
-- unit: share
-- better: low
-- formula-zh: 已过承诺时限仍未答复的工单 ÷ 期内收到、尚未答复的工单
-- formula-en: Orders past their promised time without an answer ÷ orders of the period that wait for an answer
-- numerator-zh: 已过承诺时限，仍未答复
-- numerator-en: past the promised time, not answered yet
-- denominator-zh: 期内收到，尚未答复
-- denominator-en: received in the period, not answered yet
-- exclusions: done
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, opened_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND closed_at IS NULL AND replied_at IS NULL AND due_at < now_at THEN 1 ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' AND closed_at IS NULL AND replied_at IS NULL THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    WHEN closed_at IS NOT NULL OR replied_at IS NOT NULL THEN 'done'
    ELSE '' END AS left_out
FROM orders CROSS JOIN moment
