-- name: received
-- label-zh: 收到的诉求
-- label-en: Demands received
-- place: 19
-- driver: participation
-- unit: count
-- better: -
-- formula-zh: 期内收到的诉求数
-- formula-en: Demands received in the period
-- numerator-zh: 每件诉求计一次，含重复反映
-- numerator-en: each demand once, repeats too
-- denominator-zh: 期内收到
-- denominator-en: received in the period
-- exclusions: -
-- set-aside: counted
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  demand_id AS row_id, demand_id, received_at AS happened_at, '' AS unit, category, area, channel,
  1 AS numerator,
  1 AS denominator,
  '' AS left_out
FROM demands
