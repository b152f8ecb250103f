-- name: reasoned_refusal_share
-- label-zh: 不予受理附依据率
-- label-en: Refusals with a ground in law
-- place: 15
-- driver: transparency
-- unit: share
-- better: high
-- formula-zh: 附有法律依据的不予受理 ÷ 全部不予受理
-- formula-en: Refusals that name their ground in law ÷ refusals
-- numerator-zh: 写明法律依据
-- numerator-en: a ground in law is named
-- denominator-zh: 期内作出的不予受理
-- denominator-en: refused in the period
-- exclusions: -
-- set-aside: counted
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, moved_at AS happened_at, unit, category, area, channel,
  CASE WHEN ground <> '' THEN 1 ELSE 0 END AS numerator,
  1 AS denominator,
  '' AS left_out
FROM moves
WHERE action = 'reject'
