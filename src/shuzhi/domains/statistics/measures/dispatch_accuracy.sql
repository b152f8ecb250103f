-- name: dispatch_accuracy
-- label-zh: 派单准确率
-- label-en: Dispatch accuracy
-- place: 11
-- driver: efficiency
-- unit: share
-- better: high
-- formula-zh: 1 − 被退回或改派的工单 ÷ 派出的工单
-- formula-en: 1 − orders returned or re-dispatched ÷ orders dispatched
-- numerator-zh: 既未退回，也未改派
-- numerator-en: neither returned nor re-dispatched
-- denominator-zh: 本期首次派出；按单位统计时，计入首次派往的单位
-- denominator-en: first dispatched in the period; a unit's are those first sent to it
-- exclusions: -
-- set-aside: counted
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, dispatched_at AS happened_at, first_unit AS unit, category, area, channel,
  CASE WHEN returns = 0 AND redispatches = 0 THEN 1 ELSE 0 END AS numerator,
  1 AS denominator,
  '' AS left_out
FROM orders
WHERE dispatched_at IS NOT NULL
