-- name: return_rate
-- label-zh: 退单率
-- label-en: Return rate
-- place: 6
-- driver: efficiency
-- unit: share
-- better: low
-- formula-zh: 经批准退回的工单 ÷ 派出的工单
-- formula-en: Orders that a unit returned with approval ÷ orders dispatched
-- numerator-zh: 因不属于本单位职责退回，并获批准
-- numerator-en: returned as not the unit's duty, and approved
-- denominator-zh: 本期首次派出；按单位统计时，计入首次派往的单位
-- denominator-en: first dispatched in the period; a unit's are those first sent to it
-- exclusions: -
-- set-aside: counted
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, dispatched_at AS happened_at, first_unit AS unit, category, area, channel,
  CASE WHEN returns > 0 THEN 1 ELSE 0 END AS numerator,
  1 AS denominator,
  '' AS left_out
FROM orders
WHERE dispatched_at IS NOT NULL
