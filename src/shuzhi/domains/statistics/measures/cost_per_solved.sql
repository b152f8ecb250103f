-- name: cost_per_solved
-- label-zh: 每件解决成本（元）
-- label-en: Cost per solved demand (yuan)
-- place: 13
-- driver: efficiency
-- unit: fen
-- better: low
-- formula-zh: 期内单位成本 ÷ 期内办结为“已解决”且无人否认的诉求数
-- formula-en: Cost of the units in the period ÷ demands that they closed as solved and that nobody called unsolved
-- numerator-zh: 各单位办理诉求的成本，按期内天数折算
-- numerator-en: what handling demands cost the units, by the days of the period
-- denominator-zh: 期内办结为“已解决”，且诉求人未否认
-- denominator-en: closed in the period as solved, not contradicted by the requester
-- exclusions: no_cost
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, closed_at AS happened_at, unit, category, area, channel,
  0 AS numerator,
  CASE WHEN set_aside = '' AND outcome = 'solved'
    AND COALESCE(callback_solved, TRUE) AND COALESCE(rated_solved, TRUE) THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    ELSE '' END AS left_out
FROM orders
WHERE closed_at IS NOT NULL
