-- name: own_rating_share
-- label-zh: 本人评价率
-- label-en: Rated by the requester
-- place: 16
-- driver: participation
-- unit: share
-- better: high
-- formula-zh: 诉求人自己作过评价的工单 ÷ 办结工单
-- formula-en: Closed orders that the requester rated without being called ÷ closed orders
-- numerator-zh: 诉求人自己作了评价
-- numerator-en: the requester rated it
-- denominator-zh: 期内办结
-- denominator-en: closed in the period
-- exclusions: -
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, closed_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND rated_solved IS NOT NULL THEN 1 ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    ELSE '' END AS left_out
FROM orders
WHERE closed_at IS NOT NULL
